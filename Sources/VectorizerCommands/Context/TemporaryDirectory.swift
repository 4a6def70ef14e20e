import Glibc

/// Makes directories that are this process's own.
enum TemporaryDirectory {
    /// Makes a new directory, in `$TMPDIR` or `/tmp`.
    ///
    /// - Parameters:
    ///   - name: what its name begins with.
    ///   - environment: the process's environment.
    /// - Returns: its path.
    /// - Throws: why it can't be made.
    static func make(_ name: String, _ environment: [String: String]) throws(Diagnostic) -> String {
        let base = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        // Six of them are what mkdtemp replaces.
        var template = Array("\(base)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("mkdtemp", base, errno) }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
