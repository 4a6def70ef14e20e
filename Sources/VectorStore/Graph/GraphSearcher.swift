internal import CKernels

/// Walks finished graphs.
///
/// One object serves one thread, for many searches one after the other.
package final class GraphSearcher {
    /// A row that a walk found.
    package struct Found: Equatable {
        /// Its slot in the segment.
        package let row: UInt32
        /// By the codes: of use only to order rows of one walk.
        package let distance: Float
    }

    /// The rows that the last walk ended with, nearest first; at most as many as its ef.
    package private(set) var found: [Found] = []
    /// Distances that the last walk computed.
    package private(set) var distanceCount = 0
    private let walker: GraphTraversal
    private let broadWalk = BroadWalk()
    /// One bit for each slot that was found, only while results are taken.
    private var isTaken: [UInt64] = []
    /// Distances of the nodes that are scanned.
    private var scanned: [Float] = []

    package init(kernels: GraphKernels = .best) {
        walker = GraphTraversal(kernels: kernels)
    }

    /// Walks an index from its entry point towards a query; the rows are in ``found`` then.
    ///
    /// Rows are found whether they are dead or not: the caller drops what it does not want. None
    /// are found where the query is so long that it can't be compared with codes; a walk of a large
    /// ef that is cancelled finds fewer.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - query: the query as it was prepared for the exact comparison.
    ///   - ef: how many rows are kept while walking (HNSW's ef), at least 1.
    ///   - stop: when to end sooner; then as much is found as by a walk of this ef without it.
    ///   - hidden: a node that is neither found nor passed: for measuring with an index's own rows.
    package func search(
        _ index: IndexView,
        for query: PreparedQuery,
        ef: Int,
        stop: WalkStop? = nil,
        hiding hidden: UInt32 = UInt32.max
    ) {
        found.removeAll(keepingCapacity: true)
        distanceCount = 0
        let isSketched = index.facts.hasSketches
        guard walker.query.take(query, for: index.coder, sketched: isSketched) else { return }
        let keptCount = stop == nil ? ef : WalkStop.keptCount(ef: ef)
        let ef = min(max(keptCount, 1), index.facts.rowCount)
        guard ef <= BroadWalk.kernelEFMax else {
            broadWalk.walk(
                index.kernelIndex,
                by: walker,
                ef: ef,
                hiding: hidden,
                until: query.cancellation
            )
            take(broadWalk.found[...], of: index)
            distanceCount = broadWalk.distanceCount
            return
        }
        let rows = walker.walk(index.kernelIndex, ef: ef, stop: stop, hiding: hidden)
        take(rows, of: index)
        distanceCount = walker.distanceCount
    }

    /// Nodes that are compared between two questions whether to go on: a few milliseconds' work.
    private static let nodesPerQuestion = 16_384

    /// Compares a query with the codes of some nodes; the nearest are in ``found`` then.
    ///
    /// None are found where the query is so long that it can't be compared with codes, or was
    /// cancelled.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - query: the query as it was prepared for the exact comparison.
    ///   - nodes: numbers below the index's rows, each once; ascending ones are fastest.
    ///   - count: how many of the nearest to keep.
    package func scan(
        _ index: IndexView,
        for query: PreparedQuery,
        nodes: [UInt32],
        keeping count: Int
    ) {
        found.removeAll(keepingCapacity: true)
        distanceCount = 0
        let isSketched = index.facts.hasSketches
        guard walker.query.take(query, for: index.coder, sketched: isSketched) else { return }
        if scanned.isEmpty { scanned = [Float](repeating: 0, count: Self.nodesPerQuestion) }
        var nearest = NearestCandidates(capacity: count)
        for first in stride(from: 0, to: nodes.count, by: Self.nodesPerQuestion) {
            guard !query.cancellation.isCancelled else { return }
            let some = nodes[first..<min(first + Self.nodesPerQuestion, nodes.count)]
            walker.scan(index.kernelIndex, rows: some, into: &scanned)
            distanceCount += some.count
            for (place, node) in some.enumerated() {
                nearest.offer(distance: scanned[place], key: UInt64(node))
            }
        }
        let sorted = nearest.sorted().map {
            vz_found(row: UInt32($0.key), distance: $0.distance)
        }
        take(sorted[...], of: index)
    }

    /// Tells the slots of the nodes found.
    ///
    /// One that does not exist, or that another node has as well, comes of damage, and is left out:
    /// a caller that counts what is found notices that one is missing.
    private func take(_ nodes: ArraySlice<vz_found>, of index: IndexView) {
        let rowCount = index.facts.rowCount
        if isTaken.count * 64 < rowCount {
            isTaken = [UInt64](repeating: 0, count: rowCount / 64 + 1)
        }
        var rows: [Found] = []
        rows.reserveCapacity(nodes.count)
        for node in nodes {
            let slot = index.slot(of: Int(node.row))
            let bit = UInt64(1) << UInt64(slot & 63)
            guard slot < rowCount, isTaken[Int(slot >> 6)] & bit == 0 else { continue }
            isTaken[Int(slot >> 6)] |= bit
            rows.append(Found(row: slot, distance: node.distance))
        }
        for row in rows { isTaken[Int(row.row >> 6)] = 0 }
        found = rows
    }
}
