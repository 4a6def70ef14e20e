import VectorStore

/// The points of a random sample, and for each of them those of the others that are nearest.
struct DistanceMatrix {
    /// The sample, ordered by the ids on the wire.
    private(set) var ids: [RequestPointID] = []
    /// For each point of the sample the nearest others, the nearest first.
    private(set) var rows: [[(place: Int, score: Float)]] = []

    /// Draws a sample of the points that have a vector in a field, and compares each with all.
    ///
    /// - Throws: `CollectionError.fieldNotFound`, and the engine's errors.
    /// - Complexity: O(points) for the drawing, and O(sample²) distances.
    init(_ wanted: MatrixRequest, _ run: QueryRun) throws {
        let info = run.reader.info
        guard info.vectorNames.contains(wanted.field) else {
            throw VectorStoreError.collection(
                .fieldNotFound(field: wanted.field, collection: info.name.text)
            )
        }
        var step = QueryStep(.sample, in: wanted.field, limit: wanted.sampleCount)
        step.filter = .all(wanted.filter, .hasVector(wanted.field))
        let sample = try run.hits(step).map { (wire: RequestPointID($0.id), id: $0.id) }
            .sorted { $0.wire < $1.wire }
        guard sample.count > 1 else { return }
        ids = sample.map(\.wire)
        let places = Dictionary(
            uniqueKeysWithValues: sample.enumerated().map { ($1.id, $0) }
        )
        for point in sample {
            let others = sample.lazy.map(\.id).filter { $0 != point.id }
            let hits = try Self.nearest(to: point.id, among: Array(others), wanted, run)
            rows.append(
                hits.compactMap { hit in places[hit.point.id].map { ($0, hit.score) } }
            )
        }
    }

    private static func nearest(
        to id: PointID,
        among others: [PointID],
        _ wanted: MatrixRequest,
        _ run: QueryRun
    ) throws -> [SearchHit] {
        let filter = PointFilter(.ids(others))
        let count = min(wanted.limit, others.count)
        switch try run.vector(of: id, in: wanted.field) {
        case .dense(let components):
            let request = SearchRequest(
                vector: components,
                neighbourCount: count,
                filter: filter,
                effort: .exact
            )
            return try run.reader.search(request, in: wanted.field)
        case .sparse(let vector):
            return try run.reader.search(
                vector,
                in: wanted.field,
                neighbourCount: count,
                filter: filter
            )
        case nil: return []
        }
    }

    // MARK: Answers

    /// The matrix as a list of pairs.
    var pairs: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("pairs")
            writer.array { writer in
                for (place, row) in rows.enumerated() {
                    for hit in row {
                        writer.object { writer in
                            writer.name("a")
                            writer.value(ids[place])
                            writer.name("b")
                            writer.value(ids[hit.place])
                            writer.name("score")
                            writer.value(hit.score)
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    /// The matrix as lists of rows, columns and values.
    var offsets: [UInt8] {
        let cells = rows.enumerated().flatMap { row, hits in
            hits.map { (row: row, column: $0.place, score: $0.score) }
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("offsets_row")
            writer.array { writer in for cell in cells { writer.value(cell.row) } }
            writer.name("offsets_col")
            writer.array { writer in for cell in cells { writer.value(cell.column) } }
            writer.name("scores")
            writer.array { writer in for cell in cells { writer.value(cell.score) } }
            writer.name("ids")
            writer.array { writer in for id in ids { writer.value(id) } }
        }
        return writer.bytes
    }
}
