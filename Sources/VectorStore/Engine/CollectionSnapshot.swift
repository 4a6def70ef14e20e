import GRDB

/// One collection at one moment: what a reader sees however much is written meanwhile.
///
/// It is lent to a closure by ``Store/withSnapshot(of:_:)`` and must not leave it.
public final class CollectionSnapshot {
    /// The collection's counts and settings at that moment.
    public let info: CollectionInfo
    private let db: Database
    private let record: CollectionRecord
    private let files: VectorFiles
    private let path: String

    init(_ record: CollectionRecord, in db: Database, directory: DataDirectory) throws {
        self.db = db
        self.record = record
        self.path = directory.catalogPath
        self.info = try Store.info(record, in: db, directory: directory)
        self.files = try VectorFiles(of: record, in: db, directory: directory)
    }

    private var table: String { "points_\(record.id)" }

    // MARK: Counting and listing

    /// The number of points that pass a filter.
    ///
    /// - Parameter filter: nil counts all, in constant time.
    /// - Returns: the number.
    /// - Throws: `.corrupt` when a row that is read is damaged.
    public func count(_ filter: PointFilter? = nil) throws(VectorStoreError) -> Int {
        try mappingErrors {
            try FilterQuery(filter, of: record, in: db).count()
        }
    }

    /// Hands out points in the order of their ids' bytes.
    ///
    /// - Parameters:
    ///   - filter: which points; nil hands out all.
    ///   - after: only ids behind this one.
    ///   - limit: how many at most.
    ///   - includesVectors: whether the points carry their vectors.
    ///   - body: takes one point; false ends the listing.
    /// - Throws: `.corrupt` at the first damaged row, and what the body throws.
    public func forEachPoint(
        filter: PointFilter? = nil,
        after: PointID? = nil,
        limit: Int? = nil,
        includesVectors: Bool = false,
        _ body: (StoredPoint) throws -> Bool
    ) throws {
        try translatingFaults {
            let query = try FilterQuery(filter, of: record, in: db)
            let statement = try CatalogStatement(
                db,
                """
                SELECT \(PointRow.columns) FROM \(table) AS p
                WHERE (\(query.condition)) AND p.id > ? ORDER BY p.id LIMIT ?
                """
            )
            let next = query.bind(statement)
            statement.bind(after?.text ?? "", at: next)
            statement.bind(Int64(limit ?? -1), at: next + 1)
            while try statement.step() {
                let row = try PointRow(statement, path: path)
                guard try body(point(row, includesVectors)) else { break }
            }
        }
    }

    /// Hands out the points with the given ids, in that order.
    ///
    /// - Parameters:
    ///   - ids: the ids.
    ///   - includesVectors: whether the points carry their vectors.
    ///   - body: takes one point.
    /// - Returns: the ids that are not there.
    /// - Throws: `.corrupt` at the first damaged row, and what the body throws.
    public func forEachPoint(
        withIDs ids: [PointID],
        includesVectors: Bool = false,
        _ body: (StoredPoint) throws -> Void
    ) throws -> [PointID] {
        try translatingFaults {
            let statement = try CatalogStatement(
                db,
                "SELECT \(PointRow.columns) FROM \(table) AS p WHERE p.id = ?"
            )
            var missing: [PointID] = []
            for id in ids {
                statement.bind(id.text, at: 1)
                guard try statement.step() else {
                    missing.append(id)
                    continue
                }
                let row = try PointRow(statement, path: path)
                statement.reset()
                try body(point(row, includesVectors))
            }
            return missing
        }
    }

    /// Tells for each id whether its point is there.
    package func contains(_ ids: [PointID]) throws -> [Bool] {
        try translatingFaults {
            let rows = try PointRows(of: record.id, in: db)
            return try ids.map { try rows.find($0) != nil }
        }
    }

    /// The catalog's errors become the engine's; a body's own errors pass as they are.
    private func translatingFaults<Value>(_ work: () throws -> Value) throws -> Value {
        try CatalogConnection.translatingFaults(in: db, work)
    }

    private func point(_ row: PointRow, _ includesVectors: Bool) throws -> StoredPoint {
        StoredPoint(
            id: row.id,
            payload: row.payload,
            vector: includesVectors ? try files.vector(of: row.key, path: path) : nil
        )
    }

    // MARK: Searching

    /// The points nearest to a query, nearest first; never fewer than asked for when so many match.
    ///
    /// - Throws: `.invalidVector` for the query, `.invalidFilter`, `.corrupt` when an answer's row
    ///   is damaged.
    /// - Complexity: O(points × dimension), at the speed of memory.
    public func search(_ request: SearchRequest) throws(VectorStoreError) -> [SearchHit] {
        try mappingErrors {
            let query = try prepare(request)
            let nearest = try nearest(to: query, request)
            return try hits(nearest, query, request)
        }
    }

    private func prepare(_ request: SearchRequest) throws(VectorStoreError) -> PreparedQuery {
        guard (1...Limits.neighbourCount).contains(request.neighbourCount) else {
            throw .limitExceeded(
                limit: "k",
                maximum: Limits.neighbourCount,
                got: request.neighbourCount
            )
        }
        do throws(VectorFault) {
            return try PreparedQuery(
                request.vector.span,
                metric: record.configuration.metric,
                dimension: record.configuration.dimension
            )
        } catch {
            throw .invalidVector(error, row: nil)
        }
    }

    private func nearest(
        to query: PreparedQuery,
        _ request: SearchRequest
    ) throws -> NearestCandidates {
        var nearest = NearestCandidates(
            capacity: min(request.neighbourCount, max(record.pointCount, 1))
        )
        guard let filter = request.filter else {
            for (file, reader) in files.readers.enumerated() {
                reader.collectNearest(
                    to: query,
                    locatedFrom: files.firstLocation(in: file),
                    into: &nearest
                )
            }
            try check(nearest, rowCount: record.pointCount)
            return nearest
        }
        let allowed = try slots(passing: filter)
        for (file, slots) in allowed.enumerated() {
            files.readers[file].collectNearest(
                to: query,
                locatedFrom: files.firstLocation(in: file),
                among: slots,
                into: &nearest
            )
        }
        try check(nearest, rowCount: allowed.reduce(0) { $0 + $1.count })
        return nearest
    }

    /// Never fewer answers than there are: a row that can't be compared any more is named.
    private func check(_ nearest: NearestCandidates, rowCount: Int) throws(VectorStoreError) {
        guard nearest.count < min(nearest.capacity, rowCount) else { return }
        for reader in files.readers {
            for slot in 0..<reader.rowCount { try reader.verify(slot) }
        }
        throw .corrupt(
            file: path,
            offset: nil,
            reason: "collection \(record.name) has \(record.pointCount) points, "
                + "its vector files have fewer"
        )
    }

    /// The rows of each file whose points pass a filter, ascending.
    private func slots(passing filter: PointFilter) throws -> [[UInt32]] {
        var slots = files.readers.map { _ in [UInt32]() }
        for key in try FilterQuery(filter, of: record, in: db).keys() {
            guard let place = files.locate(key) else { throw withoutVector(key) }
            slots[place.file].append(UInt32(place.slot))
        }
        return slots.map { $0.sorted() }
    }

    private func withoutVector(_ key: Int64) -> VectorStoreError {
        .corrupt(
            file: path,
            offset: nil,
            reason: "no vector file has the point with key \(key)"
        )
    }

    /// Reads the winners' rows, each checked.
    private func hits(
        _ nearest: NearestCandidates,
        _ query: PreparedQuery,
        _ request: SearchRequest
    ) throws -> [SearchHit] {
        let statement = try CatalogStatement(
            db,
            "SELECT \(PointRow.columns) FROM \(table) AS p WHERE p.key = ?"
        )
        var hits: [SearchHit] = []
        for candidate in nearest.sorted() {
            let score = query.score(fromDistance: candidate.distance)
            if let worst = request.minimumScore, !query.isScore(score, within: worst) { break }
            let (reader, slot) = files.row(at: candidate.location)
            // Checks the row with its key, so what is found by that key is the row's own point.
            let vector = try reader.vector(at: slot)
            let key = Int64(bitPattern: candidate.key)
            statement.bind(key, at: 1)
            guard try statement.step() else {
                throw VectorStoreError.corrupt(
                    file: reader.path,
                    offset: nil,
                    reason: "row \(slot) is live, the catalog has no point with key \(key)"
                )
            }
            let row = try PointRow(statement, path: path)
            statement.reset()
            let point = StoredPoint(
                id: row.id,
                payload: row.payload,
                vector: request.includesVectors ? vector : nil
            )
            hits.append(SearchHit(point: point, score: score))
        }
        return hits
    }

    private func mappingErrors<Value>(
        _ body: () throws -> Value
    ) throws(VectorStoreError) -> Value {
        try CatalogConnection.mappingErrors(path: path, operation: "read", body)
    }
}

extension Store {
    /// Lends a snapshot of one collection to a body; all it reads is of one commit.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - body: works with the snapshot; it may take as long as it likes, writers don't wait.
    /// - Returns: what the body returns.
    /// - Throws: `.collectionNotFound`, `.corrupt`, and whatever the body throws.
    public func withSnapshot<Value>(
        of name: CollectionName,
        _ body: (CollectionSnapshot) throws -> Value
    ) throws -> Value {
        var thrown: (any Error)?
        do {
            return try readFiles { db, _ in
                let record = try record(of: name, in: db)
                let snapshot = try CollectionSnapshot(record, in: db, directory: directory)
                do {
                    return try body(snapshot)
                } catch {
                    // Thrown on, because a transaction in which reading failed must not commit.
                    thrown = error
                    throw error
                }
            }
        } catch {
            // The body's own errors pass by the translation of the catalog's.
            throw thrown ?? error
        }
    }
}
