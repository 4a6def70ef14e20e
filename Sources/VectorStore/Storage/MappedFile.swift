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
package final class MappedFile: @unchecked Sendable {
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
        let status = try file.status()
        let actual = Int(status.st_size)
        guard actual >= byteCount || status.st_mode & S_IFMT != S_IFREG else {
            throw .corrupt(
                path,
                at: actual,
                "the file has \(actual) bytes, the catalog committed \(byteCount)"
            )
        }
        self.path = path
        unsafe bytes = try Self.map(file, byteCount: byteCount)
    }

    /// Maps all of an open file.
    init(whole file: borrowing FileDescriptor) throws(VectorStoreError) {
        path = file.path
        unsafe bytes = try Self.map(file, byteCount: Int(file.status().st_size))
    }

    private static func map(
        _ file: borrowing FileDescriptor,
        byteCount: Int
    ) throws(VectorStoreError) -> UnsafeRawBufferPointer {
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw .corrupt(file.path, "it is not a regular file")
        }
        guard byteCount > 0 else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
        guard
            let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, file.number, 0),
            unsafe start != MAP_FAILED
        else { throw .system("mmap", file.path, errno) }
        unsafe vz_sigbus_register(start, byteCount, file.path)
        return unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        guard let start = unsafe bytes.baseAddress else { return }
        unsafe vz_sigbus_unregister(start)
        unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }

    // MARK: Advice

    // Advice only: a kernel that declines reads page by page instead.

    /// Tells the kernel that the file will be read from end to end, and fills it in.
    func willReadSequentially() {
        guard !isPopulated.exchange(true, ordering: .relaxed) else { return }
        unsafe advise(Self.populateRead, 0..<bytes.count)
    }

    /// Tells the kernel that a stretch will be read from end to end, and fills it in.
    func willReadSequentially(_ range: Range<Int>) {
        advise(MADV_SEQUENTIAL, range)
        advise(Self.populateRead, range)
    }

    /// Tells the kernel that nothing beside what is touched will be needed.
    ///
    /// - Parameter range: the stretch; nil for the whole file.
    func willReadRandomly(_ range: Range<Int>? = nil) {
        unsafe advise(MADV_RANDOM, range ?? 0..<bytes.count)
    }

    private static let populateRead: Int32 = 22

    private func advise(_ advice: Int32, _ range: Range<Int>) {
        guard let start = unsafe bytes.baseAddress, !range.isEmpty else { return }
        // Advice is for whole pages, which may be larger than those of a file format.
        let first = range.lowerBound & ~(sysconf(Int32(_SC_PAGESIZE)) - 1)
        _ = unsafe madvise(
            UnsafeMutableRawPointer(mutating: start + first),
            range.upperBound - first,
            advice
        )
    }
}
