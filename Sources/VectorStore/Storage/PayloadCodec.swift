import CLZ4

/// A payload as its row stores it: JSON text, or an LZ4 block when that is smaller.
///
/// Text stays text so that `sqlite3` can read it. A block starts with the length of the text as
/// 32 bits, least significant byte first.
package enum PayloadCodec {
    /// Payloads up to here are never compressed.
    package static let compressionThreshold = 1024

    /// The bytes of a row's payload column and which of the two they are.
    package enum Stored: Equatable {
        case text([UInt8])
        case block([UInt8])

        package var bytes: [UInt8] {
            switch self {
            case .text(let bytes), .block(let bytes): bytes
            }
        }
    }

    /// Chooses the smaller form.
    package static func encode(_ payload: some Collection<UInt8>) -> Stored {
        let text = Array(payload)
        guard text.count > compressionThreshold else { return .text(text) }
        var block: [UInt8] = []
        block.appendLittleEndian(UInt32(text.count))
        let bound = Int(LZ4_compressBound(Int32(text.count)))
        block.append(contentsOf: repeatElement(0, count: bound))
        let written = unsafe block.withUnsafeMutableBytes { target in
            unsafe text.withUnsafeBytes { source in
                unsafe LZ4_compress_default(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self),
                    target.baseAddress.map { unsafe ($0 + 4).assumingMemoryBound(to: CChar.self) },
                    Int32(source.count),
                    Int32(bound)
                )
            }
        }
        guard written > 0, Int(written) + 4 < text.count else { return .text(text) }
        block.removeLast(bound - Int(written))
        return .block(block)
    }

    /// Unpacks a block into a buffer; false when it is not what ``encode(_:)`` makes.
    package static func decode(_ block: UnsafeRawBufferPointer, into text: inout [UInt8]) -> Bool {
        guard let count = unsafe block.littleEndian(UInt32.self, at: 0),
            count <= Limits.payloadByteCount, block.count - 4 <= Int(Int32.max)
        else { return false }
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: repeatElement(0, count: Int(count)))
        let written = unsafe text.withUnsafeMutableBytes { target in
            unsafe LZ4_decompress_safe(
                block.baseAddress.map { unsafe ($0 + 4).assumingMemoryBound(to: CChar.self) },
                target.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(block.count - 4),
                Int32(count)
            )
        }
        return Int(written) == Int(count)
    }
}
