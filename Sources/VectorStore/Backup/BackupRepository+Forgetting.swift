import Logging

/// What forgetting does to one snapshot.
package struct ForgetDecision: Sendable {
    package let snapshot: Snapshot
    /// Why it is kept; empty when it goes.
    package let reasons: [String]

    package var isKept: Bool { !reasons.isEmpty }
}

/// What forgetting has done, or would do.
package struct ForgetSummary: Sendable {
    /// For each snapshot, the earliest first.
    package let decisions: [ForgetDecision]
    /// Chunks that no kept snapshot names.
    package let removedChunkCount: Int
    /// The bytes that they take.
    package let freedByteCount: Int
}

extension BackupRepository {
    /// Forgets the snapshots that a policy does not keep, and removes the chunks that no other one
    /// names.
    ///
    /// The latest snapshot whose chunks are all there is never forgotten, nor the latest proven
    /// one. Snapshots go before their chunks, so that an interruption leaves only chunks that the
    /// next time finds.
    ///
    /// - Parameters:
    ///   - policy: what is kept.
    ///   - id: a snapshot that is kept whatever the policy says: the one that was just made.
    ///   - dryRun: whether to change nothing.
    ///   - options: how long to wait for backups.
    /// - Returns: what was done.
    /// - Throws: `.busy` beside a running backup; `.corruptRepository`, `.malformedSnapshot` or
    ///   `.newerFormat` when a snapshot can't be read, since its chunks are not known; `.system`.
    package func forget(
        _ policy: RetentionPolicy,
        keeping id: String? = nil,
        dryRun: Bool = false,
        options: RestoreOptions
    ) throws(VectorStoreError) -> ForgetSummary {
        let lock = try lock(dryRun ? .shared : .exclusive, lockTimeout: options.lockTimeout)
        let listing = try listing()
        try listing.rethrowFault()
        let decisions = try decisions(policy, keeping: id, listing.snapshots)
        let kept = Set(
            decisions.filter(\.isKept).flatMap { $0.snapshot.manifest.files.flatMap(\.hashes) }
        )
        let idle = try chunks.all().filter { chunk in
            chunk.hash.map { !kept.contains($0) && !DurableFile.isDirectory(chunk.path) } ?? false
        }
        let sizes = idle.map { DurableFile.byteCount(of: $0.path) ?? 0 }
        let summary = ForgetSummary(
            decisions: decisions,
            removedChunkCount: idle.count,
            freedByteCount: sizes.reduce(0, +)
        )
        guard !dryRun else { return summary }
        try remove(decisions.filter { !$0.isKept }.map(\.snapshot.manifest))
        for chunk in idle {
            try options.lockTimeout.cancellation.check()
            try DurableFile.remove(chunk.path)
        }
        try ScratchDirectory.sweep(in: temporaryPath, prefix: "")
        _ = consume lock
        return summary
    }

    private func decisions(
        _ policy: RetentionPolicy,
        keeping id: String?,
        _ snapshots: [Snapshot]
    ) throws(VectorStoreError) -> [ForgetDecision] {
        let latestFirst = Array(snapshots.reversed())
        var reasons = policy.reasons(
            latestFirst.map { ($0.manifest.createdAt, $0.manifest.tag) }
        )
        func keep(_ reason: String, _ condition: (Snapshot) -> Bool) -> Bool {
            guard let place = latestFirst.firstIndex(where: condition) else { return false }
            reasons[place].append(reason)
            return true
        }
        guard keep("latest whole", { isWhole($0.manifest) }) || snapshots.isEmpty else {
            throw .backup(
                .corruptRepository(
                    file: snapshotsPath,
                    reason: "every snapshot lacks pieces, so none may be forgotten"
                )
            )
        }
        if !keep("latest proven", { $0.proof != nil && isWhole($0.manifest) }) {
            _ = keep("latest proven", { $0.proof != nil })
        }
        if let id { _ = keep("just made", { $0.manifest.id == id }) }
        return zip(latestFirst, reasons).map { ForgetDecision(snapshot: $0, reasons: $1) }
            .reversed()
    }

    /// Whether each chunk is there with the length that it should have.
    func isWhole(_ manifest: SnapshotManifest) -> Bool {
        manifest.files.allSatisfy { file in
            zip(file.hashes, file.storedSizes).allSatisfy { hash, size in
                chunks.storedByteCount(of: hash) == size
            }
        }
    }

    /// Removes snapshots, the proofs first: a proof without its snapshot would be damage.
    ///
    /// Forced to the medium though there be none: an interrupted forgetting may have removed them,
    /// and with their chunks gone they must not come back.
    private func remove(_ manifests: [SnapshotManifest]) throws(VectorStoreError) {
        for manifest in manifests {
            try DurableFile.remove(proofPath(of: manifest))
            try DurableFile.remove(path(of: manifest))
        }
        try DurableFile.synchronizeDirectory(snapshotsPath)
    }
}
