import GRDB

extension DeletionBitmap {
    /// Reads the bitmaps of a file.
    init(of file: FileRecord, in catalog: CatalogReader) throws {
        self.init()
        guard file.deletedCount > 0 else { return }
        let rows = try Row.fetchCursor(
            catalog.database,
            sql: "SELECT block, bits, crc FROM dead_slots WHERE file = ?",
            arguments: [Blob.write(file.uuid.bytes)]
        )
        while let row = try rows.next() {
            let row = CatalogRow(row, of: catalog, "the dead slots of \(file.uuid.hexadecimal)")
            let block = try row.count("block")
            let bits = try row.bytes("bits")
            guard bits.count == Self.bytesPerBlock else { throw row.damaged("bits") }
            try row.check(Self.checksum(file: file, block: block, bits: bits))
            blocks[block] = bits
        }
        guard count == file.deletedCount else {
            throw VectorStoreError.corrupt(
                catalog.path,
                "\(count) dead slots of \(file.uuid.hexadecimal), "
                    + "its row says \(file.deletedCount)"
            )
        }
    }

    /// Writes the bitmaps that changed.
    mutating func save(of file: FileRecord, in catalog: CatalogWriter) throws {
        for block in changed.sorted() {
            guard let bits = blocks[block] else { continue }
            try catalog.database.execute(
                sql: "INSERT OR REPLACE INTO dead_slots VALUES (?, ?, ?, ?)",
                arguments: [
                    Blob.write(file.uuid.bytes), block, Blob.write(bits),
                    Self.checksum(file: file, block: block, bits: bits),
                ]
            )
        }
        changed = []
    }

    /// How many blocks of bitmaps belong to no file.
    static func orphanCount(in catalog: CatalogReader) throws -> Int {
        try Int.fetchOne(
            catalog.database,
            sql: "SELECT count(*) FROM dead_slots WHERE file NOT IN (SELECT uuid FROM files)"
        ) ?? 0
    }

    private static func checksum(file: FileRecord, block: Int, bits: [UInt8]) -> Int64 {
        var sum = RowChecksum()
        sum.add(file.uuid.bytes)
        sum.add(block)
        sum.add(bits)
        return sum.value
    }
}
