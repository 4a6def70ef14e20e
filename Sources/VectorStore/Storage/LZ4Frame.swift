import CLZ4

/// One piece of content as a standard LZ4 frame, the format of `lz4 -d`
/// (LZ4 Frame Format Description, version 1.6.2).
///
/// Frames have the length of their content, independent blocks, and checksums of each block and of
/// the content; with the fixed settings no byte of a frame can change unnoticed.
package enum LZ4Frame {
    /// Why a frame could not be unpacked.
    package enum Fault: Error, Equatable {
        /// It is no frame of ours, or a damaged one.
        case damaged(String)
    }

    /// The most bytes that a frame of so much content has.
    package static func byteCountMax(contentByteCount: Int) -> Int {
        var preferences = preferences(contentByteCount)
        return unsafe LZ4F_compressFrameBound(contentByteCount, &preferences)
    }

    private static func preferences(_ contentByteCount: Int) -> LZ4F_preferences_t {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockSizeID = blockSize(contentByteCount)
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
        preferences.frameInfo.contentSize = UInt64(contentByteCount)
        return preferences
    }

    /// The smallest size of blocks with which the content is one block, as LZ4 itself chooses.
    private static func blockSize(_ contentByteCount: Int) -> LZ4F_blockSizeID_t {
        switch contentByteCount {
        case ...(64 << 10): LZ4F_max64KB
        case ...(256 << 10): LZ4F_max256KB
        case ...(1 << 20): LZ4F_max1MB
        default: LZ4F_max4MB
        }
    }

    /// Packs content.
    ///
    /// - Complexity: one pass; content that does not shrink is stored as it is.
    @unsafe
    static func encode(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        var preferences = preferences(content.count)
        let bound = byteCountMax(contentByteCount: content.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            let written = unsafe LZ4F_compressFrame(
                target.baseAddress,
                bound,
                content.baseAddress,
                content.count,
                &preferences
            )
            precondition(LZ4F_isError(written) == 0, "the buffer has the size LZ4 asks for")
            count = written
        }
    }

    /// Packs an array.
    package static func encode(_ content: [UInt8]) -> [UInt8] {
        unsafe content.withUnsafeBytes { unsafe encode($0) }
    }

    /// Unpacks a frame.
    ///
    /// - Parameters:
    ///   - frame: the whole frame and nothing else.
    ///   - contentByteCountMax: content beyond this is refused before it is unpacked.
    ///   - content: takes the content in place of what it holds.
    /// - Throws: ``Fault`` for everything that ``encode(_:)`` does not make.
    package static func decode(
        _ frame: [UInt8],
        contentByteCountMax: Int,
        into content: inout [UInt8]
    ) throws(Fault) {
        let count = try contentByteCount(of: frame)
        guard count <= contentByteCountMax else {
            throw .damaged("it claims \(count) bytes, at most \(contentByteCountMax) are allowed")
        }
        content = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            filled = unsafe unpack(frame, into: target)
        }
        guard content.count == count else { throw .damaged("its checksums do not match") }
    }

    /// The length that the frame's head claims, once the head is found to be one of ours.
    private static func contentByteCount(of frame: [UInt8]) throws(Fault) -> Int {
        let claimed = unsafe frame.withUnsafeBytes { unsafe $0.littleEndian(UInt64.self, at: 6) }
        guard let claimed, let count = Int(exactly: claimed), count < 1 << 40,
            frame.starts(with: head(contentByteCount: count))
        else { throw .damaged("it does not begin as a piece's LZ4 frame does") }
        return count
    }

    private static func head(contentByteCount: Int) -> [UInt8] {
        var context: OpaquePointer?
        unsafe LZ4F_createCompressionContext(&context, UInt32(LZ4F_VERSION))
        defer { unsafe LZ4F_freeCompressionContext(context) }
        var preferences = preferences(contentByteCount)
        return unsafe [UInt8](unsafeUninitializedCapacity: 32) { target, count in
            let written = unsafe LZ4F_compressBegin(context, target.baseAddress, 32, &preferences)
            precondition(LZ4F_isError(written) == 0, "a frame's head has at most 19 bytes")
            count = written
        }
    }

    /// Returns how many bytes came out; 0 when the frame is damaged or has bytes behind its end.
    private static func unpack(
        _ frame: [UInt8],
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var context: OpaquePointer?
        unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        defer { unsafe LZ4F_freeDecompressionContext(context) }
        return unsafe frame.withUnsafeBytes { source in
            var read = 0
            var written = 0
            while true {
                var readNow = source.count - read
                var writtenNow = target.count - written
                let rest = unsafe LZ4F_decompress(
                    context,
                    target.baseAddress.map { unsafe $0 + written },
                    &writtenNow,
                    source.baseAddress.map { unsafe $0 + read },
                    &readNow,
                    nil
                )
                if LZ4F_isError(rest) != 0 { return 0 }
                read += readNow
                written += writtenNow
                if rest == 0 { return read == source.count ? written : 0 }
                if readNow == 0, writtenNow == 0 { return 0 }
            }
        }
    }
}
