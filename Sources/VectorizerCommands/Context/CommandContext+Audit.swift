import VectorStore

extension CommandContext {
    /// Adds an entry to a store's audit trail for something that is done already.
    ///
    /// It was done whether that can be written down or not, so what goes wrong here is told and
    /// does not change how the command ends.
    ///
    /// - Parameters:
    ///   - action: what was done.
    ///   - object: what it was done to; no secrets.
    ///   - outcome: what came of it.
    ///   - store: the store that it concerns.
    func recordAudit(_ action: AuditAction, _ object: String, _ outcome: String, of store: Store) {
        do throws(VectorStoreError) {
            try store.audit.record(action: action, object: object, outcome: outcome)
        } catch .store(.readOnly) {
            log.detail("not in the audit trail: the store is on a read-only medium")
        } catch {
            let reason = Diagnostic(error, lookedIn: store.path).message
            log.warning("this is not in the audit trail: \(reason)")
        }
    }

    /// Adds what was forgotten to a store's audit trail, if anything was.
    func recordForgetting(_ summary: ForgetSummary, in repository: String, of store: Store) {
        let forgotten = summary.decisions.filter { !$0.isKept }.map(\.snapshot.manifest.id)
        guard !forgotten.isEmpty else { return }
        let count = CountText.of(forgotten.count, "snapshot")
        let ids = forgotten.joined(separator: " ")
        let place = BackupRepository.absolutePath(repository)
        recordAudit(.forgetBackups, "\(count) in \(place)", "forgot \(ids)", of: store)
    }
}
