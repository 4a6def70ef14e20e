import CKernels
import Glibc

/// The steps that make files and names survive a power cut.
package enum DurableFile {
    /// Makes a directory with mode 0700.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - isForced: whether its name is forced into the parent, or the caller does that.
    ///   - inheritsOwner: whether it belongs to the parent's owner when root makes it.
    /// - Returns: whether it was made now.
    /// - Throws: `.system`.
    @discardableResult
    package static func makeDirectory(
        _ path: String,
        isForced: Bool = true,
        inheritsOwner: Bool = true
    ) throws(VectorStoreError) -> Bool {
        do {
            _ = try SystemCall.run(.mkdir, path: path) { unsafe mkdir(path, 0o700) }
        } catch .file(.system(_, _, EEXIST)) {
            return false
        }
        // mkdir obeys the umask; a mask of 0777 would leave a directory that can't be entered.
        guard unsafe chmod(path, 0o700) == 0 || hasNoModes(errno) else {
            throw .system("chmod", path, errno)
        }
        if inheritsOwner { try inheritOwner(path) }
        if isForced { try synchronizeDirectory(parent(of: path)) }
        return true
    }

    /// Gives a directory that was there before mode 0700.
    package static func shut(_ path: String) throws(VectorStoreError) {
        guard unsafe chmod(path, 0o700) != 0 else { return }
        let code = errno
        var facts = stat()
        guard hasNoModes(code), unsafe stat(path, &facts) == 0 else {
            throw .system("chmod", path, code)
        }
        guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .store(.writableByOthers(path: path))
        }
    }

    private static func inheritOwner(_ path: String) throws(VectorStoreError) {
        guard geteuid() == 0 else { return }
        let made = try FileDescriptor(opening: path, flags: O_RDONLY | O_DIRECTORY)
        try check(FileOwner.inherit(made.number, path), path)
    }

    private static func check(_ code: Int32, _ path: String) throws(VectorStoreError) {
        guard code == 0 || hasNoModes(code) else {
            throw .system("chown", path, code)
        }
    }

    /// Forces the names in a directory to the medium.
    package static func synchronizeDirectory(_ path: String) throws(VectorStoreError) {
        let directory = try FileDescriptor(directory: path)
        try directory.synchronize()
    }

    /// Creates a file that must not exist yet, with mode 0600 under any umask.
    static func create(_ path: String) throws(VectorStoreError) -> FileDescriptor {
        let file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_EXCL)
        guard fchmod(file.number, 0o600) == 0 || hasNoModes(errno) else {
            throw .system("chmod", path, errno)
        }
        try check(FileOwner.inherit(file.number, path), path)
        return file
    }

    /// Whether a change of what was made a moment ago was refused because the file system, as that
    /// of a memory stick, has modes for the whole medium only.
    private static func hasNoModes(_ code: Int32) -> Bool {
        code == EPERM || code == EOPNOTSUPP || code == ENOSYS
    }

    /// Gives a file another name, at which nothing is yet.
    ///
    /// Durable when the directory is forced to the medium afterwards.
    package static func rename(_ path: String, to name: String) throws(VectorStoreError) {
        _ = try SystemCall.run(.rename, path: path) {
            unsafe vz_rename_noreplace(path, name)
        }
    }

    /// Removes a file; one that is gone already is no error.
    package static func remove(_ path: String) throws(VectorStoreError) {
        do {
            _ = try SystemCall.run(.unlink, path: path) { unsafe unlink(path) }
        } catch .file(.system(_, _, ENOENT)) {}
    }

    /// Removes an empty directory; one that is gone or filled is left as it is.
    package static func removeDirectory(_ path: String) throws(VectorStoreError) {
        do {
            _ = try SystemCall.run(.unlink, path: path) { unsafe rmdir(path) }
        } catch .file(.system(_, _, let code)) where code == ENOENT || code == ENOTEMPTY {}
    }

    /// Whether a path is a file, and no directory or link that another user put there.
    package static func isRegularFile(_ path: String) -> Bool {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// The names in a directory, without `.` and `..`; none when it does not exist.
    package static func names(in path: String) throws(VectorStoreError) -> [String] {
        guard let stream = unsafe opendir(path) else {
            if errno == ENOENT { return [] }
            throw .system("opendir", path, errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The directory that holds a path.
    package static func parent(of path: String) -> String {
        // Over bytes: a slash and a combining mark behind it are one `Character`.
        let bytes = path.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == bytes.startIndex
            ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    }
}
