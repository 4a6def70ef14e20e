/// How hard a search looks for the nearest points.
public enum SearchEffort: Equatable, Sendable {
    /// As broad as usually suffices: ``usualBreadth``, or k when that is more, or what reached a
    /// recall of .98 where the usual breadth did not.
    case usual
    /// So many rows are kept while a graph is walked (HNSW's ef), or k when that is more.
    case breadth(Int)
    /// As broad as reached this recall on a segment's own rows when it was built.
    case recall(Double)
    /// Every point is compared.
    case exact

    /// The breadth of a search that asks for none.
    public static let usualBreadth = 64
    /// The recalls that can be asked for; more than the last is an exact search.
    public static let recalls = 0.5...0.9999
}
