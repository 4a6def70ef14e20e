import CKernels
import Glibc
import Synchronization

/// The first bytes of a file, mapped for reading.
///
/// The mapping stays valid after the file is unlinked.
///
/// `@unchecked Sendable`: the mapped prefix is read-only and never rewritten by any process; a file
/// that shrinks underneath raises SIGBUS, which the registered handler turns into exit code 76.
@safe
final class MappedFile: @unchecked Sendable {
    /// The file's path, for messages.
    let path: String
    /// The mapped bytes.
    let bytes: UnsafeRawBufferPointer
    private let isPopulated = Atomic(false)

    /// Maps the first `byteCount` bytes of an open file.
    ///
    /// - Throws: `.corrupt` when the file is shorter than that.
    init(_ file: borrowing FileDescriptor, byteCount: Int) throws(VectorStoreError) {
        let path = file.path
        let actual = Int(try file.status().st_size)
        guard actual >= byteCount else {
            throw .corrupt(
                file: path,
                offset: actual,
                reason: "the file has \(actual) bytes, the catalog committed \(byteCount)"
            )
        }
        self.path = path
        guard byteCount > 0 else {
            unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard
            let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, file.number, 0),
            unsafe start != MAP_FAILED
        else { throw .system(operation: "mmap", path: path, errno: errno) }
        unsafe bytes = UnsafeRawBufferPointer(start: start, count: byteCount)
        unsafe vz_sigbus_register(start, byteCount, path)
    }

    deinit {
        guard let start = unsafe bytes.baseAddress else { return }
        unsafe vz_sigbus_unregister(start)
        unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }

    /// Tells the kernel that a stretch will be read from end to end, and fills it in.
    func willReadSequentially() {
        guard !isPopulated.exchange(true, ordering: .relaxed),
            let start = unsafe bytes.baseAddress
        else { return }
        // Advice only: a kernel that declines reads page by page instead.
        let populateRead: Int32 = 22
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, populateRead)
    }
}
