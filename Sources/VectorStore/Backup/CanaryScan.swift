import Synchronization

/// Finds the exact answers to several searches in one pass over the rows.
struct CanaryScan {
    let files: VectorFiles
    let team: ThreadTeam

    /// A search for a point.
    struct Search: Sendable {
        let key: Int64
        let vector: [Float]
        /// Keys of the nearest points among those with keys below ``firstNewKey``.
        let answers: [Int64]
        /// Rows below this need not be compared.
        let firstNewKey: Int64
    }

    /// Rows that all queries are compared with before the next ones: they fit a core's cache.
    private static let blockRowCount = 256
    /// Blocks that a thread takes at a time.
    private static let blocksPerTurn = 16

    /// Keys and scores of the nearest points, nearest first.
    ///
    /// - Throws: `.corrupt` when the row of an answer is damaged.
    func nearest(
        _ searches: [Search],
        _ configuration: CollectionConfiguration
    ) throws(VectorStoreError) -> [[(key: Int64, score: Float)]] {
        var queries: [PreparedQuery] = []
        for search in searches {
            do throws(VectorError) {
                queries.append(
                    try PreparedQuery(
                        search.vector.span,
                        metric: configuration.metric,
                        dimension: configuration.dimension
                    )
                )
            } catch {
                throw .point(.invalidVector(error, row: nil))
            }
        }
        var nearest = zip(queries, searches).map(known)
        scan(searches, queries, into: &nearest)
        var answers: [[(key: Int64, score: Float)]] = []
        for (query, candidates) in zip(queries, nearest) {
            for candidate in candidates.sorted() {
                let (file, slot) = files.row(at: candidate.location)
                try file.verify(slot)
            }
            answers.append(
                candidates.sorted().map {
                    (Int64(bitPattern: $0.key), query.score(fromDistance: $0.distance))
                }
            )
        }
        return answers
    }

    /// The answers that are known, with their distances.
    private func known(_ query: PreparedQuery, _ search: Search) -> NearestCandidates {
        var nearest = NearestCandidates(capacity: CanaryQueries.neighbourCount)
        for key in search.answers {
            guard let place = files.locate(key), let rows = files.readers[place.file].rows else {
                continue
            }
            query.scan(rows, slots: [UInt32(place.slot)].span) { slot, distance in
                nearest.offer(
                    distance: distance,
                    key: UInt64(bitPattern: key),
                    location: files.firstLocation(in: place.file) + UInt64(slot)
                )
            }
        }
        return nearest
    }

    /// A stretch of rows of one file.
    private struct Block: Sendable {
        let file: Int
        let rows: Range<Int>
    }

    private func scan(
        _ searches: [Search],
        _ queries: [PreparedQuery],
        into nearest: inout [NearestCandidates]
    ) {
        let firstKey = searches.map(\.firstNewKey).min() ?? .max
        let blocks = blocks(from: firstKey)
        for file in Set(blocks.map(\.file)) where firstKey == 0 {
            files.readers[file].willReadSequentially()
        }
        let begun = nearest
        let result = Mutex(nearest)
        team.forEach(blocks.count, grain: Self.blocksPerTurn) { _, numbers in
            var own = begun.map { _ in
                NearestCandidates(capacity: CanaryQueries.neighbourCount)
            }
            for number in numbers {
                for (index, search) in searches.enumerated() {
                    offer(blocks[number], from: search.firstNewKey, to: queries[index], &own[index])
                }
            }
            result.withLock { all in
                for index in all.indices { all[index].formUnion(own[index]) }
            }
        }
        nearest = result.withLock { $0 }
    }

    private func blocks(from firstKey: Int64) -> [Block] {
        files.readers.enumerated().flatMap { number, file -> [Block] in
            guard file.rowCount > 0, file.record.lastKey >= firstKey else { return [] }
            let first = file.firstSlot(from: firstKey)
            return stride(from: first, to: file.rowCount, by: Self.blockRowCount).map {
                Block(file: number, rows: $0..<min($0 + Self.blockRowCount, file.rowCount))
            }
        }
    }

    private func offer(
        _ block: Block,
        from firstKey: Int64,
        to query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) {
        let file = files.readers[block.file]
        guard let rows = file.rows, file.key(at: block.rows.upperBound - 1) >= firstKey else {
            return
        }
        let first = files.firstLocation(in: block.file)
        // A copy: what a closure captures by reference is loaded again for each row.
        var collected = nearest
        query.scan(rows, in: block.rows) { slot, distance in
            guard distance <= collected.threshold, !file.deletions.contains(slot) else { return }
            let key = file.key(at: slot)
            guard key >= firstKey else { return }
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: key),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
    }
}
