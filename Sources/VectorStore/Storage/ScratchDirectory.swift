import CKernels
import Glibc

/// A directory for unfinished work, locked by its process: an unlocked one may be removed.
final class ScratchDirectory: Sendable {
    let path: String
    /// Open and locked until this object or its process ends.
    private let lock: Lock

    private struct Lock: ~Copyable, Sendable {
        let directory: FileDescriptor

        deinit { _ = vz_flock(directory.number, LOCK_UN) }
    }

    /// How often another name is tried when a sweep removes a directory before it is locked.
    private static let attemptCountMax = 100

    /// Makes a new one in a directory, with a name that begins with a prefix.
    ///
    /// - Throws: `.system`.
    init(in parent: String, prefix: String) throws(VectorStoreError) {
        for _ in 0..<Self.attemptCountMax {
            let path = parent + "/" + prefix + UniqueID.random().hexadecimal
            var facts = stat()
            guard unsafe stat(parent, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
                throw .system("mkdir", path, ENOENT)
            }
            do {
                try DurableFile.makeDirectory(path)
            } catch .file(.system(_, path, ENOENT)) {
                continue
            } catch {
                // It may have been made, and only forcing its name to the medium failed.
                _ = unsafe rmdir(path)
                throw error
            }
            guard let lock = try Self.lock(path) else { continue }
            self.path = path
            self.lock = lock
            return
        }
        throw .system("flock", parent, EWOULDBLOCK)
    }

    /// Locks a directory that was made a moment ago.
    ///
    /// - Returns: nil when a sweep was faster and has taken or removed it.
    private static func lock(_ path: String) throws(VectorStoreError) -> Lock? {
        let directory: FileDescriptor
        do {
            directory = try FileDescriptor(directory: path)
        } catch .file(.system(_, _, ENOENT)) {
            return nil
        }
        guard vz_flock(directory.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                throw .system("flock", path, errno)
            }
            return nil
        }
        // Removed before it was locked, and open all the same.
        guard DurableFile.isDirectory(path) else { return nil }
        return Lock(directory: directory)
    }

    /// Removes the directory with all that is left in it.
    func remove() throws(VectorStoreError) {
        try DurableFile.removeTree(path)
    }

    /// Removes those that processes have left which are gone.
    ///
    /// The lock outlives the look: a directory made a moment ago is its process's, or unused.
    static func sweep(in parent: String, prefix: String) throws(VectorStoreError) {
        for name in try DurableFile.names(in: parent) where isName(name, prefix: prefix) {
            let path = parent + "/" + name
            guard DurableFile.isDirectory(path) else { continue }
            // In a directory that many share, what others have left is none of our business.
            guard isOwn(path), let lock = try lock(path) else { continue }
            do {
                try DurableFile.removeTree(path)
            } catch .file(.system(_, _, let code)) where code == EACCES || code == EPERM {
                // Root was at work here and was killed; what it has left is its own.
            }
            _ = consume lock
        }
    }

    private static func isOwn(_ path: String) -> Bool {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0 && facts.st_uid == geteuid()
    }

    private static func isName(_ name: String, prefix: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        return UniqueID(hexadecimal: name.dropFirst(prefix.count)) != nil
    }
}
