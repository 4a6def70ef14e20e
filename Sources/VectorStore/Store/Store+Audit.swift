extension Store {
    /// Adds an entry to the audit trail for what changed nothing in the catalog, such as a backup.
    ///
    /// - Parameters:
    ///   - action: what was done.
    ///   - object: what it was done to; no secrets.
    ///   - outcome: what came of it.
    /// - Throws: `.busy` and system errors; then there is no entry.
    package func recordAudit(
        action: AuditAction,
        object: String,
        outcome: String = "done"
    ) throws(VectorStoreError) {
        // The commit sequence stays: nothing that a backup or a search knows has changed.
        try write(checkpoint: .now) { db in try audit(action, object, outcome: outcome, in: db) }
    }

    /// Adds an entry inside a transaction, and lets go of those that are too old.
    func audit(
        _ action: AuditAction,
        _ object: String,
        outcome: String = "done",
        by key: KeyInfo? = nil,
        in db: CatalogWriter
    ) throws {
        try auditSettingsFile(in: db)
        var context = options.context
        if let key { context.keyID = key.id }
        try AuditLog.record(
            action: action,
            object: object,
            outcome: outcome,
            by: context,
            in: db
        )
        try AuditLog.prune(olderThan: options.auditRetentionSeconds, in: db)
    }

    /// Reads the audit trail, the oldest entry first.
    ///
    /// - Parameters:
    ///   - selection: which entries.
    ///   - body: takes each of them; false ends the reading.
    /// - Throws: the catalog's errors, and what the body throws.
    /// - Complexity: O(entries).
    public func forEachAuditEntry(
        _ selection: AuditSelection = AuditSelection(),
        _ body: (AuditEntry) throws -> Bool
    ) throws {
        // What the body throws passes by the translation of the catalog's errors.
        let outcome: Result<Void, any Error> = try read { db in
            guard try CatalogSchema.hasTrust(db) else { return .success(()) }
            return Result {
                try CatalogConnection.translatingFaults(in: db) {
                    try AuditEntry.forEach(selection, in: db, body)
                }
            }
        }
        try outcome.get()
    }
}
