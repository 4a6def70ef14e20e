/// Checks of what the catalog has beside collections.
extension Verifier {
    /// Checks each row of the keys, of their uses and of the audit trail.
    func verifyAccess() throws {
        guard try CatalogSchema.hasAccess(db) else { return }
        try finding { _ = try KeyRecord.all(in: db) }
        try finding { _ = try KeyUse.all(in: db) }
        try finding { _ = try SettingsDigest.find(in: db) }
        try finding { try CollectionNotes.verify(in: db) }
        try finding { try AuditEntry.forEach(AuditSelection(), in: db) { _ in true } }
    }
}
