import CZstd

/// Unpacks Zstandard frames, with windows of at most 128 MiB, which is what `zstd -d` takes, too.
final class ZstandardUnpacker: Unpacker {
    /// The logarithm of the largest window: a frame may ask for gigabytes.
    private static let windowLogMax: Int32 = 27

    private let context: OpaquePointer?
    private(set) var isBetweenFrames = true

    init() {
        context = ZSTD_createDCtx()
        precondition(context != nil, "Zstandard starts, or memory has run out")
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMax)
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    func unpack(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> (taken: Int, made: Int) {
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let rest = ZSTD_decompressStream(context, &output, &input)
        guard ZSTD_isError(rest) == 0 else {
            throw .damaged(.zstd, reason: String(cString: ZSTD_getErrorName(rest)))
        }
        isBetweenFrames = rest == 0
        return (input.pos, output.pos)
    }
}
