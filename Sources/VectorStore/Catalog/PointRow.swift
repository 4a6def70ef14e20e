/// A point's row as the catalog stores it, checked.
struct PointRow {
    let key: Int64
    let id: PointID
    /// The payload as JSON, unpacked.
    let payload: [UInt8]
    let crc: UInt32
    /// Bytes of id and payload as they are stored.
    let contentByteCount: Int

    /// The columns that ``init(_:path:)`` reads, in their order.
    static let columns = "p.key, p.id, p.payload, p.crc"

    /// Reads the current row of a statement.
    ///
    /// - Throws: `.corrupt` when the checksum is wrong or the payload can't be unpacked.
    init(_ statement: CatalogStatement, path: String) throws {
        let key = statement.integer(0)
        let crc = Self.contentChecksum(statement)
        guard Int64(crc) == statement.integer(3) else {
            throw VectorStoreError.corrupt(path, "checksum of the point with key \(key)")
        }
        self.key = key
        self.id = PointID(unchecked: statement.text(1))
        self.crc = crc
        self.contentByteCount = unsafe statement.bytes(1).count + statement.bytes(2).count
        if statement.isText(2) {
            self.payload = statement.array(2)
        } else {
            var text: [UInt8] = []
            guard unsafe PayloadCodec.decode(statement.bytes(2), into: &text) else {
                throw VectorStoreError.corrupt(path, "payload of the point with key \(key)")
            }
            self.payload = text
        }
    }

    /// The checksum that the current row of a statement should have.
    static func contentChecksum(_ statement: CatalogStatement) -> UInt32 {
        unsafe RowChecksum.ofPoint(
            key: statement.integer(0),
            id: statement.bytes(1),
            isText: statement.isText(2),
            payload: statement.bytes(2)
        )
    }
}
