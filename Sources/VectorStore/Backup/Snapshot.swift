import Glibc

/// One snapshot of a repository.
package struct Snapshot: Sendable {
    package let manifest: SnapshotManifest
    /// That it restores, if that was tried.
    package let proof: SnapshotProof?
}

/// What lies below `snapshots/`.
package struct SnapshotListing: Sendable {
    /// The sound ones, the latest state last.
    package var snapshots: [Snapshot] = []
    /// Files that can't be read, and why.
    package var faults: [(file: String, error: VectorStoreError)] = []

    /// Throws the first fault, if there is one.
    package func rethrowFault() throws(VectorStoreError) {
        if let fault = faults.first { throw fault.error }
    }

    /// Throws the first fault of a snapshot, if there is one; a damaged proof says nothing about
    /// which snapshots there are.
    func rethrowSnapshotFault() throws(VectorStoreError) {
        let fault = faults.first { !$0.file.hasSuffix(SnapshotProof.suffix) }
        if let fault { throw fault.error }
    }
}

/// Which snapshot is meant.
package enum SnapshotChoice: Equatable, Sendable {
    /// The one of the latest state.
    case latest
    /// The one with this id, the only one whose id begins so, or the one with this name.
    case named(String)
    /// The latest one that was there at a moment.
    case asOf(Timestamp)
}

extension BackupRepository {
    /// Reads all manifests and proofs.
    ///
    /// - Throws: `.system` when the directory can't be read; a bad file is a fault of the listing.
    /// - Complexity: O(bytes of all manifests).
    package func listing() throws(VectorStoreError) -> SnapshotListing {
        var listing = SnapshotListing()
        guard DurableFile.isDirectory(snapshotsPath) else {
            // Not the same as a directory without snapshots: a forget would forget all.
            throw lostSnapshots
        }
        let names = Set(try DurableFile.names(in: snapshotsPath))
        for name in names.sorted() where name.hasSuffix(".json") {
            let file = snapshotsPath + "/" + name
            guard !name.hasSuffix(SnapshotProof.suffix) else {
                checkHasSnapshot(name, names, &listing)
                continue
            }
            do throws(VectorStoreError) {
                let manifest = try SnapshotManifest.read(from: file)
                guard manifest.store == store.hexadecimal else {
                    throw VectorStoreError.backup(
                        .malformedSnapshot(file: file, reason: "it is of another store")
                    )
                }
                let proof = proof(of: manifest, names, &listing)
                listing.snapshots.append(Snapshot(manifest: manifest, proof: proof))
            } catch .file(.system(_, _, ENOENT)) {
                // Forgotten a moment ago.
                continue
            } catch {
                listing.faults.append((file, error))
            }
        }
        listing.snapshots.sort { $1.manifest.isLater(than: $0.manifest) }
        return listing
    }

    /// Whether there are chunks and not even a directory for what names them, so that nothing may
    /// be taken for superfluous.
    var hasLostSnapshots: Bool {
        get throws(VectorStoreError) {
            guard !DurableFile.isDirectory(snapshotsPath) else { return false }
            return try !chunks.all().isEmpty
        }
    }

    var lostSnapshots: VectorStoreError {
        .backup(.corruptRepository(file: snapshotsPath, reason: "it is missing"))
    }

    /// Takes the shared lock for work on a snapshot that was chosen before.
    ///
    /// - Throws: `.snapshotNotFound` when it was forgotten meanwhile, `.busy`, `.system`.
    func lock(
        using manifests: SnapshotManifest...,
        lockTimeout: LockTimeout
    ) throws(VectorStoreError) -> FileLock? {
        let lock = try lock(.shared, lockTimeout: lockTimeout)
        for manifest in manifests where DurableFile.byteCount(of: path(of: manifest)) == nil {
            throw .backup(.snapshotNotFound(snapshot: manifest.id, repository: path))
        }
        return lock
    }

    func path(of manifest: SnapshotManifest) -> String {
        snapshotsPath + "/" + manifest.name + ".json"
    }

    func proofPath(of manifest: SnapshotManifest) -> String {
        snapshotsPath + "/" + manifest.name + SnapshotProof.suffix
    }

    private func checkHasSnapshot(
        _ name: String,
        _ names: Set<String>,
        _ listing: inout SnapshotListing
    ) {
        let snapshot = name.dropLast(SnapshotProof.suffix.count) + ".json"
        guard !names.contains(String(snapshot)) else { return }
        let file = snapshotsPath + "/" + name
        listing.faults.append(
            (
                file,
                .backup(.malformedSnapshot(file: file, reason: "it is the proof of no snapshot"))
            )
        )
    }

    private func proof(
        of manifest: SnapshotManifest,
        _ names: Set<String>,
        _ listing: inout SnapshotListing
    ) -> SnapshotProof? {
        let file = proofPath(of: manifest)
        guard names.contains(manifest.name + SnapshotProof.suffix) else { return nil }
        do throws(VectorStoreError) {
            let proof = try SealedDocument.read(
                SnapshotProof.self,
                from: file,
                format: SnapshotProof.format,
                version: SnapshotProof.version
            )
            let hash = try Self.hash(ofFile: path(of: manifest))
            guard proof.snapshot == manifest.name, proof.snapshotSha256 == hash.hexadecimal,
                Timestamp(proof.proven)?.description == proof.proven
            else {
                throw .backup(
                    .malformedSnapshot(file: file, reason: "it is the proof of another snapshot")
                )
            }
            return proof
        } catch .file(.system(_, _, ENOENT)) {
            return nil
        } catch {
            listing.faults.append((file, error))
            return nil
        }
    }

    static func hash(ofFile path: String) throws(VectorStoreError) -> ContentHash {
        ContentHash(of: try DurableFile.read(path, byteCountMax: 1 << 30))
    }

    // MARK: Choosing

    /// Finds the snapshot that is meant.
    ///
    /// - Throws: `.snapshotNotFound`, `.ambiguousSnapshot`; for the latest one also what is wrong
    ///   with a snapshot that can't be read, which may be the one that is meant.
    package func snapshot(_ choice: SnapshotChoice) throws(VectorStoreError) -> Snapshot {
        let listing = try listing()
        switch choice {
        case .latest:
            try listing.rethrowSnapshotFault()
            guard let last = listing.snapshots.last else {
                throw .backup(.snapshotNotFound(snapshot: "latest", repository: path))
            }
            return last
        case .asOf(let time):
            try listing.rethrowSnapshotFault()
            guard let last = listing.snapshots.last(where: { $0.manifest.createdAt <= time })
            else { throw .backup(.snapshotNotFound(snapshot: "as of \(time)", repository: path)) }
            return last
        case .named(let text): return try snapshot(named: text, in: listing)
        }
    }

    private func snapshot(
        named text: String,
        in listing: SnapshotListing
    ) throws(VectorStoreError) -> Snapshot {
        let exact = listing.snapshots.filter { $0.manifest.id == text || $0.manifest.name == text }
        if let found = exact.first, exact.count == 1 { return found }
        // A name may stand in the way of nothing: a damaged file is named by it, too.
        let file = snapshotsPath + "/" + text + ".json"
        if let fault = listing.faults.first(where: { $0.file == file }) { throw fault.error }
        let begun = text.isEmpty ? [] : listing.snapshots.filter { $0.manifest.id.hasPrefix(text) }
        guard let found = begun.first else {
            // The one that is meant may be one of those that can't be read.
            try listing.rethrowSnapshotFault()
            throw .backup(.snapshotNotFound(snapshot: text, repository: path))
        }
        guard begun.count == 1 else {
            throw .backup(.ambiguousSnapshot(snapshot: text, candidates: begun.map(\.manifest.id)))
        }
        return found
    }
}
