import CZlib

/// Undoes deflate as zip files have it: without a header or a checksum of its own (RFC 1951).
final class ZipInflater {
    /// The input is no deflate stream, or ends in the middle of one.
    struct Damage: Error {}

    private var stream = z_stream()
    private var input: [UInt8] = []
    private var taken = 0
    /// Whether the stream has come to its end; whatever input is behind it is not looked at.
    private(set) var isAtEnd = false

    init() {
        // Negative window bits stand for a raw stream.
        let result = inflateInit2_(
            &stream,
            -MAX_WBITS,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(result == Z_OK, "zlib has memory for a window of 32 KiB")
    }

    deinit {
        inflateEnd(&stream)
    }

    /// Whether all input has been used.
    var needsInput: Bool { taken == input.count }

    /// Gives the next bytes of the stream; none at its end.
    func give(_ bytes: [UInt8]) {
        precondition(needsInput, "input is used up before there is more")
        input = bytes
        taken = 0
    }

    /// Appends what the input makes, at most so many bytes, possibly none.
    ///
    /// - Throws: `Damage` also when there is no input and the stream does not end.
    func append(to output: inout [UInt8], atMost limit: Int) throws(Damage) {
        let before = output.count
        output.append(contentsOf: repeatElement(0, count: limit))
        let result = input.withUnsafeMutableBytes { source in
            output.withUnsafeMutableBytes { target in
                stream.next_in = source.baseAddress.map {
                    ($0 + taken).assumingMemoryBound(to: UInt8.self)
                }
                stream.avail_in = UInt32(source.count - taken)
                stream.next_out = target.baseAddress.map {
                    ($0 + before).assumingMemoryBound(to: UInt8.self)
                }
                stream.avail_out = UInt32(limit)
                return CZlib.inflate(&stream, Z_NO_FLUSH)
            }
        }
        output.removeLast(Int(stream.avail_out))
        taken = input.count - Int(stream.avail_in)
        switch result {
        case Z_STREAM_END: isAtEnd = true
        case Z_OK: break
        // No progress was possible: there was no input, and so there never will be.
        default: throw Damage()
        }
    }
}
