internal import CKernels

/// Walks finished graphs.
///
/// One object serves one thread, for many searches one after the other.
package final class GraphSearcher {
    /// A row that a walk found.
    package struct Found: Equatable {
        package let row: UInt32
        /// By the codes: of use only to order rows of one walk.
        package let distance: Float
    }

    /// The rows that the last walk ended with, nearest first; at most as many as its breadth.
    package private(set) var found: [Found] = []
    /// Distances that the last walk computed.
    package private(set) var distanceCount = 0
    private let walker: GraphWalker

    package init(kernels: GraphKernels = .best) {
        walker = GraphWalker(kernels: kernels)
    }

    /// Walks an index from its entry point towards a query; the rows are in ``found`` then.
    ///
    /// Rows are found whether they are dead or not: the caller drops what it does not want. None
    /// are found where the query is so long that it can't be compared with codes.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - query: the query as it was prepared for the exact comparison.
    ///   - breadth: how many rows are kept while walking (HNSW's ef), at least 1.
    ///   - hidden: a row that is neither found nor passed: for measuring with an index's own rows.
    package func search(
        _ index: IndexView,
        for query: PreparedQuery,
        breadth: Int,
        hiding hidden: UInt32 = UInt32.max
    ) {
        found.removeAll(keepingCapacity: true)
        distanceCount = 0
        guard walker.query.take(query, for: index.coder) else { return }
        let rows = walker.walk(
            index.kernelIndex,
            breadth: min(max(breadth, 1), index.facts.rowCount),
            hiding: hidden
        )
        for row in rows { found.append(Found(row: row.row, distance: row.distance)) }
        distanceCount = walker.distanceCount
    }
}
