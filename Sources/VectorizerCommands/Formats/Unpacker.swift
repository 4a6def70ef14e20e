/// Unpacks one kind of compressed stream, piece by piece.
///
/// Frames one behind the other are one stream. An unpacker holds a window of bounded size and never
/// the content, so what a small file unpacks to costs time and no memory.
protocol Unpacker: AnyObject {
    /// Whether the stream may end here: no frame is open.
    var isBetweenFrames: Bool { get }

    /// Unpacks as much as there is input and room for.
    ///
    /// Between frames the source must not be empty.
    /// - Returns: how many bytes were taken and how many came out.
    func unpack(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> (taken: Int, made: Int)
}

/// A compressed stream on its way from a file to a reader.
final class UnpackedStream {
    /// Bytes on hand that are still packed.
    private static let chunkByteCount = 1 << 17

    private let compression: Compression
    private let unpacker: any Unpacker
    private var packed: [UInt8]
    private var start = 0
    private var end: Int
    private var isAtEnd = false

    /// Begins with the bytes that have been read already.
    init(_ compression: Compression, begun bytes: some Collection<UInt8>) {
        self.compression = compression
        unpacker = compression.makeUnpacker()
        packed = [UInt8](repeating: 0, count: Self.chunkByteCount)
        packed.replaceSubrange(0..<bytes.count, with: bytes)
        end = bytes.count
    }

    /// Unpacks some bytes, reading what is needed for that; 0 at the end of the stream.
    func next(
        into target: UnsafeMutableRawBufferPointer,
        name: String,
        read: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
    ) throws(InputError) -> Int {
        while true {
            if start == end, !isAtEnd {
                end = try refill(read)
                start = 0
                isAtEnd = end == 0
            }
            if start == end, unpacker.isBetweenFrames { return 0 }
            let step: (taken: Int, made: Int)
            do throws(CompressionError) {
                step = try unpack(into: target)
            } catch {
                throw InputError(file: name, problem: .compression(error))
            }
            if step.made > 0 { return step.made }
        }
    }

    private func refill(
        _ read: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
    ) throws(InputError) -> Int {
        try packed.withUnsafeMutableBufferPointer { bytes throws(InputError) in
            try read(UnsafeMutableRawBufferPointer(bytes))
        }
    }

    /// One step, in which something has to happen.
    private func unpack(
        into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> (taken: Int, made: Int) {
        let step = try packed.withUnsafeBufferPointer { bytes throws(CompressionError) in
            let source = UnsafeBufferPointer(rebasing: bytes[start..<end])
            return try unpacker.unpack(UnsafeRawBufferPointer(source), into: target)
        }
        guard step.taken > 0 || step.made > 0 else {
            throw isAtEnd && start == end
                ? .truncated(compression)
                : .damaged(compression, reason: "it does not go on")
        }
        start += step.taken
        return step
    }
}
