/// The layout of a tail file: a header of 64 bytes, then rows of one size.
///
/// All numbers are little-endian. Header: magic (8), version u32, dimension u32, collection UUID
/// (16), file UUID (16), zeros, CRC32C of the first 60 bytes u32. Row: key u64, CRC32C u32, 1/norm
/// f32, `dimension` × f32 as given, zeros up to a multiple of 16. The CRC32C covers the row without
/// itself and is salted with the file's UUID, so that a row of another file does not pass.
struct TailFormat: Equatable, Sendable {
    static let magic: [UInt8] = Array("vzTAIL\r\n".utf8)
    static let version: UInt32 = 1
    static let headerByteCount = 64
    static let rowHeaderByteCount = 16
    /// Where a row keeps 1 / length of its vector.
    static let inverseNormOffset = 12

    let dimension: Int
    let collection: UniqueID
    let file: UniqueID
    private let salt: UInt32

    init(dimension: Int, collection: UniqueID, file: UniqueID) {
        self.dimension = dimension
        self.collection = collection
        self.file = file
        self.salt = crc32c(file.bytes)
    }

    /// Bytes from one row to the next.
    var stride: Int { Self.stride(dimension: dimension) }

    /// Bytes from one row to the next, for any collection of this dimension.
    static func stride(dimension: Int) -> Int {
        rowHeaderByteCount + (dimension * 4 + 15) / 16 * 16
    }

    /// The length of a file with so many rows.
    func byteCount(rowCount: Int) -> Int { Self.headerByteCount + rowCount * stride }

    func offset(of slot: Int) -> Int { Self.headerByteCount + slot * stride }

    /// The header's bytes.
    var header: [UInt8] {
        var bytes = Self.magic
        bytes.appendLittleEndian(Self.version)
        bytes.appendLittleEndian(UInt32(dimension))
        bytes.append(contentsOf: collection.bytes)
        bytes.append(contentsOf: file.bytes)
        bytes.append(contentsOf: repeatElement(0, count: Self.headerByteCount - 4 - bytes.count))
        bytes.appendLittleEndian(crc32c(bytes))
        return bytes
    }

    /// The checksum that belongs into a row, over its key, inverse norm, vector and padding.
    func checksum(ofRow row: UnsafeRawBufferPointer) -> UInt32 {
        let head = unsafe UnsafeRawBufferPointer(rebasing: row[0..<8])
        let body = unsafe UnsafeRawBufferPointer(rebasing: row[12..<stride])
        let crc = unsafe crc32c(head, seed: salt)
        return unsafe crc32c(body, seed: crc)
    }
}
