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
    private let space: MappedSpace

    /// Maps the first `byteCount` bytes of an open file.
    ///
    /// A file that grows and is mapped anew costs a fault for each page again. So its mapping may
    /// reach behind its end, and serve for what is appended later.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - byteCount: how many bytes.
    ///   - grows: whether the file may be mapped again when it is longer.
    ///   - earlier: a mapping of a shorter or longer part, which is taken over if it is this file's
    ///     and reaches far enough.
    /// - Throws: `.corrupt` when the file is shorter than that.
    init(
        _ file: borrowing FileDescriptor,
        byteCount: Int,
        grows: Bool = false,
        after earlier: MappedFile? = nil
    ) throws(VectorStoreError) {
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
        if let known = earlier?.space, known.isOf(status), known.byteCount >= byteCount {
            space = known
        } else {
            let reserve = grows ? max(2 * byteCount, Self.growingByteCountMin) : byteCount
            space = try MappedSpace(file, status, byteCount: byteCount, reserve: reserve)
        }
        unsafe bytes = space.prefix(byteCount)
    }

    /// Maps all of an open file.
    init(whole file: borrowing FileDescriptor) throws(VectorStoreError) {
        path = file.path
        let status = try file.status()
        let byteCount = Int(status.st_size)
        space = try MappedSpace(file, status, byteCount: byteCount, reserve: byteCount)
        unsafe bytes = space.prefix(byteCount)
    }

    /// Addresses are free, so that a young file is seldom mapped anew.
    private static let growingByteCountMin = 4 << 20

    // MARK: Advice

    // Advice only: a kernel that declines reads page by page instead.

    /// Tells the kernel that the file will be read from end to end, and fills it in.
    func willReadSequentially() {
        if let range = unsafe space.unread(bytes.count) { advise(Self.populateRead, range) }
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
