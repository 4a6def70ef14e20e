import VectorStore

/// The searches of one command line over one snapshot.
struct SearchRun {
    private let snapshot: CollectionReader
    private let request: SearchRequest
    private let threadCount: Int?
    private let columns: PointColumns
    private let report: ExplanationReport?

    init(
        _ snapshot: CollectionReader,
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
    ///
    /// Queries of a file are answered many at a time; the one query of another source is a batch
    /// of its own, whose rows have no number.
    func answer(_ source: QuerySource, to sink: inout RowSink) throws {
        let batch = SearchBatch(
            of: snapshot,
            like: request,
            threadCount: threadCount,
            wantsExplanations: report != nil
        )
        var isNumbered = false
        var answered = 0
        func answer() throws {
            try batch.answer { hits, explanation in
                let number = isNumbered ? answered : nil
                try write(hits, query: number, to: &sink)
                if let explanation, let report {
                    try sink.flush()
                    report.tell(explanation, query: number)
                }
                answered += 1
            }
        }
        do {
            let dimension = snapshot.info.configuration.dimension
            try source.forEach(dimension: dimension, in: snapshot) { number, vector in
                isNumbered = number != nil
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
