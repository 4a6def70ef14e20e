import CLZ4

/// Unpacks LZ4 frames, with the checksums that they have.
final class LZ4Unpacker: Unpacker {
    private let context: OpaquePointer?
    private(set) var isBetweenFrames = true

    init() {
        var context: OpaquePointer?
        let result = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        precondition(LZ4F_isError(result) == 0, "LZ4 starts, or memory has run out")
        self.context = context
    }

    deinit {
        LZ4F_freeDecompressionContext(context)
    }

    func unpack(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> (taken: Int, made: Int) {
        var (taken, made) = (source.count, target.count)
        let rest = LZ4F_decompress(
            context,
            target.baseAddress,
            &made,
            source.baseAddress,
            &taken,
            nil
        )
        guard LZ4F_isError(rest) == 0 else {
            throw .damaged(.lz4, reason: String(cString: LZ4F_getErrorName(rest)))
        }
        isBetweenFrames = rest == 0
        return (taken, made)
    }
}
