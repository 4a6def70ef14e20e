/// The rows of one file that pass a filter, as a set.
package struct KnownRows: PassingRows, Sendable {
    package let count: PassingCount
    private let slots: SlotSet

    /// Takes the rows.
    ///
    /// - Parameters:
    ///   - slots: the rows.
    ///   - count: how many there are for a plan; nil for their number.
    package init(_ slots: SlotSet, count: PassingCount? = nil) {
        self.slots = slots
        self.count = count ?? .counted(slots.count)
    }

    package var known: SlotSet? { slots }

    package func contains(_ slot: Int) -> Bool { slots.contains(slot) }
}
