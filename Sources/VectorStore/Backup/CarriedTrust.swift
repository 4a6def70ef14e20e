import GRDB
import Logging

/// The keys and the audit trail of a store that a restore replaces: they go on in the restored one.
///
/// What is brought back is data. A key that was revoked since the backup must not be good again,
/// one that was made since goes on, and nobody rids himself of what the trail says of him.
struct CarriedTrust {
    /// The catalog of the store that is replaced.
    let catalogPath: String
    let logger: Logger

    /// Copies both into a restored catalog.
    ///
    /// A store that can't be read or is another one has nothing to carry on: then keys and trail
    /// are those of the snapshot. A key that either of the two has revoked is revoked.
    ///
    /// - Parameter db: the restored catalog, of this program's version, in a write transaction.
    /// - Returns: whether they were copied.
    /// - Throws: the restored catalog's errors.
    /// - Complexity: O(keys + entries).
    func copy(into db: Database) throws -> Bool {
        guard DurableFile.isRegularFile(catalogPath) else { return false }
        var isCopied = false
        do throws(VectorStoreError) {
            let catalog = try CatalogConnection(
                path: catalogPath,
                access: .readOnly,
                busySeconds: 1
            )
            try catalog.read { old in
                try CatalogSchema.checkIsCatalog(old)
                try db.inSavepoint {
                    isCopied = try Self.copy(old, into: db)
                    return .commit
                }
            }
        } catch {
            logger.warning("keys and audit trail are those of the snapshot: \(Self.reason(error))")
            return false
        }
        return isCopied
    }

    private static func copy(_ old: Database, into db: Database) throws -> Bool {
        guard try CatalogSchema.hasTrust(old), try StoreRecord(old).uuid == StoreRecord(db).uuid
        else { return false }
        for var key in try KeyRecord.all(in: old) {
            if let other = try KeyRecord.find(key.id, in: db), other.revoked != 0,
                key.revoked == 0
            {
                key.revoke(at: Timestamp(seconds: other.revoked))
            }
            try key.save(db)
        }
        for (id, time) in try KeyUse.all(in: old) { try KeyUse.save(id, time, in: db) }
        if let hash = try SettingsDigest.find(in: old) { try SettingsDigest.save(hash, in: db) }
        try db.execute(sql: "DELETE FROM audit")
        try AuditEntry.forEach(AuditSelection(), in: old) { entry in
            try entry.save(db)
            return true
        }
        return true
    }

    private static func reason(_ error: VectorStoreError) -> String {
        switch error {
        case .corrupt(_, _, let reason), .catalog(_, _, _, let reason): reason
        case .newerFormat: "a later program has written the store"
        default: "the store that is replaced can't be read"
        }
    }
}
