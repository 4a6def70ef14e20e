import CZlib

/// Unpacks gzip, members one behind the other and the zeros of tapes behind them.
final class GzipUnpacker: Unpacker {
    /// The largest window there is, and the flag by which zlib expects gzip and nothing else.
    private static let windowBits: Int32 = 15 + 16

    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var hasBegun = false
    private(set) var isBetweenFrames = true

    init() {
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let result = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size)
        precondition(result == Z_OK, "zlib starts, or memory has run out")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func unpack(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> (taken: Int, made: Int) {
        if isBetweenFrames {
            let padding = hasBegun ? source.prefix { $0 == 0 }.count : 0
            guard padding == 0 else { return (padding, 0) }
            inflateReset(stream)
            (hasBegun, isBetweenFrames) = (true, false)
        }
        let bytes = source.bindMemory(to: UInt8.self)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(target.count)
        let result = inflate(stream, Z_NO_FLUSH)
        switch result {
        case Z_STREAM_END: isBetweenFrames = true
        // Nothing to take or no room: how far it came says so.
        case Z_OK, Z_BUF_ERROR: break
        default:
            let told = stream.pointee.msg.map { String(cString: $0) }
            throw .damaged(.gzip, reason: told ?? String(cString: zError(result)))
        }
        return (
            source.count - Int(stream.pointee.avail_in),
            target.count - Int(stream.pointee.avail_out)
        )
    }
}
