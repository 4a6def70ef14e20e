import VectorStore

/// The searches of one command line over one snapshot.
struct SearchRun {
    private let snapshot: CollectionSnapshot
    private let request: SearchRequest
    private let threadCount: Int?
    private let columns: PointColumns
    private let report: ExplanationReport?

    init(
        _ snapshot: CollectionSnapshot,
        _ request: SearchRequest,
        _ threadCount: Int?,
        _ columns: PointColumns,
        _ report: ExplanationReport?
    ) {
        self.snapshot = snapshot
        self.request = request
        self.threadCount = threadCount
        self.columns = columns
        self.report = report
    }

    /// Searches for each query of a source and writes what is found.
    func answer(_ source: QuerySource, to sink: inout RowSink) throws {
        if case .file = source { return try answerBatch(source, to: &sink) }
        let dimension = snapshot.info.configuration.dimension
        try source.forEach(dimension: dimension, in: snapshot) { _, vector in
            var request = request
            request.vector = vector
            guard let report else {
                return try write(try snapshot.search(request), query: nil, to: &sink)
            }
            var explanation = SearchExplanation()
            let hits = try snapshot.search(request, explanation: &explanation)
            try write(hits, query: nil, to: &sink)
            try sink.flush()
            report.tell(explanation, query: nil)
        }
    }

    private func answerBatch(_ source: QuerySource, to sink: inout RowSink) throws {
        let batch = SearchBatch(
            of: snapshot,
            like: request,
            threadCount: threadCount,
            wantsExplanations: report != nil
        )
        var answered = 0
        func answer() throws {
            try batch.answer { hits, explanation in
                try write(hits, query: answered, to: &sink)
                if let explanation, let report {
                    try sink.flush()
                    report.tell(explanation, query: answered)
                }
                answered += 1
            }
        }
        do {
            let dimension = snapshot.info.configuration.dimension
            try source.forEach(dimension: dimension, in: snapshot) { _, vector in
                try batch.add(vector)
                if batch.isFull { try answer() }
            }
        } catch {
            // The queries before a wrong one are answered all the same.
            try answer()
            throw error
        }
        try answer()
    }

    private func write(_ hits: [SearchHit], query: Int?, to sink: inout RowSink) throws {
        for (place, hit) in hits.enumerated() {
            var row: OutputColumns = []
            if let query { row.append(("query", .integer(query))) }
            row.append(("rank", .integer(place + 1)))
            let point = try columns.columns(of: hit.point)
            row.append(contentsOf: point.prefix(1))
            row.append(("score", .float(hit.score)))
            row.append(contentsOf: point.dropFirst())
            try sink.write(OutputRow(id: hit.point.id.text, columns: row))
        }
    }
}
