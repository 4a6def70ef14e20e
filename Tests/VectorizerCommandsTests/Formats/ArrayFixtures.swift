import CZlib
import Testing

/// An array that is written as an npy file in many ways and must be read as the same rows.
struct ArrayFixture: CustomTestStringConvertible {
    static let types = [
        "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8",
    ]

    var descriptor: String
    var rows: [[Double]]
    var isByColumn = false

    var testDescription: String { descriptor + (isByColumn ? " by column" : "") }

    /// The file's bytes.
    var bytes: [UInt8] {
        let shape = "(\(rows.count), \(rows.first?.count ?? 0))"
        return Self.header(descriptor, shape, isByColumn: isByColumn) + data
    }

    static func header(_ descriptor: String, _ shape: String, isByColumn: Bool = false) -> [UInt8] {
        let order = isByColumn ? "True" : "False"
        let text = "{'descr': '\(descriptor)', 'fortran_order': \(order), 'shape': \(shape), }\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes.append(littleEndian: UInt16(text.utf8.count))
        return bytes + Array(text.utf8)
    }

    private var data: [UInt8] {
        var bytes: [UInt8] = []
        guard isByColumn else {
            for value in rows.joined() { bytes += encoded(value) }
            return bytes
        }
        for column in 0..<(rows.first?.count ?? 0) {
            for row in rows { bytes += encoded(row[column]) }
        }
        return bytes
    }

    private func encoded(_ value: Double) -> [UInt8] {
        var bytes: [UInt8] = []
        switch descriptor.suffix(2) {
        case "b1", "u1": bytes.append(UInt8(value))
        case "i1": bytes.append(UInt8(bitPattern: Int8(value)))
        case "i2": bytes.append(littleEndian: Int16(value))
        case "i4": bytes.append(littleEndian: Int32(value))
        case "i8": bytes.append(littleEndian: Int64(value))
        case "u2": bytes.append(littleEndian: UInt16(value))
        case "u4": bytes.append(littleEndian: UInt32(value))
        case "u8": bytes.append(littleEndian: UInt64(value))
        case "f2": bytes.append(littleEndian: Float16(value).bitPattern)
        case "f4": bytes.append(littleEndian: Float(value).bitPattern)
        default: bytes.append(littleEndian: value.bitPattern)
        }
        return descriptor.hasPrefix(">") ? bytes.reversed() : bytes
    }
}

/// A zip file, written byte by byte so that it can also be a bad one.
struct ZipFixture {
    struct Entry {
        var name: String
        var bytes: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// What the directory says, if not the truth.
        var checksum: UInt32?
        var byteCount: Int?
    }

    var entries: [Entry]
    /// Whether sizes and places are written in 64 bits.
    var is64 = false
    var comment = ""

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let stored = entry.method == 8 ? Self.deflated(entry.bytes) : entry.bytes
            let offset = file.count
            file.append(littleEndian: UInt32(0x0403_4B50))
            file += fields(of: entry, stored.count, extraByteCount: 0)
            file += Array(entry.name.utf8) + stored
            directory.append(littleEndian: UInt32(0x0201_4B50))
            directory.append(littleEndian: UInt16(20))
            directory += fields(of: entry, stored.count, extraByteCount: is64 ? 28 : 0)
            directory += [UInt8](repeating: 0, count: 10)
            directory.append(littleEndian: is64 ? UInt32.max : UInt32(offset))
            directory += Array(entry.name.utf8)
            guard is64 else { continue }
            directory.append(littleEndian: UInt16(1))
            directory.append(littleEndian: UInt16(24))
            directory.append(littleEndian: UInt64(entry.byteCount ?? entry.bytes.count))
            directory.append(littleEndian: UInt64(stored.count))
            directory.append(littleEndian: UInt64(offset))
        }
        return file + directory + end(at: file.count, byteCount: directory.count)
    }

    /// What an entry's own header and the directory have in common, up to the length of the extra
    /// field.
    private func fields(of entry: Entry, _ storedCount: Int, extraByteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in [20, entry.flags, entry.method, 0, 0x21] {
            bytes.append(littleEndian: number)
        }
        bytes.append(littleEndian: entry.checksum ?? Self.checksum(entry.bytes))
        let byteCount = entry.byteCount ?? entry.bytes.count
        bytes.append(littleEndian: is64 ? UInt32.max : UInt32(storedCount))
        bytes.append(littleEndian: is64 ? UInt32.max : UInt32(byteCount))
        bytes.append(littleEndian: UInt16(entry.name.utf8.count))
        bytes.append(littleEndian: UInt16(extraByteCount))
        return bytes
    }

    private func end(at offset: Int, byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        if is64 {
            bytes.append(littleEndian: UInt32(0x0606_4B50))
            bytes.append(littleEndian: UInt64(44))
            bytes += [45, 0, 45, 0] + [UInt8](repeating: 0, count: 8)
            for number in [entries.count, entries.count, byteCount, offset] {
                bytes.append(littleEndian: UInt64(number))
            }
            bytes.append(littleEndian: UInt32(0x0706_4B50))
            bytes.append(littleEndian: UInt32(0))
            bytes.append(littleEndian: UInt64(offset + byteCount))
            bytes.append(littleEndian: UInt32(1))
        }
        bytes.append(littleEndian: UInt32(0x0605_4B50))
        bytes.append(littleEndian: UInt32(0))
        let count = is64 ? UInt16.max : UInt16(entries.count)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: is64 ? UInt32.max : UInt32(byteCount))
        bytes.append(littleEndian: is64 ? UInt32.max : UInt32(offset))
        bytes.append(littleEndian: UInt16(comment.utf8.count))
        return bytes + Array(comment.utf8)
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
    }

    /// The bytes as a deflate stream without a header.
    static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var input = bytes
        var stream = z_stream()
        deflateInit2_(
            &stream,
            Z_BEST_COMPRESSION,
            Z_DEFLATED,
            -MAX_WBITS,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))))
        let result = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        #expect(result == Z_STREAM_END)
        output.removeLast(Int(stream.avail_out))
        return output
    }
}
