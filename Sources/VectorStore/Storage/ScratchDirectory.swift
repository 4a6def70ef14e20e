import CKernels
import Glibc

/// A directory for unfinished work, locked by its process: whoever finds it unlocked may remove it.
final class ScratchDirectory: Sendable {
    let path: String
    /// Open and locked until this object or its process ends.
    private let lock: Lock

    private struct Lock: ~Copyable, Sendable {
        let directory: FileDescriptor

        deinit { _ = vz_flock(directory.number, LOCK_UN) }
    }

    /// Makes a new one in a directory, with a name that begins with a prefix.
    ///
    /// - Throws: `.system`.
    init(in parent: String, prefix: String) throws(VectorStoreError) {
        let path = parent + "/" + prefix + UniqueID.random().hexadecimal
        try DurableFile.makeDirectory(path)
        let directory = try FileDescriptor(directory: path)
        guard vz_flock(directory.number, LOCK_EX | LOCK_NB) == 0 else {
            throw .system(operation: "flock", path: path, errno: errno)
        }
        self.path = path
        lock = Lock(directory: directory)
    }

    /// Removes the directory with all that is left in it.
    func remove() throws(VectorStoreError) {
        try DurableFile.removeTree(path)
    }

    /// Removes those that processes have left which are gone.
    ///
    /// The lock outlives the look: a directory made a moment ago is its process's, or nobody's.
    static func sweep(in parent: String, prefix: String) throws(VectorStoreError) {
        for name in try DurableFile.names(in: parent) where isName(name, prefix: prefix) {
            let path = parent + "/" + name
            guard DurableFile.isDirectory(path) else { continue }
            let directory = try FileDescriptor(directory: path)
            guard vz_flock(directory.number, LOCK_EX | LOCK_NB) == 0 else { continue }
            try DurableFile.removeTree(path)
        }
    }

    private static func isName(_ name: String, prefix: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        return UniqueID(hexadecimal: name.dropFirst(prefix.count)) != nil
    }
}
