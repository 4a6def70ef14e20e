/// Which files one compaction turns into a segment.
package enum CompactionPlan: Equatable, Sendable {
    /// What no segment has yet, and as many segments as keep their number logarithmic.
    case growing
    /// Everything; nothing to do where everything is one segment without dead rows.
    case whole
    /// Everything, with a new graph even where an old one would do.
    case rebuilt

    /// Everything becomes one segment, with a graph built anew or as much as there is taken over.
    static func all(rebuilds: Bool) -> Self { rebuilds ? .rebuilt : .whole }

    /// A segment joins when it has at most so many times the rows that are gathered already.
    ///
    /// Each row is then copied a number of times that grows with the logarithm of the rows, and so
    /// does the number of segments.
    package static let growthFactor = 4

    /// Whether the open tail is sealed, to be an input too.
    ///
    /// What an indexing that failed has left sealed is indexed first. Otherwise each insert on a
    /// disk that stays full would leave one more small file.
    package func sealsTail(among files: [FileRecord]) -> Bool {
        guard self == .growing else { return true }
        let sealed = files.filter { $0.kind == .sealed }.reduce(0) { $0 + $1.liveCount }
        let open = files.filter { $0.kind == .tail }.reduce(0) { $0 + $1.liveCount }
        return open * Self.growthFactor >= sealed
    }

    /// Chooses the inputs among a collection's files.
    ///
    /// - Parameter files: all files, with tails that take no more rows.
    /// - Returns: the files that become one segment; none when nothing is to be done.
    package func inputs(among files: [FileRecord]) -> [FileRecord] {
        switch self {
        case .growing:
            return growing(files)
        case .whole:
            let isDone = files.count == 1 && files[0].kind == .segment && files[0].deletedCount == 0
            return isDone ? [] : files
        case .rebuilt:
            return files
        }
    }

    private func growing(_ files: [FileRecord]) -> [FileRecord] {
        var inputs = files.filter { $0.kind == .sealed }
        guard !inputs.isEmpty else { return [] }
        var gathered = inputs.reduce(0) { $0 + $1.liveCount }
        let segments = files.filter { $0.kind == .segment }.sorted { $0.liveCount < $1.liveCount }
        for segment in segments {
            guard segment.liveCount <= Self.growthFactor * gathered else { break }
            inputs.append(segment)
            gathered += segment.liveCount
        }
        return inputs
    }
}
