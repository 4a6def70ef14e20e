/// The bytes of one npy file, wherever they lie: a file, a pipe, an entry of a zip file.
///
/// They are taken front to back; where the place allows it, also from anywhere.
protocol ArrayBytes: AnyObject {
    /// The path as it was given.
    var name: String { get }
    /// How many bytes of the input have been read, for a progress bar.
    var bytesRead: Int { get }
    /// How many bytes there are, where that is known beforehand.
    var totalBytes: Int? { get }
    /// What has been taken; valid at the range that `next` returned last.
    var buffer: [UInt8] { get }

    /// Takes exactly so many bytes and returns where they lie in `buffer`; fewer at the end.
    func next(byteCount: Int) throws(InputError) -> Range<Int>

    /// Whether everything has been taken.
    func isExhausted() throws(InputError) -> Bool

    /// Whether bytes can be copied from anywhere.
    ///
    /// - Throws: what reading to the end would have found wrong, where there is a checksum.
    func allowsCopying() throws(InputError) -> Bool

    /// Copies bytes from anywhere and leaves the place where `next` goes on.
    ///
    /// - Returns: how many there were; fewer than asked for only at the end.
    func copyBytes(
        at offset: Int,
        to target: UnsafeMutableRawBufferPointer
    ) throws(InputError) -> Int
}

extension ByteSource: ArrayBytes {
    func allowsCopying() -> Bool { totalBytes != nil }
}

extension ArrayBytes {
    /// Takes a row of so many bytes that must be there in full.
    func wholeRow(
        _ byteCount: Int,
        row: Int,
        isInside prefix: Int = 0
    ) throws(InputError) -> Range<Int> {
        let range = try next(byteCount: byteCount)
        guard range.count == byteCount else {
            throw InputError(
                file: name,
                place: .row(row),
                problem: .truncated(expected: prefix + byteCount, got: prefix + range.count)
            )
        }
        return range
    }
}
