import CLZ4
import CZlib
import CZstd
import Foundation
import Glibc
import Testing
import VectorizerCommands

/// Bytes as the compressors pack them.
enum PackedBytes {
    static func pack(_ bytes: [UInt8], _ compression: Compression) -> [UInt8] {
        switch compression {
        case .gzip: gzip(bytes)
        case .lz4: lz4(bytes)
        case .zstd: zstd(bytes)
        }
    }

    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
            count = target.count - Int(stream.avail_out)
        }
    }

    private static func lz4(_ bytes: [UInt8]) -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        let bound = LZ4F_compressFrameBound(bytes.count, &preferences)
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = LZ4F_compressFrame(
                target.baseAddress,
                bound,
                bytes,
                bytes.count,
                &preferences
            )
        }
    }

    private static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = ZSTD_compress2(context, target.baseAddress, bound, bytes, bytes.count)
        }
    }
}

/// A pipe's reading end, fed by a thread in pieces of so many bytes.
func formatPipe(_ bytes: [UInt8], pieceByteCount: Int) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    Thread.detachNewThread {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.prefix(pieceByteCount).withUnsafeBytes {
                write(writing, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        close(writing)
    }
    return reading
}
