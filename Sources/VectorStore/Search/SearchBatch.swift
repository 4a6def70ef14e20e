/// Searches that differ only in their vectors, on several threads and over one snapshot.
///
/// The nearest rows are found in parallel; the points are read by the snapshot's own thread, in
/// order. The answers are those of single searches, whatever the number of threads. Memory stays
/// bounded: the caller asks for the answers whenever the batch is full.
package final class SearchBatch {
    private let snapshot: CollectionReader
    private var request: SearchRequest
    private let wantedThreadCount: Int?
    // One query asks for no cores.
    private lazy var team = ThreadTeam(threadCount: wantedThreadCount)
    private let wantsExplanations: Bool
    private var queries: [PreparedQuery] = []

    /// Queries a thread has before it, on average.
    private static let queriesPerThread = 64

    /// Prepares a batch.
    ///
    /// - Parameters:
    ///   - snapshot: what is searched; it must outlive the batch.
    ///   - request: what is asked of each query; its own vector is not used.
    ///   - threadCount: threads; nil takes one per core.
    ///   - wantsExplanations: whether to give an account of each search.
    package init(
        of snapshot: CollectionReader,
        like request: SearchRequest,
        threadCount: Int?,
        wantsExplanations: Bool = false
    ) {
        self.snapshot = snapshot
        self.request = request
        wantedThreadCount = threadCount
        self.wantsExplanations = wantsExplanations
    }

    /// Whether it is time to ask for the answers.
    package var isFull: Bool {
        queries.count >= Self.queriesPerThread
            && queries.count >= team.threadCount * Self.queriesPerThread
    }

    /// Adds a query.
    ///
    /// - Throws: `.invalidVector`, and `.limitExceeded` for k.
    package func add(_ vector: [Float]) throws(VectorStoreError) {
        request.vector = vector
        try snapshot.check(neighbourCount: request.neighbourCount)
        queries.append(try snapshot.prepare(request))
    }

    /// Answers the queries that were added, in their order, and forgets them.
    ///
    /// - Parameter body: takes the points of one query, and the account if it was wanted.
    /// - Throws: what a search throws, `.cancelled`, and what the body
    ///   throws.
    package func answer(_ body: ([SearchHit], SearchExplanation?) throws -> Void) throws {
        defer { queries.removeAll(keepingCapacity: true) }
        for (query, result) in zip(queries, try results()) {
            var explanation = result.explanation
            let hits = try snapshot.mappingErrors {
                try snapshot.hits(result.nearest, query, request, &explanation)
            }
            try body(hits, explanation)
        }
    }

    private struct Result: Sendable {
        let nearest: NearestCandidates
        let explanation: SearchExplanation?
    }

    private func results() throws(VectorStoreError) -> [Result] {
        guard let first = queries.first else { return [] }
        var account = wantsExplanations ? SearchExplanation() : nil
        account?.openMicroseconds = snapshot.openMicroseconds
        return try snapshot.mappingErrors {
            guard queries.count > 1 else {
                let nearest = try snapshot.nearest(to: first, request, &account)
                return [Result(nearest: nearest, explanation: account)]
            }
            var stopwatch = Stopwatch()
            let filter = try request.filter.map { try snapshot.prepared($0) }
            account?.reusedFilter = filter?.known != nil
            let rows = try filter?.rows(for: snapshot.question(first, request))
            account?.filterMicroseconds = stopwatch.lap()
            let found = try find(rows, account)
            try snapshot.cancellation.check()
            for result in found { try snapshot.check(result.nearest, passing: filter) }
            return found
        }
    }

    private func find(
        _ rows: [KnownRows]?,
        _ account: SearchExplanation?
    ) throws(VectorStoreError) -> [Result] {
        let questions = queries.map { snapshot.question($0, request) }
        let (files, cancellation) = (snapshot.files, snapshot.cancellation)
        return try team.map(questions, with: { FilesSearch(files) }) {
            search,
            question throws(VectorStoreError) in
            try cancellation.check()
            var explanation = account
            let nearest = search.nearest(question, among: rows, &explanation)
            return Result(nearest: nearest, explanation: explanation)
        }
    }
}
