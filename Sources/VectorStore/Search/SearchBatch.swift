/// Many searches that differ only in their vectors, on several threads and over one snapshot.
///
/// The nearest rows are found in parallel; the points are read by the snapshot's own thread, in
/// order. The answers do not depend on the number of threads. Memory stays bounded: the caller asks
/// for the answers whenever the batch is full.
package final class SearchBatch {
    private let snapshot: CollectionSnapshot
    private var request: SearchRequest
    private let team: ThreadTeam
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
        of snapshot: CollectionSnapshot,
        like request: SearchRequest,
        threadCount: Int?,
        wantsExplanations: Bool = false
    ) {
        self.snapshot = snapshot
        self.request = request
        team = ThreadTeam(threadCount: threadCount)
        self.wantsExplanations = wantsExplanations
    }

    /// Whether it is time to ask for the answers.
    package var isFull: Bool { queries.count >= team.threadCount * Self.queriesPerThread }

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
    package func answer(
        _ body: ([SearchHit], SearchExplanation?) throws -> Void
    ) throws {
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
        var account = SearchExplanation()
        account.openMicroseconds = snapshot.openMicroseconds
        let passing = try snapshot.mappingErrors {
            try request.filter.map { filter in
                account.reusedFilter = snapshot.searching.filter?.passing != nil
                var stopwatch = Stopwatch()
                defer { account.filterMicroseconds = stopwatch.lap() }
                return try snapshot.slots(passing: filter)
            }
        }
        let question = snapshot.question(first, request, passing: passing)
        let found = try find(question, wantsExplanations ? account : nil)
        try snapshot.cancellation.check()
        for result in found { try snapshot.check(result.nearest, question) }
        return found
    }

    private func find(
        _ first: FilesSearch.Question,
        _ account: SearchExplanation?
    ) throws(VectorStoreError) -> [Result] {
        let (files, cancellation) = (snapshot.files, snapshot.cancellation)
        return try team.map(queries, with: { FilesSearch(files) }) {
            search,
            query throws(VectorStoreError) in
            try cancellation.check()
            let question = FilesSearch.Question(
                query: query,
                neighbourCount: first.neighbourCount,
                effort: first.effort,
                passing: first.passing
            )
            var explanation = account
            let nearest = search.nearest(question, &explanation)
            return Result(nearest: nearest, explanation: explanation)
        }
    }
}
