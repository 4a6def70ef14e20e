/// How many of the truly nearest points searches find.
package struct FoundShare: Equatable, Sendable {
    /// Points that were searched for, each as a query, and that have neighbours to find.
    package var sampleCount = 0
    /// Neighbours that there were to find, over all queries.
    package var wantedCount = 0
    /// Those that were found.
    package var foundCount = 0

    /// The share that was found; nil where there was nothing to find.
    package var recall: Double? {
        wantedCount == 0 ? nil : Double(foundCount) / Double(wantedCount)
    }
}

extension CollectionReader {
    /// Compares searches for the collection's own points with exact ones.
    ///
    /// A point that is a query counts in neither answer. Which points are queries depends on their
    /// keys alone. An answer as near as the k-th nearest is right, whichever point it is.
    ///
    /// - Parameters:
    ///   - neighbourCount: how many neighbours to find, k.
    ///   - sampleCount: points to search for, at most.
    ///   - filter: what answers must pass; the queries need not.
    ///   - effort: how hard to look.
    ///   - threadCount: threads; nil takes one per core.
    ///   - cancellation: tells whether to stop.
    /// - Returns: what was found.
    /// - Throws: `.limitExceeded` for k, `.invalidFilter`, `.cancelled`, `.corrupt` when a
    ///   sampled row is damaged.
    /// - Complexity: O(*sampleCount* · points · dimension).
    package func recall(
        neighbourCount: Int,
        sampleCount: Int,
        filter: PointFilter? = nil,
        effort: SearchEffort = .default,
        threadCount: Int? = nil,
        cancellation: Cancellation = .never
    ) throws(VectorStoreError) -> FoundShare {
        try check(neighbourCount: neighbourCount)
        // One more: the nearest point of all is the one that is searched for.
        var request = SearchRequest(
            vector: [],
            neighbourCount: min(neighbourCount + 1, Limits.neighbourCount),
            effort: effort
        )
        var samples: [RecallSample] = []
        for (key, vector) in try files.sample(sampleCount) {
            request.vector = vector
            let question = question(try prepare(request), request)
            samples.append(RecallSample(key: UInt64(bitPattern: key), question: question))
        }
        guard let first = samples.first else { return FoundShare() }
        let rows = try mappingErrors {
            try filter.map { try prepared($0).rows(for: first.question) }
        }
        let files = files
        let team = ThreadTeam(threadCount: threadCount)
        let results = try team.map(samples, with: { FilesSearch(files) }) {
            search,
            sample throws(VectorStoreError) in
            try cancellation.check()
            return sample.measure(search, among: rows)
        }
        try cancellation.check()
        return results.reduce(into: FoundShare()) { share, one in
            share.sampleCount += one.wanted > 0 ? 1 : 0
            share.wantedCount += one.wanted
            share.foundCount += one.found
        }
    }
}

/// One point that is searched for.
private struct RecallSample: Sendable {
    let key: UInt64
    let question: FilesSearch.Question

    /// How many neighbours there are, and how many of them a search finds.
    func measure(_ search: FilesSearch, among rows: [KnownRows]?) -> (wanted: Int, found: Int) {
        let exact = FilesSearch.Question(
            question.query,
            neighbourCount: question.neighbourCount,
            effort: .exact
        )
        let truth = others(search, exact, rows)
        guard let farthest = truth.last else { return (0, 0) }
        let found = others(search, question, rows).count { $0.distance <= farthest.distance }
        return (truth.count, min(found, truth.count))
    }

    /// The nearest k, the point itself left out.
    private func others(
        _ search: FilesSearch,
        _ question: FilesSearch.Question,
        _ rows: [KnownRows]?
    ) -> ArraySlice<NearestCandidate> {
        var none: SearchExplanation?
        let all = search.nearest(question, among: rows, &none).sorted().filter { $0.key != key }
        return all.prefix(max(1, question.neighbourCount - 1))
    }
}
