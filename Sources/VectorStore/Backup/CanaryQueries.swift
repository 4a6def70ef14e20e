/// Searches for a few points of each collection whose exact answers are written down, so that a
/// restored store can be asked the same.
///
/// Searches of the last snapshot are carried on: where all points of an answer are as they were,
/// only newer points can be nearer, and only those are read.
struct CanaryQueries {
    private let image: StoreImage
    private let previous: SnapshotManifest?
    private let team: ThreadTeam

    /// Points of each collection that are searched for.
    static let countPerCollection = 20
    /// Answers that are written down for each.
    static let neighbourCount = 10

    /// Prepares the searches.
    ///
    /// - Parameters:
    ///   - image: the store.
    ///   - previous: the last snapshot of it; nil finds all answers anew.
    ///   - team: threads.
    init(_ image: StoreImage, after previous: SnapshotManifest?, team: ThreadTeam) {
        self.image = image
        let isEarlier = previous.map {
            $0.epoch == image.record.epoch && $0.sequence <= image.record.commitSequence
        }
        self.previous = isEarlier == true ? previous : nil
        self.team = team
    }

    /// The searches and their answers.
    ///
    /// - Throws: `.corrupt` when a row that is an answer is damaged.
    /// - Complexity: O(new points · dimension); O(points · dimension) for collections that the last
    ///   snapshot does not have, and where answers have changed. Each row is read once for all.
    func canaries() throws(VectorStoreError) -> [SnapshotManifest.Canary] {
        let catalog = try CatalogConnection(
            path: image.catalogPath,
            access: .immutable,
            busySeconds: 1
        )
        return try catalog.read { db in try image.collections.flatMap { try canaries(of: $0, db) } }
    }

    private func canaries(
        of collection: StoreImage.Collection,
        _ db: CatalogReader
    ) throws -> [SnapshotManifest.Canary] {
        let record = collection.record
        let earlier = previous?.collections.first { $0.uuid == record.uuid.hexadecimal }
        let known = previous?.canaries.filter { $0.collection == earlier?.name } ?? []
        if earlier == SnapshotManifest.Collection(record) { return known }
        let rows = try PointRows(of: record.id, in: db)
        let kept = try known.compactMap { canary in
            try earlier.flatMap { try carriedOn(canary, since: $0, collection.files, rows) }
        }
        let searches = try kept + fresh(collection, without: Set(kept.map(\.key)))
        let scan = CanaryScan(files: collection.files, team: team)
        let nearest = try scan.nearest(searches, record.configuration)
        return try zip(searches, nearest).map { search, found in
            SnapshotManifest.Canary(
                collection: record.name.text,
                id: try id(search.key, rows),
                answers: try found.map { key, score in
                    SnapshotManifest.Canary.Answer(id: try id(key, rows), score: score)
                }
            )
        }
    }

    /// A search of an earlier snapshot, when its point and all its answers are as they were.
    private func carriedOn(
        _ canary: SnapshotManifest.Canary,
        since earlier: SnapshotManifest.Collection,
        _ files: VectorFiles,
        _ rows: PointRows
    ) throws -> CanaryScan.Search? {
        func key(_ id: String) throws -> Int64? {
            // A negative key is that of a point which has lost its vector.
            guard let key = try rows.find(PointID(id))?.key, 0 < key, key < earlier.nextKey
            else { return nil }
            return key
        }
        guard let own = try key(canary.id) else { return nil }
        let answers = try canary.answers.compactMap { try key($0.id) }
        guard answers.count == canary.answers.count else { return nil }
        return CanaryScan.Search(
            key: own,
            vector: try files.vector(of: own, path: image.catalogPath),
            answers: answers,
            firstNewKey: earlier.nextKey
        )
    }

    /// As many new searches as are missing.
    private func fresh(
        _ collection: StoreImage.Collection,
        without kept: Set<Int64>
    ) throws -> [CanaryScan.Search] {
        let wanted = min(Self.countPerCollection, collection.record.pointCount) - kept.count
        guard wanted > 0, collection.record.configuration.hasVectors else { return [] }
        return try collection.files.sample(Self.countPerCollection + kept.count)
            .filter { !kept.contains($0.key) }.prefix(wanted)
            .map { CanaryScan.Search(key: $0.key, vector: $0.vector, answers: [], firstNewKey: 0) }
    }

    private func id(_ key: Int64, _ rows: PointRows) throws -> String {
        guard let row = try rows.read(key: key, path: image.catalogPath) else {
            throw VectorStoreError.corrupt(
                image.catalogPath,
                "it has no point with the live key \(key)"
            )
        }
        return row.id.text
    }
}
