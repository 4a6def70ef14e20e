/// How hard a search looks for the nearest points.
public enum SearchEffort: Equatable, Sendable {
    /// ``defaultEF``, or k when that is more, or the ef that reached a recall of .98 where the
    /// default one did not.
    case `default`
    /// So many rows are kept while a graph is walked (HNSW's ef), or k when that is more.
    case ef(Int)
    /// The ef that reached this recall on a segment's own rows when it was built.
    case recall(Double)
    /// Every point is compared.
    case exact

    /// The ef of a search that asks for none.
    public static let defaultEF = 64
    /// The recalls that can be asked for; more than the last is an exact search.
    public static let recalls = 0.5...0.9999
}
