/// What tells which points pass a filter.
package protocol FilterSource: AnyObject {
    /// Whether indexes alone can tell.
    var isFullyIndexed: Bool { get }
    /// The keys of the points that pass, in no order.
    ///
    /// - Throws: the catalog's errors, `.corrupt` for a damaged row.
    func keys() throws -> [Int64]
    /// Whether the point with a key passes.
    ///
    /// - Throws: the catalog's errors, `.corrupt` when its row is damaged.
    func passes(_ key: Int64) throws -> Bool
}
