/// A CRC32C over the stored values of one catalog row.
///
/// SQLite does not notice flipped bits; this does, when the row is read.
struct RowChecksum {
    private var bytes: [UInt8] = []

    /// Mixes in one value; texts and blobs with their length, so that values can't run together.
    mutating func add(_ value: some FixedWidthInteger) {
        bytes.appendLittleEndian(Int64(truncatingIfNeeded: value))
    }

    mutating func add(_ value: String) {
        add(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func add(_ value: [UInt8]) {
        add(value.count)
        bytes.append(contentsOf: value)
    }

    /// The checksum of all values so far.
    var value: Int64 { Int64(crc32c(bytes)) }

    /// The checksum of a point's row.
    static func ofPoint(
        key: Int64,
        id: UnsafeRawBufferPointer,
        isText: Bool,
        payload: UnsafeRawBufferPointer
    ) -> UInt32 {
        // Key (8 bytes), length of the id (4), form of the payload (1).
        var crc = unsafe withUnsafeTemporaryAllocation(byteCount: 13, alignment: 8) { header in
            unsafe header.storeBytes(of: key.littleEndian, as: Int64.self)
            let count = UInt32(truncatingIfNeeded: id.count).littleEndian
            unsafe header.storeBytes(of: count, toByteOffset: 8, as: UInt32.self)
            unsafe header.storeBytes(of: isText ? 1 : 2, toByteOffset: 12, as: UInt8.self)
            return unsafe crc32c(UnsafeRawBufferPointer(header))
        }
        crc = unsafe crc32c(id, seed: crc)
        return unsafe crc32c(payload, seed: crc)
    }
}

/// The digest of a collection: the sum of its points' shares, so that order does not matter and
/// a change costs one subtraction and one addition.
struct ContentDigest: Equatable, Sendable {
    private(set) var value: UInt64

    init(value: UInt64 = 0) {
        self.value = value
    }

    mutating func add(key: Int64, crc: UInt32) { value &+= Self.share(key: key, crc: crc) }

    mutating func remove(key: Int64, crc: UInt32) { value &-= Self.share(key: key, crc: crc) }

    private static func share(key: Int64, crc: UInt32) -> UInt64 {
        SplitMix64.finalized(UInt64(bitPattern: key) &* SplitMix64.increment ^ UInt64(crc))
    }
}
