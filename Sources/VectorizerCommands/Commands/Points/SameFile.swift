import Glibc

/// Whether two paths lead to one file.
enum SameFile {
    /// True for equal paths, and for links that lead to the same existing file.
    static func names(_ first: String, _ second: String) -> Bool {
        if first == second { return true }
        var (one, other) = (stat(), stat())
        guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
        // Devices and pipes may well be given twice.
        guard one.st_mode & S_IFMT == S_IFREG else { return false }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
}
