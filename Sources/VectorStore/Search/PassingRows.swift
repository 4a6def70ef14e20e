/// The rows of one file that may be answers of a search with a filter.
///
/// Which rows those are is known as a set, or found out row by row. A search that is given the one
/// takes the same steps as one that is given the other.
package protocol PassingRows {
    /// What finding out about a row may throw.
    associatedtype Failure: Error
    /// How many there are, as far as a plan may go by it.
    var count: PassingCount { get }
    /// All of them; nil while they are found out row by row.
    var known: SlotSet? { get }
    /// Whether a row is live and passes.
    ///
    /// - Throws: the catalog's errors, `.cancelled`.
    func contains(_ slot: Int) throws(Failure) -> Bool
}
