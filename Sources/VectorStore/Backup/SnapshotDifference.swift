import Glibc
import Logging

/// What happened to one collection from one snapshot to another.
package struct CollectionDifference: Sendable {
    /// What happened to it as a whole.
    package enum Change: String, Sendable {
        case same, added, removed, changed
    }

    package let name: String
    /// Points in each of the two snapshots.
    package let pointCounts: (before: Int, after: Int)
    /// Points that only the second has.
    package var addedCount = 0
    /// Points that only the first has.
    package var removedCount = 0
    /// Points of both whose payload or vector differs.
    package var changedCount = 0
    /// Whether the settings differ.
    package var hasOtherSettings = false
    /// Which share of the exact answers to the searches of both snapshots is the same; nil when
    /// there are no such searches.
    package var sameAnswerShare: Double?
    /// How many searches that were.
    package var queryCount = 0
    private let isIn: (before: Bool, after: Bool)

    init(
        _ name: String,
        _ before: SnapshotManifest.Collection?,
        _ after: SnapshotManifest.Collection?
    ) {
        self.name = name
        pointCounts = (before?.points ?? 0, after?.points ?? 0)
        isIn = (before != nil, after != nil)
        if before == nil { addedCount = pointCounts.after }
        if after == nil { removedCount = pointCounts.before }
    }

    /// What happened to it as a whole.
    package var change: Change {
        guard isIn.before else { return .added }
        guard isIn.after else { return .removed }
        let isSame = addedCount + removedCount + changedCount == 0 && !hasOtherSettings
        return isSame ? .same : .changed
    }
}

extension BackupRepository {
    /// Compares two snapshots, collection by collection, point by point.
    ///
    /// - Parameters:
    ///   - before: the one that is compared with.
    ///   - after: the other.
    ///   - place: where unfinished work goes when the repository can't be written.
    ///   - options: threads, and who is told.
    /// - Returns: every collection of either, by name.
    /// - Throws: `.corruptRepository`, `.malformedSnapshot`, `.cancelled`, `.system`.
    /// - Complexity: O(points · log points) over both catalogs; vectors are only read of points
    ///   that were written anew with the payload they had.
    package func difference(
        from before: SnapshotManifest,
        to after: SnapshotManifest,
        in place: String? = nil,
        options: RestoreOptions
    ) throws(VectorStoreError) -> [CollectionDifference] {
        let lock = try lock(using: before, after, lockTimeout: options.lockTimeout)
        let scratch = try scratchDirectory(orIn: place ?? "/tmp")
        let result = Result { () throws(VectorStoreError) in
            try SnapshotComparison(
                before: restore(catalogOf: before, as: "before", in: scratch, options),
                after: restore(catalogOf: after, as: "after", in: scratch, options)
            ).differences()
        }
        do {
            try scratch.remove()
        } catch {
            options.logger.info("the next backup removes \(scratch.path): \(error)")
        }
        _ = consume lock
        return try result.get()
    }

    private func scratchDirectory(orIn place: String) throws(VectorStoreError) -> ScratchDirectory {
        do {
            return try ScratchDirectory(in: temporaryPath, prefix: "")
        } catch .file(.system(_, _, let code)) where [EROFS, EACCES, EPERM, ENOENT].contains(code) {
            return try ScratchDirectory(in: place, prefix: "vectorizer-diff-")
        }
    }

    private func restore(
        catalogOf manifest: SnapshotManifest,
        as name: String,
        in scratch: ScratchDirectory,
        _ options: RestoreOptions
    ) throws(VectorStoreError) -> RestoredStore {
        let path = scratch.path + "/" + name
        try DurableFile.makeDirectory(path)
        return try RestoredStore(catalogOf: manifest, from: self, at: path, options: options)
    }
}

/// Compares two restored catalogs.
private struct SnapshotComparison {
    let before: RestoredStore
    let after: RestoredStore

    func differences() throws(VectorStoreError) -> [CollectionDifference] {
        let catalog = try CatalogConnection(
            path: before.directory.catalogPath,
            access: .immutable,
            busySeconds: 1
        )
        return try catalog.comparing(with: after.directory.catalogPath) { catalogs in
            try names.map { try difference($0, in: catalogs) }
        }
    }

    private var names: [String] {
        let all = before.manifest.collections + after.manifest.collections
        return Set(all.map(\.name)).sorted()
    }

    private func difference(
        _ name: String,
        in catalogs: CatalogPair
    ) throws -> CollectionDifference {
        let old = before.manifest.collections.first { $0.name == name }
        let new = after.manifest.collections.first { $0.name == name }
        var difference = CollectionDifference(name, old, new)
        guard let old, let new else { return difference }
        compareAnswers(name, &difference)
        difference.hasOtherSettings =
            (old.dim, old.metric, old.quantization) != (new.dim, new.metric, new.quantization)
        // Nothing was committed to it between the two.
        if old == new, before.manifest.epoch == after.manifest.epoch { return difference }
        let points = try catalogs.points(
            of: name,
            // A restore goes back to where keys that were given out before are given out again.
            sharesKeys: old.uuid == new.uuid && before.manifest.epoch == after.manifest.epoch
        )
        guard let points else {
            preconditionFailure("the catalogs were compared with their manifests")
        }
        difference.addedCount = try points.addedCount()
        difference.removedCount = try points.removedCount()
        difference.changedCount = try points.otherPayloadCount()
        difference.changedCount += try vectorChangeCount(points.rewrittenKeys(), old, new)
        return difference
    }

    /// Points with the payload that they had, written anew: their vectors tell.
    private func vectorChangeCount(
        _ rewritten: [(before: Int64, later: Int64)],
        _ old: SnapshotManifest.Collection,
        _ new: SnapshotManifest.Collection
    ) throws -> Int {
        guard !rewritten.isEmpty else { return 0 }
        guard old.dim == new.dim else { return rewritten.count }
        try before.restoreFiles(of: [old])
        try after.restoreFiles(of: [new])
        let name = CollectionName(unchecked: old.name)
        let (oldStore, newStore) = (try before.open(.read), try after.open(.read))
        return try oldStore.withReader(of: name) { old in
            try newStore.withReader(of: name) { new in
                try rewritten.count { oldKey, newKey in
                    let vector = try old.storedVector(of: oldKey)
                    let other = try new.storedVector(of: newKey)
                    return vector?.map(\.bitPattern) != other?.map(\.bitPattern)
                }
            }
        }
    }

    // MARK: Answers

    private func compareAnswers(_ name: String, _ difference: inout CollectionDifference) {
        let asked = before.manifest.canaries.filter { $0.collection == name }
        var (same, all) = (0, 0)
        for canary in asked {
            guard
                let other = after.manifest.canaries.first(where: {
                    $0.collection == name && $0.id.utf8.elementsEqual(canary.id.utf8)
                })
            else { continue }
            let answers = Set(canary.answers.map { PointID(unchecked: $0.id) })
            let others = Set(other.answers.map { PointID(unchecked: $0.id) })
            same += answers.intersection(others).count
            all += max(answers.count, others.count)
            difference.queryCount += 1
        }
        difference.sameAnswerShare = all == 0 ? nil : Double(same) / Double(all)
    }
}
