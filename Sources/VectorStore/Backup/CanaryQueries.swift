import Synchronization

/// Searches for a few points of each collection whose exact answers are written down, so that a
/// restored store can be asked the same.
struct CanaryQueries {
    private let image: StoreImage
    private let threadCount: Int

    /// Points of each collection that are searched for.
    static let countPerCollection = 20
    /// Answers that are written down for each.
    static let neighbourCount = 10
    /// Rows that all queries are compared with before the next ones: they fit a core's cache.
    private static let blockRowCount = 256

    init(_ image: StoreImage, threadCount: Int) {
        self.image = image
        self.threadCount = threadCount
    }

    /// The searches and their answers.
    ///
    /// - Throws: `.corrupt` when a row that is an answer is damaged.
    /// - Complexity: O(points · dimension), each row read once for all searches.
    func canaries() throws(VectorStoreError) -> [SnapshotManifest.Canary] {
        let catalog = try CatalogConnection(
            path: image.catalogPath,
            access: .immutable,
            busySeconds: 1
        )
        return try catalog.read { db in
            try image.collections.flatMap { collection in
                let rows = try PointRows(of: collection.record.id, in: db)
                return try canaries(of: collection, rows)
            }
        }
    }

    private func canaries(
        of collection: StoreImage.Collection,
        _ rows: PointRows
    ) throws -> [SnapshotManifest.Canary] {
        let (record, files) = (collection.record, collection.files)
        let samples = try files.sample(Self.countPerCollection)
        let queries = try samples.map { sample in
            do throws(VectorFault) {
                return try PreparedQuery(
                    sample.vector.span,
                    metric: record.configuration.metric,
                    dimension: record.configuration.dimension
                )
            } catch {
                throw VectorStoreError.invalidVector(error, row: nil)
            }
        }
        let nearest = nearest(to: queries, in: files)
        return try zip(samples, zip(queries, nearest)).map { sample, found in
            let (query, candidates) = found
            return SnapshotManifest.Canary(
                collection: record.name.text,
                id: try id(sample.key, rows),
                answers: try candidates.sorted().map { candidate in
                    SnapshotManifest.Canary.Answer(
                        id: try id(Int64(bitPattern: candidate.key), rows),
                        score: query.score(fromDistance: candidate.distance)
                    )
                }
            )
        }
    }

    private func id(_ key: Int64, _ rows: PointRows) throws -> String {
        guard let row = try rows.read(key: key, path: image.catalogPath) else {
            throw VectorStoreError.corrupt(
                file: image.catalogPath,
                offset: nil,
                reason: "it has no point with the live key \(key)"
            )
        }
        return row.id.text
    }

    /// Compares all queries with each block of rows while it is in the cache.
    private func nearest(
        to queries: [PreparedQuery],
        in files: VectorFiles
    ) -> [NearestCandidates] {
        let blocks = files.readers.enumerated().flatMap { place, file in
            stride(from: 0, to: file.rowCount, by: Self.blockRowCount).map {
                (place: place, rows: $0..<min($0 + Self.blockRowCount, file.rowCount))
            }
        }
        let empty = queries.map { _ in NearestCandidates(capacity: Self.neighbourCount) }
        let result = Mutex(empty)
        Workers.forEach(below: blocks.count, threadCount: threadCount) { next in
            var nearest = empty
            while let number = next() {
                let (place, range) = blocks[number]
                for (index, query) in queries.enumerated() {
                    Self.offer(files, place, range, to: query, &nearest[index])
                }
            }
            result.withLock { all in
                for index in all.indices { all[index].formUnion(nearest[index]) }
            }
        }
        return result.withLock { $0 }
    }

    private static func offer(
        _ files: VectorFiles,
        _ place: Int,
        _ range: Range<Int>,
        to query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) {
        let file = files.readers[place]
        guard let rows = file.rows else { return }
        let first = files.firstLocation(in: place)
        // A copy: what a closure captures by reference is loaded again for each row.
        var collected = nearest
        query.scan(rows, in: range) { slot, distance in
            guard distance <= collected.threshold, !file.deadSlots.contains(slot) else { return }
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: file.key(at: slot)),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
    }
}
