/// A filter over the files of one snapshot: planned once, and evaluated once at most.
///
/// Points are tested one by one while few have to be, and the whole filter is evaluated when more
/// are. What a search asks is answered the same way in both states, so no answer depends on them.
package final class PreparedFilter {
    private let source: any FilterSource
    private let files: VectorFiles
    /// The catalog's path, for messages.
    private let path: String
    private let cancellation: Cancellation
    private let plan: PostFilterPlan
    /// For each file the rows that pass; nil until all had to be known.
    package private(set) var known: [SlotSet]?
    /// Points that were tested, by their keys.
    private var tested: [Int64: Bool] = [:]
    /// The share of a sample of the points that passes.
    private var share: Double?

    /// Points that are tested between two questions whether to go on.
    private static let testsPerQuestion = 256
    /// Keys that are looked up between two such questions.
    private static let keysPerQuestion = 4096

    /// Prepares a filter.
    ///
    /// - Parameters:
    ///   - source: tells which points pass.
    ///   - files: the snapshot's files.
    ///   - path: the catalog's path, for messages.
    ///   - plan: when points are tested one by one; nil plans for their number.
    ///   - cancellation: tells whether to stop.
    package init(
        _ source: any FilterSource,
        over files: VectorFiles,
        path: String,
        plan: PostFilterPlan? = nil,
        cancellation: Cancellation = .never
    ) {
        self.source = source
        self.files = files
        self.path = path
        self.cancellation = cancellation
        self.plan = plan ?? PostFilterPlan(pointCount: files.liveCount)
    }

    /// Points that were looked at one by one; one that is asked for again is not.
    package var testedCount: Int { tested.count }

    /// How many rows of each file pass, for the plan of a search.
    ///
    /// These are estimates where points are tested as they are found. Else the filter is evaluated.
    /// The answer depends on the files, the filter and the search, not on what is known already.
    ///
    /// - Parameter question: what is searched for.
    /// - Returns: a count for each file.
    /// - Throws: the catalog's errors, `.corrupt`, `.cancelled`.
    package func counts(for question: FilesSearch.Question) throws -> [PassingCount] {
        guard try testsAsFound(question) else {
            return try evaluate().map { .counted($0.count) }
        }
        let share = try passingShare()
        return files.readers.map { .estimated(Int(share * Double($0.liveCount))) }
    }

    /// For each file the rows that pass, known, with the counts for the plan of a search.
    ///
    /// - Parameter question: what is searched for.
    /// - Returns: the rows of each file.
    /// - Throws: the catalog's errors, `.corrupt`, `.cancelled`.
    package func rows(for question: FilesSearch.Question) throws -> [KnownRows] {
        let sets = try evaluate()
        return zip(sets, try counts(for: question)).map { KnownRows($0, count: $1) }
    }

    private func testsAsFound(_ question: FilesSearch.Question) throws -> Bool {
        let segments = files.readers.compactMap { $0 as? SegmentReader }
        guard question.effort != .exact, !segments.isEmpty, plan.isWorthSampling,
            !source.isFullyIndexed
        else { return false }
        let reliable = CodeLayout.reliableCount(
            neighbours: question.neighbourCount,
            sketched: segments.contains { $0.index.facts.hasSketches }
        )
        return plan.testsAsFound(
            share: try passingShare(),
            neededCount: reliable * files.readers.count
        )
    }

    /// The share of some live points, spread over all files, that pass.
    private func passingShare() throws -> Double {
        if let share { return share }
        var (sampled, passed) = (0, 0)
        let step = max(1, files.liveCount / plan.sampleCount)
        for (file, reader) in files.readers.enumerated() {
            // From the middle, so that small files count too.
            for slot in stride(from: step / 2, to: reader.rowCount, by: step)
            where !reader.deletions.contains(slot) {
                sampled += 1
                if try passes(slot, in: file) { passed += 1 }
            }
        }
        let found = Double(passed) / Double(max(sampled, 1))
        share = found
        return found
    }

    /// Whether a row is live and passes.
    ///
    /// Evaluates the filter where more points were tested than pays.
    ///
    /// - Parameters:
    ///   - slot: the row.
    ///   - file: the number of its file.
    /// - Returns: whether it passes.
    /// - Throws: the catalog's errors, `.corrupt`, `.cancelled`.
    package func passes(_ slot: Int, in file: Int) throws -> Bool {
        if let known { return known[file].contains(slot) }
        let reader = files.readers[file]
        guard !reader.deletions.contains(slot) else { return false }
        let key = reader.key(at: slot)
        if let answer = tested[key] { return answer }
        guard tested.count < plan.testedCountMax else {
            return try evaluate()[file].contains(slot)
        }
        if tested.count % Self.testsPerQuestion == 0 { try cancellation.check() }
        let answer = try source.passes(key)
        tested[key] = answer
        return answer
    }

    /// For each file the rows that pass; the filter is evaluated for all points the first time.
    ///
    /// - Returns: one set for each file.
    /// - Throws: the catalog's errors, `.corrupt`, `.cancelled`.
    @discardableResult
    package func evaluate() throws -> [SlotSet] {
        if let known { return known }
        var slots = files.readers.map { _ in [UInt32]() }
        for (number, key) in try source.keys().enumerated() {
            if number % Self.keysPerQuestion == 0 { try cancellation.check() }
            // A point without a vector is in no file.
            guard key > 0 else { continue }
            let place = try files.place(of: key, path: path)
            slots[place.file].append(UInt32(place.slot))
        }
        let sets = zip(slots, files.readers).map { SlotSet($0, rowCount: $1.rowCount) }
        known = sets
        return sets
    }
}
