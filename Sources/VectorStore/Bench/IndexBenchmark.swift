/// One index, built from given vectors and searched through its segment file, without a store.
package final class IndexBenchmark {
    /// What building took.
    package struct Build: Equatable, Sendable {
        package var rowCount: Int
        package var threadCount: Int
        package var seconds: Double
        package var processorSeconds: Double
        /// Bytes of the segment.
        package var byteCount: Int
    }

    /// A vector that can't be measured with, and its row from 0.
    package enum Fault: Error, Equatable, Sendable {
        case base(VectorError, row: Int)
        case query(VectorError, row: Int)
    }

    let segment: SegmentReader
    let queries: [PreparedQuery]
    let neighbourCount: Int
    let passing: KnownRows?
    /// For each query the distance of the k-th nearest row that may be an answer.
    private(set) var farthest: [Float] = []
    /// Rows that there are to find for each query.
    let wantedCount: Int
    let cancellation: Cancellation
    /// What building took.
    package let build: Build

    /// Builds an index and opens it; the file is the caller's to remove.
    ///
    /// - Parameters:
    ///   - base: the vectors, at least one.
    ///   - queries: what to search for.
    ///   - plan: parameters of the run.
    ///   - path: where the segment goes; nothing is there yet.
    ///   - cancellation: tells whether to stop.
    ///   - progress: told how many of all rows are linked.
    /// - Throws: ``Fault``, `.cancelled`, and system errors.
    package init(
        _ base: BenchmarkRows,
        queries: BenchmarkRows,
        plan: BenchmarkPlan,
        path: String,
        cancellation: Cancellation,
        progress: @escaping (_ linked: Int, _ total: Int) -> Void
    ) throws {
        self.cancellation = cancellation
        neighbourCount = plan.neighbourCount
        (segment, build) = try Self.build(base, plan, path, cancellation, progress)
        self.queries = try Self.prepare(queries, plan.configuration)
        passing = plan.filterShare.map { Self.slots(share: $0, of: base.count) }
        wantedCount = min(plan.neighbourCount, passing?.count.count ?? base.count)
    }

    private static func build(
        _ base: BenchmarkRows,
        _ plan: BenchmarkPlan,
        _ path: String,
        _ cancellation: Cancellation,
        _ progress: @escaping (_ linked: Int, _ total: Int) -> Void
    ) throws -> (SegmentReader, Build) {
        let collection = UniqueID.random()
        let rows = try BenchmarkMemory.rows(of: base, metric: plan.configuration.metric)
        let start = (Stopwatch.now(), Stopwatch.processorTime())
        var builder = IndexBuilder(configuration: plan.configuration)
        builder.threadCount = plan.threadCount
        builder.progress = { linked, total in
            progress(linked, total)
            return !cancellation.isCancelled
        }
        let index: BuiltIndex
        do throws(IndexBuilder.Cancelled) {
            index = try builder.build(rows)
        } catch {
            throw VectorStoreError.cancelled
        }
        let byteCount = try SegmentWriter.write(
            index,
            rows: rows,
            configuration: plan.configuration,
            collection: collection,
            file: UniqueID.random(),
            sequence: 1,
            to: path
        )
        let build = Build(
            rowCount: base.count,
            threadCount: plan.threadCount,
            seconds: Double(Stopwatch.now() - start.0) / 1e9,
            processorSeconds: Double(Stopwatch.processorTime() - start.1) / 1e9,
            byteCount: byteCount
        )
        let segment = try SegmentReader(
            path: path,
            collection: collection,
            configuration: plan.configuration
        )
        return (segment, build)
    }

    private static func prepare(
        _ queries: BenchmarkRows,
        _ configuration: CollectionConfiguration
    ) throws(Fault) -> [PreparedQuery] {
        var prepared: [PreparedQuery] = []
        for row in 0..<queries.count {
            do throws(VectorError) {
                let query = try PreparedQuery(
                    queries[row].span,
                    metric: configuration.metric,
                    dimension: configuration.dimension
                )
                prepared.append(query)
            } catch {
                throw .query(error, row: row)
            }
        }
        return prepared
    }

    /// Rows that stand for those that pass a filter, chosen by a hash of their numbers.
    private static func slots(share: Double, of count: Int) -> KnownRows {
        let slots = (0..<UInt32(count)).filter { row in
            Double(SplitMix64.hash(of: UInt64(row)) >> 11) / 0x1p53 < share
        }
        return KnownRows(SlotSet(slots, rowCount: count))
    }

    // MARK: Truth

    /// Whether it is not known yet what exact searches find.
    package var needsTruth: Bool { farthest.isEmpty }

    /// Learns what exact searches find: from row numbers that were computed elsewhere, or anew.
    ///
    /// - Parameters:
    ///   - truth: for each query the numbers of its nearest rows, nearest first, k of them at
    ///     least; nil to compute them.
    ///   - threadCount: threads; nil takes one per core.
    /// - Throws: `.cancelled`.
    package func learnTruth(
        _ truth: [[UInt32]]?,
        threadCount: Int? = nil
    ) throws(VectorStoreError) {
        let (queries, segment, wanted) = (queries, segment, wantedCount)
        let (task, passing, cancellation) = (task(.exact), passing, cancellation)
        let team = ThreadTeam(threadCount: threadCount)
        farthest = try team.map(Array(queries.indices), with: { SegmentSearch() }) {
            search,
            number throws(VectorStoreError) in
            try cancellation.check()
            var nearest = NearestCandidates(capacity: wanted)
            if let truth {
                let rows = Array(truth[number].prefix(wanted))
                search.rank(rows.span, of: segment, locatedFrom: 0, queries[number], &nearest)
            } else {
                _ = search.collectNearest(task, to: queries[number], among: passing, into: &nearest)
            }
            return nearest.sorted().last?.distance ?? .infinity
        }
        try cancellation.check()
    }

    /// How many queries a truth that was computed elsewhere is compared with exact searches on.
    private static let checkedQueryCount = 20
    /// What other programs' rounding may make of a distance.
    private static let roundingShare: Float = 1e-3

    /// The first of some queries to which rows are nearer than those of the truth that was told.
    ///
    /// There is none where the truth was computed from the same rows with the same metric.
    ///
    /// - Complexity: O(rows × dimension).
    package func queryWithOtherTruth() -> Int? {
        let step = max(queries.count / Self.checkedQueryCount, 1)
        let search = SegmentSearch()
        return stride(from: 0, to: queries.count, by: step).first { number in
            var nearest = NearestCandidates(capacity: wantedCount)
            _ = search.collectNearest(
                task(.exact),
                to: queries[number],
                among: passing,
                into: &nearest
            )
            guard let last = nearest.sorted().last?.distance else { return false }
            return farthest[number] > last + Self.roundingShare * max(abs(last), 1e-3)
        }
    }
}
