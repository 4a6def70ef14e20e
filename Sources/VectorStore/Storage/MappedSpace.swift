import CKernels
import Glibc
import Synchronization

/// Addresses that a file is mapped to, perhaps more than it has bytes yet.
///
/// `@unchecked Sendable`: nothing writes there, see ``MappedFile``.
@safe
final class MappedSpace: @unchecked Sendable {
    /// Bytes from the file's start, those behind its end included.
    let byteCount: Int
    private let start: UnsafeRawPointer?
    private let device: dev_t
    private let inode: ino_t
    private let readByteCount = Atomic(0)

    /// Maps an open file.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - status: what the system says of it.
    ///   - byteCount: bytes that must be mapped.
    ///   - reserve: bytes to map if there are addresses for so many.
    /// - Throws: `.corrupt` for anything but a regular file, and system errors.
    init(
        _ file: borrowing FileDescriptor,
        _ status: stat,
        byteCount: Int,
        reserve: Int
    ) throws(VectorStoreError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .corrupt(file.path, "it is not a regular file")
        }
        device = status.st_dev
        inode = status.st_ino
        guard byteCount > 0 else {
            unsafe start = nil
            self.byteCount = 0
            return
        }
        var count = reserve
        var address = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, file.number, 0)
        if unsafe address == MAP_FAILED, reserve > byteCount {
            count = byteCount
            unsafe address = mmap(nil, count, PROT_READ, MAP_SHARED, file.number, 0)
        }
        guard let start = unsafe address, unsafe start != MAP_FAILED else {
            throw .system("mmap", file.path, errno)
        }
        unsafe vz_sigbus_register(start, count, file.path)
        unsafe self.start = UnsafeRawPointer(start)
        self.byteCount = count
    }

    deinit {
        guard let start = unsafe start else { return }
        unsafe vz_sigbus_unregister(start)
        unsafe munmap(UnsafeMutableRawPointer(mutating: start), byteCount)
    }

    /// Whether this is the file that the system says this of.
    func isOf(_ status: stat) -> Bool { status.st_dev == device && status.st_ino == inode }

    /// The first bytes.
    @unsafe
    func prefix(_ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    /// What of the first bytes was not asked for before, for reading ahead; nil for nothing.
    func unread(_ count: Int) -> Range<Int>? {
        let before = readByteCount.load(ordering: .relaxed)
        guard before < count else { return nil }
        readByteCount.store(count, ordering: .relaxed)
        return before..<count
    }
}
