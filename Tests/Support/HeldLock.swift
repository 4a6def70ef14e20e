import CKernels
import Glibc

/// A lock on a file as another process would hold it: on a descriptor of its own.
package final class HeldLock: Sendable {
    private let descriptor: Int32
    private let isSigned: Bool

    /// Takes a lock that is free.
    ///
    /// - Parameters:
    ///   - path: the file, which is there.
    ///   - exclusively: whether nothing else may hold the lock at the same time.
    ///   - holder: what the file says of the holder while the lock is held; nil to leave the text.
    /// - Throws: `Unexpected` when the lock is held, or the file is not there.
    package init(_ path: String, exclusively: Bool = true, holder: String? = nil) throws {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        isSigned = holder != nil
        let operation = (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB
        guard descriptor >= 0, vz_flock(descriptor, operation) == 0 else {
            throw Unexpected("\(path) is not free")
        }
        guard let holder else { return }
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, holder, holder.utf8.count, 0) == holder.utf8.count
        else { throw Unexpected("\(path) can't be written") }
    }

    deinit {
        if isSigned { _ = ftruncate(descriptor, 0) }
        close(descriptor)
    }

    /// Whether a lock's file is there, and the lock free at this moment.
    package static func isFree(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        return vz_flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
}
