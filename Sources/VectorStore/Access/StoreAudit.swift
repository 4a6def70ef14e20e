import Crypto
import Glibc

extension Store {
    /// The audit trail of this store.
    public var audit: StoreAudit { StoreAudit(store: self) }
}

/// The audit trail of a store: ``Store/audit``.
public struct StoreAudit {
    let store: Store

    /// Adds an entry to the audit trail for what changed nothing in the catalog, such as a backup.
    ///
    /// - Parameters:
    ///   - action: what was done.
    ///   - object: what it was done to; no secrets.
    ///   - outcome: what came of it.
    /// - Throws: `.busy` and system errors; then there is no entry.
    package func record(
        action: AuditAction,
        object: String,
        outcome: String = "done"
    ) throws(VectorStoreError) {
        // The commit sequence stays: nothing that a backup or a search knows has changed.
        try store.write(checkpoint: .now) { try record(action, object, outcome: outcome, in: $0) }
    }

    /// Adds an entry inside a transaction, and lets go of those that are too old.
    func record(
        _ action: AuditAction,
        _ object: String,
        outcome: String = "done",
        by key: KeyInfo? = nil,
        in db: CatalogWriter
    ) throws {
        try recordSettings(in: db)
        var context = store.options.context
        if let key { context.keyID = key.id }
        try AuditLog.record(
            action: action,
            object: object,
            outcome: outcome,
            by: context,
            in: db
        )
        try AuditLog.prune(olderThan: store.options.auditRetentionSeconds, in: db)
    }

    /// Reads the audit trail, the oldest entry first.
    ///
    /// - Parameters:
    ///   - selection: which entries.
    ///   - body: takes each of them; false ends the reading.
    /// - Throws: the catalog's errors, and what the body throws.
    /// - Complexity: O(entries).
    public func forEach(
        _ selection: AuditSelection = AuditSelection(),
        _ body: (AuditEntry) throws -> Bool
    ) throws {
        // What the body throws passes by the translation of the catalog's errors.
        let outcome: Result<Void, any Error> = try store.read { db in
            guard try CatalogSchema.hasAccess(db) else { return .success(()) }
            return Result {
                try CatalogConnection.translatingErrors(in: db) {
                    try AuditEntry.forEach(selection, in: db, body)
                }
            }
        }
        try outcome.get()
    }

    // MARK: The settings' file

    /// Adds an entry when the file is not as the last entry has left it.
    ///
    /// A user has edited it, or a kill came between its change and the commit of its entry.
    private func recordSettings(in db: CatalogWriter) throws {
        try CatalogSchema.migrate(db)
        guard let bytes = Self.readableSettings(store.directory.settingsPath) else { return }
        let hash = Array(SHA256.hash(data: bytes))
        let known = try SettingsDigest.find(in: db)
        guard hash != known else { return }
        try SettingsDigest.save(hash, in: db)
        // No entry tells of it yet, and there is nothing to tell.
        if known == nil, bytes.isEmpty { return }
        try AuditLog.record(
            action: .changeSettings,
            object: "config.yaml",
            outcome: "found changed otherwise",
            by: store.options.context,
            in: db
        )
    }

    /// The file's bytes; none when there is no file, nil when it is nothing that commands read.
    private static func readableSettings(_ path: String) -> [UInt8]? {
        guard DurableFile.isRegularFile(path) else {
            return unsafe access(path, F_OK) == 0 ? nil : []
        }
        do throws(VectorStoreError) {
            return try settings(path)
        } catch {
            return nil
        }
    }

    /// The file's bytes; none when there is no file.
    static func settings(_ path: String) throws(VectorStoreError) -> [UInt8] {
        do {
            return try DurableFile.read(path, byteCountMax: settingsByteCountMax)
        } catch .file(.system(_, _, ENOENT)) {
            return []
        }
    }

    /// More than a settings file may have.
    private static let settingsByteCountMax = 1 << 20
}
