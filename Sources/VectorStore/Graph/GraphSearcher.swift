/// Walks graphs.
///
/// One object serves one thread, for many searches one after the other.
final class GraphSearcher {
    /// A row that a walk found.
    struct Found: Equatable {
        let row: UInt32
        /// By the codes: of use only to order rows of one walk.
        let distance: Float
    }

    /// The rows that the last walk ended with, nearest first; at most as many as its breadth.
    private(set) var found: [Found] = []
    /// Distances that the last walk computed.
    private(set) var distanceCount = 0

    init() {}

    /// Walks an index from its entry point towards a query; the rows are in ``found`` then.
    ///
    /// Rows are found whether they are dead or not: the caller drops what it does not want.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - query: the query as it was prepared for the exact comparison.
    ///   - breadth: how many rows are kept while walking (HNSW's ef), at least 1.
    func search(_ index: IndexView, for query: PreparedQuery, breadth: Int) {}
}
