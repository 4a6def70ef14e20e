/// What the changes of one write transaction have in common.
///
/// Several callers' changes share a transaction, and with it the forced writes to the medium, which
/// take most of a small change's time.
final class WriteGroup {
    /// Changes that share one transaction at most.
    static let changeCountMax = 256

    /// Whether nothing was changed in this transaction yet.
    ///
    /// A later change must sweep nothing: what an earlier one took out of the catalog is needed
    /// again when the commit fails.
    private(set) var isFresh = true

    private var tails: [UnforcedTail] = []

    /// Notes that a change has begun.
    func begin() -> Bool {
        defer { isFresh = false }
        return isFresh
    }

    /// Takes a tail whose rows must be on the medium before the transaction is committed.
    func forceBeforeCommit(_ tail: UnforcedTail) {
        // The first descriptor was open before any of the rows was written.
        guard !tails.contains(where: { $0.path == tail.path }) else { return }
        tails.append(tail)
    }

    /// Makes durable what the commit will name.
    func force() throws(VectorStoreError) {
        for tail in tails { try tail.force() }
    }
}
