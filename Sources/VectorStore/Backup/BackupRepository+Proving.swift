import Logging

extension BackupRepository {
    /// Restores a snapshot into a scratch directory, checks everything in it, asks it what the
    /// store was asked, and writes the proof beside the snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: the snapshot.
    ///   - tool: the program that proves it, for people who look.
    ///   - place: where the scratch directory is made; nil makes it in the repository.
    ///   - options: threads, and who is told.
    /// - Returns: the proof.
    /// - Throws: `.unprovenSnapshot`, `.corruptRepository`, `.malformedSnapshot`, `.busy` while
    ///   snapshots are forgotten, `.cancelled`, `.system`.
    /// - Complexity: a restore, and two passes over the store.
    package func prove(
        _ snapshot: SnapshotManifest,
        tool: String,
        in place: String? = nil,
        options: RestoreOptions
    ) throws(VectorStoreError) -> SnapshotProof {
        let lock = try lock(using: snapshot, lockTimeout: options.lockTimeout)
        let prefix = place == nil ? "" : "vectorizer-proof-"
        try ScratchDirectory.sweep(in: place ?? temporaryPath, prefix: prefix)
        let scratch = try ScratchDirectory(in: place ?? temporaryPath, prefix: prefix)
        let result = Result { () throws(VectorStoreError) in
            let restored = try RestoredStore(
                snapshot,
                from: self,
                at: scratch.path,
                options: options
            )
            return (
                checkedFiles: try restored.verify(depth: .full),
                canaries: try restored.replayCanaries()
            )
        }
        let proof = Result { () throws(VectorStoreError) in
            let (checkedFiles, canaries) = try result.get()
            let proof = SnapshotProof(
                format: SnapshotProof.format,
                version: SnapshotProof.version,
                snapshot: snapshot.name,
                snapshotSha256: try Self.hash(ofFile: path(of: snapshot)).hexadecimal,
                proven: Timestamp.now.description,
                tool: tool,
                checkedFiles: checkedFiles,
                canaries: canaries
            )
            try publish(proof, of: snapshot)
            return proof
        }
        do {
            try scratch.remove()
        } catch {
            options.logger.warning("\(scratch.path) is left behind: \(error)")
        }
        _ = consume lock
        return try proof.get()
    }

    /// Puts a proof in the place of an older one.
    private func publish(
        _ proof: SnapshotProof,
        of snapshot: SnapshotManifest
    ) throws(VectorStoreError) {
        let path = proofPath(of: snapshot)
        let bytes = try SealedDocument.encode(proof, path: path)
        let scratch = try ScratchDirectory(in: temporaryPath, prefix: "")
        try DurableFile.replace(path, with: bytes, through: scratch.path)
        try scratch.remove()
    }
}
