/// Rows of one file: as a list for visiting them, as a bitmap for looking one up.
struct SlotSet: Sendable {
    /// The rows, ascending.
    let slots: [UInt32]
    private let words: [UInt64]

    /// Takes rows in any order, each once.
    ///
    /// - Complexity: O(*slots* · log *slots* + *rowCount* / 64).
    init(_ slots: [UInt32], rowCount: Int) {
        var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
        var isAscending = true
        var last: UInt32 = 0
        for slot in slots {
            words[Int(slot >> 6)] |= 1 << UInt64(slot & 63)
            isAscending = isAscending && last <= slot
            last = slot
        }
        self.words = words
        self.slots = isAscending ? slots : slots.sorted()
    }

    /// The number of rows.
    var count: Int { slots.count }

    /// Whether a row is among them.
    @inline(__always)
    func contains(_ slot: Int) -> Bool {
        words[slot >> 6] & (1 << UInt64(slot & 63)) != 0
    }
}
