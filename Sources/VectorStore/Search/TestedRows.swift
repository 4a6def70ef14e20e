/// The rows of one file that pass a filter, each found out when a search asks.
package struct TestedRows: PassingRows {
    package let count: PassingCount
    private let filter: PreparedFilter
    private let file: Int

    /// Takes a filter.
    ///
    /// - Parameters:
    ///   - filter: the filter; no other one may be used on its connection meanwhile.
    ///   - file: the number of the file.
    ///   - count: how many there are for a plan.
    package init(of filter: PreparedFilter, in file: Int, count: PassingCount) {
        self.filter = filter
        self.file = file
        self.count = count
    }

    package var known: SlotSet? { filter.known?[file] }

    package func contains(_ slot: Int) throws -> Bool { try filter.passes(slot, in: file) }
}
