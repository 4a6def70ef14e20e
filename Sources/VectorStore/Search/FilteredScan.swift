/// Finds the nearest rows of one file that pass a filter, by comparing vectors: those of the rows
/// that pass where they are known, else all, of which the nearest are asked about.
///
/// Both ways find the same rows: which these are depends on their distances and keys alone.
struct FilteredScan {
    let file: any VectorFile
    /// The location of the file's first row, for candidates.
    let firstLocation: UInt64
    let neighbourCount: Int
    let query: PreparedQuery

    /// Compares the query with the rows that pass, or with all.
    func collectNearest<Rows: PassingRows>(
        among rows: Rows,
        into nearest: inout NearestCandidates,
        _ report: inout SegmentSearch.Report
    ) throws(Rows.Failure) {
        var stopwatch = Stopwatch()
        report.path = .filteredExact
        report.expectedRecall = 1
        if let passing = rows.known {
            file.collectNearest(
                to: query,
                locatedFrom: firstLocation,
                among: passing.slots,
                into: &nearest
            )
            report.distanceCount += passing.count
            report.rankMicroseconds += stopwatch.lap()
            return
        }
        report.reason = .testedByKey
        let liveCount = file.liveCount
        let perPassing = Double(liveCount) / Double(max(rows.count.count, 1))
        var sortedCount = Int(Double(2 * neighbourCount) * perPassing) + neighbourCount
        var askedCount = 0
        var passedCount = 0
        repeat {
            sortedCount = min(sortedCount, liveCount)
            var live = NearestCandidates(capacity: sortedCount)
            file.collectNearest(to: query, locatedFrom: firstLocation, into: &live)
            report.distanceCount += file.rowCount
            report.rankMicroseconds += stopwatch.lap()
            let sorted = live.sorted()
            while askedCount < sorted.count, passedCount < neighbourCount {
                let row = sorted[askedCount]
                // Whatever follows is farther than the answers that there are.
                guard row.distance <= nearest.threshold else { return }
                askedCount += 1
                guard try rows.contains(Int(row.location - firstLocation)) else { continue }
                passedCount += 1
                nearest.offer(distance: row.distance, key: row.key, location: row.location)
            }
            report.filterMicroseconds += stopwatch.lap()
            sortedCount *= 4
        } while passedCount < neighbourCount && sortedCount / 4 < liveCount
    }
}
