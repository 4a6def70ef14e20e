import Logging

/// The keys and the audit trail of a store that a restore replaces: they go on in the restored one.
///
/// What is brought back is data. A key that was revoked since the backup must not be good again,
/// one that was made since goes on, and what the trail says of a key can't be got rid of.
struct CarriedAccess {
    private let keys: [KeyRecord]
    private let uses: [String: Timestamp]
    private let settings: [UInt8]?
    private let entries: [AuditEntry]

    /// Reads both out of the store that is replaced; there is nothing to carry on from one that
    /// can't be read or is another one, and then keys and trail are those of the snapshot.
    ///
    /// - Parameters:
    ///   - catalogPath: its catalog.
    ///   - store: the UUID of the snapshot's store.
    ///   - logger: told why there is nothing.
    /// - Complexity: O(keys + entries), in memory too.
    init?(of catalogPath: String, store: String, logger: Logger) {
        guard DurableFile.isRegularFile(catalogPath) else { return nil }
        do throws(VectorStoreError) {
            let catalog = try CatalogConnection(
                path: catalogPath,
                access: .readOnly,
                busySeconds: 1
            )
            let read = try catalog.read { db in try Self(db, store: store) }
            guard let read else { return nil }
            self = read
        } catch {
            logger.warning("keys and audit trail are those of the snapshot: \(Self.reason(error))")
            return nil
        }
    }

    private init?(_ db: CatalogReader, store: String) throws {
        try CatalogSchema.checkIsCatalog(db)
        guard try CatalogSchema.hasAccess(db), try StoreRecord(db).uuid.hexadecimal == store else {
            return nil
        }
        keys = try KeyRecord.all(in: db)
        uses = try KeyUse.all(in: db)
        settings = try SettingsDigest.find(in: db)
        var entries: [AuditEntry] = []
        try AuditEntry.forEach(AuditSelection(), in: db) { entry in
            entries.append(entry)
            return true
        }
        self.entries = entries
    }

    /// Writes both into the restored catalog, in the place of what the snapshot has.
    ///
    /// A key that the snapshot has revoked is revoked, with all that were made with it; one that
    /// only the snapshot knows is no key of this store.
    ///
    /// - Parameters:
    ///   - db: the restored catalog, of this program's version, in a write transaction.
    ///   - context: who restores.
    /// - Returns: the keys that were good before, and that the snapshot has had revoked; the trail
    ///   tells of them.
    /// - Throws: the catalog's errors; then nothing may be restored, or revoked keys would be good.
    func save(into db: CatalogWriter, by context: RequestContext) throws -> [KeyRecord] {
        let revoked = try KeyCredential.erasing(in: db) { try saveKeys(into: db) }
        if let settings { try SettingsDigest.save(settings, in: db) }
        try AuditEntry.removeAll(in: db)
        for entry in entries { try entry.save(db) }
        for key in revoked {
            try AuditLog.record(
                action: .revokeKey,
                object: "key \(key.id) \(key.name)",
                outcome: "with the snapshot that was restored",
                by: context,
                in: db
            )
        }
        return revoked
    }

    private func saveKeys(into db: CatalogWriter) throws -> [KeyRecord] {
        let revoked = try KeyRecord.all(in: db).filter { $0.credential.revoked != 0 }
        try KeyRecord.removeAll(in: db)
        for key in keys { try key.save(db) }
        for (id, time) in uses { try KeyUse.save(id, time, in: db) }
        var ended: [KeyRecord] = []
        for key in revoked {
            let time = Timestamp(seconds: key.credential.revoked)
            for var descendant in try KeyRecord.find(key.id, in: db)?.descendants(in: db) ?? []
            where descendant.credential.revoked == 0 {
                descendant.credential.revoke(at: time)
                try descendant.save(db)
                ended.append(descendant)
            }
        }
        return ended
    }

    private static func reason(_ error: VectorStoreError) -> String {
        switch error {
        case .file(.corrupt(_, _, let reason)), .file(.catalog(_, _, _, let reason)): reason
        case .file(.newerFormat): "a later program has written the store"
        default: "the store that is replaced can't be read"
        }
    }
}
