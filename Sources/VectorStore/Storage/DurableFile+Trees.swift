import CKernels
import Glibc

extension DurableFile {
    /// Writes a whole new file with mode 0600; it is not forced to the medium yet.
    static func write(_ bytes: [UInt8], to path: String) throws(VectorStoreError) {
        let file = try create(path)
        try file.write(bytes, at: 0)
    }

    /// Reads a whole regular file that is no longer than it may be.
    ///
    /// - Throws: `.corrupt` for what is no regular file or too long, `.system`.
    static func read(_ path: String, byteCountMax: Int) throws(VectorStoreError) -> [UInt8] {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
        } catch .file(.system(_, _, ELOOP)) {
            throw .corrupt(path, "it is a symbolic link")
        }
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .corrupt(path, "it is not a regular file")
        }
        guard Int(status.st_size) <= byteCountMax else {
            throw .corrupt(
                path,
                "it has \(status.st_size) bytes, at most \(byteCountMax) are allowed"
            )
        }
        return try file.read(count: Int(status.st_size), at: 0)
    }

    /// Forces all that was written below a directory's file system to the medium.
    ///
    /// For many new files at once: forcing each alone costs a journal commit for each.
    static func synchronizeFileSystem(of directory: String) throws(VectorStoreError) {
        let opened = try FileDescriptor(directory: directory)
        _ = try SystemCall.run(.fsync, path: directory) {
            vz_synchronize_file_system(opened.number)
        }
    }

    /// Gives each of two paths what the other had, in one step.
    static func exchange(_ path: String, with other: String) throws(VectorStoreError) {
        _ = try SystemCall.run(.rename, path: path) {
            unsafe vz_rename_exchange(path, other)
        }
    }

    /// Removes a directory and all below it, following no link.
    static func removeTree(_ path: String) throws(VectorStoreError) {
        for name in try names(in: path) {
            let inner = path + "/" + name
            if isDirectory(inner) { try removeTree(inner) } else { try remove(inner) }
        }
        try removeDirectory(path)
    }

    /// Whether a path is a directory itself and no link to one.
    static func isDirectory(_ path: String) -> Bool {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// The length of a regular file; nil when there is none.
    static func byteCount(of path: String) -> Int? {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Int(facts.st_size)
    }

    /// What the system tells of the file system that a path lies on.
    static func fileSystem(of path: String) throws(VectorStoreError) -> statvfs {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else {
            throw .system("statvfs", path, errno)
        }
        return facts
    }

    /// The bytes that an ordinary user may still write below a directory.
    static func freeByteCount(at directory: String) throws(VectorStoreError) -> Int {
        let facts = try fileSystem(of: directory)
        let product = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return product.overflow ? .max : Int(clamping: product.partialValue)
    }

    /// The device that the nearest existing directory on the way to a path lies on, and the path
    /// without links and dots, as it will be once what is missing was made.
    package static func resolve(_ path: String) -> (path: String, device: UInt64)? {
        if let found = resolveExisting(path) { return found }
        let above = parent(of: path)
        guard errno == ENOENT, above != path, let found = resolve(above) else { return nil }
        let bytes = path.utf8
        let last = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) }
        let name = String(decoding: bytes[(last ?? bytes.startIndex)...], as: UTF8.self)
        switch name {
        case "", ".": return found
        case "..": return (parent(of: found.path), found.device)
        default:
            let joined = found.path == "/" ? "/" + name : found.path + "/" + name
            // Behind a missing directory and `..` there may be a link again.
            return resolveExisting(joined) ?? (joined, found.device)
        }
    }

    private static func resolveExisting(_ path: String) -> (path: String, device: UInt64)? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        var facts = stat()
        guard unsafe stat(resolved, &facts) == 0 else { return nil }
        return (unsafe String(cString: resolved), UInt64(facts.st_dev))
    }
}

extension DurableFile {
    /// Makes a file appear whole or not at all, durable before the call returns.
    ///
    /// - Parameters:
    ///   - bytes: the content.
    ///   - path: the name, at which nothing is yet.
    ///   - scratch: a directory on the same file system for the unfinished file.
    /// - Throws: `.system`.
    static func publish(
        _ bytes: [UInt8],
        as path: String,
        through scratch: String
    ) throws(VectorStoreError) {
        try rename(writeDurably(bytes, in: scratch), to: path)
        try synchronizeDirectory(parent(of: path))
    }

    /// Does the same over what is there.
    static func replace(
        _ path: String,
        with bytes: [UInt8],
        through scratch: String
    ) throws(VectorStoreError) {
        let temporary = try writeDurably(bytes, in: scratch)
        _ = try SystemCall.run(.rename, path: temporary) {
            unsafe Glibc.rename(temporary, path)
        }
        try synchronizeDirectory(parent(of: path))
    }

    private static func writeDurably(
        _ bytes: [UInt8],
        in scratch: String
    ) throws(VectorStoreError) -> String {
        let temporary = scratch + "/" + UniqueID.random().hexadecimal
        let file = try create(temporary)
        try file.write(bytes, at: 0)
        try file.synchronize()
        return temporary
    }

    /// Makes a directory and those above it that are missing, each with mode 0700.
    ///
    /// - Parameter path: the directory.
    /// - Returns: those that were made, the outermost first.
    /// - Throws: `.system`; what was made until then is removed again.
    static func makeDirectories(_ path: String) throws(VectorStoreError) -> [String] {
        var facts = stat()
        if unsafe stat(path, &facts) == 0 { return [] }
        var made: [String] = []
        let above = parent(of: path)
        if unsafe stat(above, &facts) != 0, errno == ENOENT { made = try makeDirectories(above) }
        do throws(VectorStoreError) {
            // What root makes for itself stays root's, wherever it lies.
            if try makeDirectory(path, inheritsOwner: false) { made.append(path) }
        } catch {
            // Any other call fails on the directory that was made a moment before.
            if case .file(.system("mkdir", _, _)) = error {} else { made.append(path) }
            removeEmptyDirectories(made)
            throw error
        }
        return made
    }

    /// Removes directories, the last first, up to one in which something is.
    static func removeEmptyDirectories(_ paths: [String]) {
        for path in paths.reversed() {
            guard unsafe rmdir(path) == 0 else { return }
        }
    }
}
