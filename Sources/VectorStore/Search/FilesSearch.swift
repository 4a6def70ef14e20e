/// Finds the nearest rows in the files of one snapshot, for one thread.
///
/// It reads no catalog, so several of them may work on one snapshot at once.
final class FilesSearch {
    private let files: VectorFiles
    private let segmentSearch = SegmentSearch()

    init(_ files: VectorFiles) {
        self.files = files
    }

    /// What is asked of all files alike.
    struct Question {
        let query: PreparedQuery
        /// As many as there are points, at most.
        let neighbourCount: Int
        let effort: SearchEffort
        /// For each file the rows that pass the filter; nil without one.
        var passing: [SlotSet]?
    }

    /// The nearest rows, with their exact distances.
    ///
    /// - Parameters:
    ///   - question: what is asked.
    ///   - explanation: takes what is done; nil when nobody wants to know.
    /// - Returns: as many candidates as were asked for, fewer only when fewer rows may be answers.
    func nearest(
        _ question: Question,
        _ explanation: inout SearchExplanation?
    ) -> NearestCandidates {
        var nearest = NearestCandidates(capacity: question.neighbourCount)
        for place in files.readers.indices {
            let passing = question.passing?[place]
            if let passing, passing.count == 0 { continue }
            if let segment = files.readers[place] as? SegmentReader {
                let task = SegmentSearch.Task(
                    segment: segment,
                    firstLocation: files.firstLocation(in: place),
                    neighbourCount: question.neighbourCount,
                    effort: question.effort,
                    passing: passing
                )
                let report = segmentSearch.collectNearest(
                    task,
                    to: question.query,
                    into: &nearest
                )
                explanation?.add(report, of: segment, passingCount: passing?.count)
            } else {
                scan(place, question, passing, &nearest, &explanation)
            }
        }
        return nearest
    }

    private func scan(
        _ place: Int,
        _ question: Question,
        _ passing: SlotSet?,
        _ nearest: inout NearestCandidates,
        _ explanation: inout SearchExplanation?
    ) {
        var stopwatch = Stopwatch()
        let reader = files.readers[place]
        let first = files.firstLocation(in: place)
        if let passing {
            reader.collectNearest(
                to: question.query,
                locatedFrom: first,
                among: passing.slots,
                into: &nearest
            )
        } else {
            reader.collectNearest(to: question.query, locatedFrom: first, into: &nearest)
        }
        guard explanation != nil, reader.rowCount > 0 else { return }
        var report = SegmentSearch.Report(
            path: passing == nil ? .exact : .filteredExact,
            reason: question.effort == .exact ? .askedFor : .notIndexed
        )
        report.distanceCount = passing?.count ?? reader.rowCount
        report.expectedRecall = 1
        report.rankMicroseconds = stopwatch.lap()
        explanation?.add(report, of: reader, passingCount: passing?.count)
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
                liveCount: reader.rowCount - reader.record.deadCount,
                passingCount: passingCount,
                path: report.path,
                reason: report.reason,
                breadth: report.breadth,
                distanceCount: report.distanceCount,
                expectedRecall: report.expectedRecall
            )
        )
        walkMicroseconds += report.walkMicroseconds
        rankMicroseconds += report.rankMicroseconds
    }
}
