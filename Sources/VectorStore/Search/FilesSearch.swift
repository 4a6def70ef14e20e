/// Finds the nearest rows in the files of one snapshot, for one thread.
///
/// It reads no catalog, so several of them may work on one snapshot at once.
package final class FilesSearch {
    private let files: VectorFiles
    private let segmentSearch = SegmentSearch()

    /// Takes the files.
    package init(_ files: VectorFiles) {
        self.files = files
    }

    /// What is asked of all files alike.
    package struct Question: Sendable {
        let query: PreparedQuery
        /// As many as there are points, at most.
        let neighbourCount: Int
        let effort: SearchEffort

        /// Asks for the points nearest to a query.
        package init(_ query: PreparedQuery, neighbourCount: Int, effort: SearchEffort) {
            self.query = query
            self.neighbourCount = neighbourCount
            self.effort = effort
        }
    }

    /// The nearest rows, with their exact distances.
    ///
    /// A cancellation ends it early: the caller asks for that.
    ///
    /// - Parameters:
    ///   - question: what is asked.
    ///   - rows: for each file the rows that pass the filter; nil without one.
    ///   - explanation: takes what is done; nil when it is not wanted.
    /// - Returns: as many candidates as were asked for, fewer only when fewer rows may be answers.
    /// - Throws: what asking about a row throws.
    package func nearest<Rows: PassingRows>(
        _ question: Question,
        among rows: [Rows]?,
        _ explanation: inout SearchExplanation?
    ) throws(Rows.Failure) -> NearestCandidates {
        var nearest = NearestCandidates(capacity: question.neighbourCount)
        for place in files.readers.indices where files.readers[place].rowCount > 0 {
            guard !question.query.cancellation.isCancelled else { break }
            let passing = rows?[place]
            if let known = passing?.known, known.count == 0 { continue }
            let reader = files.readers[place]
            let report =
                if let segment = reader as? SegmentReader {
                    try segmentSearch.collectNearest(
                        SegmentSearch.Task(
                            segment: segment,
                            firstLocation: files.firstLocation(in: place),
                            neighbourCount: question.neighbourCount,
                            effort: question.effort
                        ),
                        to: question.query,
                        among: passing,
                        into: &nearest
                    )
                } else {
                    try scan(place, question, passing, &nearest)
                }
            explanation?.add(report, of: reader, passingCount: passing?.known?.count)
        }
        return nearest
    }

    /// Compares rows that no segment has yet.
    private func scan<Rows: PassingRows>(
        _ place: Int,
        _ question: Question,
        _ passing: Rows?,
        _ nearest: inout NearestCandidates
    ) throws(Rows.Failure) -> SegmentSearch.Report {
        let reader = files.readers[place]
        let first = files.firstLocation(in: place)
        var report = SegmentSearch.Report(
            path: .exact,
            reason: question.effort == .exact ? .askedFor : .notIndexed
        )
        if let passing {
            try FilteredScan(
                file: reader,
                firstLocation: first,
                neighbourCount: question.neighbourCount,
                query: question.query
            ).collectNearest(among: passing, into: &nearest, &report)
            return report
        }
        var stopwatch = Stopwatch()
        reader.collectNearest(to: question.query, locatedFrom: first, into: &nearest)
        report.distanceCount = reader.rowCount
        report.expectedRecall = 1
        report.rankMicroseconds = stopwatch.lap()
        return report
    }
}

extension SearchExplanation {
    /// Adds what was done in one file.
    mutating func add(
        _ report: SegmentSearch.Report,
        of reader: any VectorFile,
        passingCount: Int?
    ) {
        let name = reader.path.split(separator: "/").last.map(String.init) ?? reader.path
        files.append(
            File(
                name: name,
                isSegment: reader is SegmentReader,
                rowCount: reader.rowCount,
                liveCount: reader.liveCount,
                passingCount: passingCount,
                path: report.path,
                reason: report.reason,
                ef: report.ef,
                distanceCount: report.distanceCount,
                expectedRecall: report.expectedRecall
            )
        )
        filterMicroseconds += report.filterMicroseconds
        walkMicroseconds += report.walkMicroseconds
        rankMicroseconds += report.rankMicroseconds
    }
}
