import GRDB
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
        let lock = try lock(using: before, after, patience: options.patience)
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

    private func scratchDirectory(
        orIn place: String
    ) throws(VectorStoreError) -> ScratchDirectory {
        do {
            return try ScratchDirectory(in: temporaryPath, prefix: "")
        } catch .system(_, _, let code) where [EROFS, EACCES, EPERM, ENOENT].contains(code) {
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
        let other = CatalogConnection.immutableURI(after.directory.catalogPath)
        return try catalog.withoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS later", arguments: [other])
            return try names.map { try difference($0, in: db) }
        }
    }

    private var names: [String] {
        let all = before.manifest.collections + after.manifest.collections
        return Set(all.map(\.name)).sorted()
    }

    private func difference(
        _ name: String,
        in db: Database
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
        let tables = try Tables(
            old,
            new,
            // A restore goes back to where keys that were given out before are given out again.
            sharesKeys: old.uuid == new.uuid && before.manifest.epoch == after.manifest.epoch,
            in: db
        )
        difference.addedCount = try tables.count(tables.added, in: db)
        difference.removedCount = try tables.count(tables.removed, in: db)
        difference.changedCount = try tables.count(tables.withOtherPayload, in: db)
        difference.changedCount += try vectorChangeCount(tables, old, new, in: db)
        return difference
    }

    /// Points with the payload that they had, written anew: their vectors tell.
    private func vectorChangeCount(
        _ tables: Tables,
        _ old: SnapshotManifest.Collection,
        _ new: SnapshotManifest.Collection,
        in db: Database
    ) throws -> Int {
        let rewritten = try Row.fetchAll(db, sql: tables.rewritten).map { row -> (Int64, Int64) in
            (row[0], row[1])
        }
        guard !rewritten.isEmpty else { return 0 }
        guard old.dim == new.dim else { return rewritten.count }
        try before.restoreFiles(of: [old])
        try after.restoreFiles(of: [new])
        let name = CollectionName(unchecked: old.name)
        let (oldStore, newStore) = (try before.open(.read), try after.open(.read))
        return try oldStore.withSnapshot(of: name) { old in
            try newStore.withSnapshot(of: name) { new in
                try rewritten.count { oldKey, newKey in
                    let vector = try old.files.vector(of: oldKey, path: old.path)
                    let other = try new.files.vector(of: newKey, path: new.path)
                    return vector.map(\.bitPattern) != other.map(\.bitPattern)
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

/// The tables of points of one collection in two catalogs.
private struct Tables {
    private let old: String
    private let new: String
    /// Whether a key means the same point in both.
    private let sharesKeys: Bool

    init(
        _ old: SnapshotManifest.Collection,
        _ new: SnapshotManifest.Collection,
        sharesKeys: Bool,
        in db: Database
    ) throws {
        self.old = "main.points_\(try Self.id(old, "main", in: db))"
        self.new = "later.points_\(try Self.id(new, "later", in: db))"
        self.sharesKeys = sharesKeys
    }

    private static func id(
        _ collection: SnapshotManifest.Collection,
        _ schema: String,
        in db: Database
    ) throws -> Int64 {
        let sql = "SELECT id FROM \(schema).collections WHERE name = ?"
        guard let id = try Int64.fetchOne(db, sql: sql, arguments: [collection.name]) else {
            preconditionFailure("the catalog was compared with its manifest")
        }
        return id
    }

    var added: String {
        "SELECT 1 FROM \(new) AS n WHERE NOT EXISTS (SELECT 1 FROM \(old) AS o WHERE o.id = n.id)"
    }

    var removed: String {
        "SELECT 1 FROM \(old) AS o WHERE NOT EXISTS (SELECT 1 FROM \(new) AS n WHERE n.id = o.id)"
    }

    private var pairs: String { "FROM \(old) AS o JOIN \(new) AS n ON n.id = o.id" }

    // A payload's stored form follows from its text.
    var withOtherPayload: String { "SELECT 1 \(pairs) WHERE o.payload <> n.payload" }

    /// Pairs of keys: the same payload, and perhaps another vector.
    var rewritten: String {
        let condition = sharesKeys ? "o.key <> n.key AND " : ""
        return "SELECT o.key, n.key \(pairs) WHERE \(condition)o.payload = n.payload"
    }

    func count(_ rows: String, in db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(rows))") ?? 0
    }
}
