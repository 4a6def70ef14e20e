import GRDB

/// What `config.yaml` had in it when the audit trail spoke of it last.
///
/// The file is not part of any transaction: it can be edited by hand, and a kill can come between
/// its change and the commit of the entry. By this the next entry finds out, and says so.
enum SettingsDigest {
    /// SHA-256 of the file, of no bytes when there was none; nil before the first entry.
    static func find(in catalog: CatalogReader) throws -> [UInt8]? {
        guard
            let found = try Row.fetchOne(
                catalog.database,
                sql: "SELECT sha256, crc FROM settings_file"
            )
        else {
            return nil
        }
        let row = CatalogRow(found, of: catalog, "the row of the settings file")
        let hash = try row.bytes("sha256")
        try row.check(checksum(hash))
        return hash
    }

    /// Remembers the file's SHA-256.
    static func save(_ hash: [UInt8], in catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO settings_file VALUES (1, ?, ?)",
            arguments: [Blob.write(hash), checksum(hash)]
        )
    }

    private static func checksum(_ hash: [UInt8]) -> Int64 {
        var sum = RowChecksum()
        sum.add(hash)
        return sum.value
    }
}
