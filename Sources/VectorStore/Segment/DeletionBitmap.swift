/// Which rows of one vector file belong to points that were deleted or replaced.
///
/// Bitmaps of 32,768 slots a catalog row: 200,000 single rows would cost a cold search 8 ms.
package struct DeletionBitmap: Equatable, Sendable {
    /// Slots per catalog row.
    package static let slotsPerBlock = 32_768
    static let bytesPerBlock = slotsPerBlock / 8

    /// The bitmaps by block; a block without dead slots is missing.
    var blocks: [Int: [UInt8]] = [:]
    /// Blocks that differ from what the catalog has.
    var changed: Set<Int> = []

    /// Makes the bitmaps of a file without dead rows.
    package init() {}

    /// How many slots are dead.
    package var count: Int {
        blocks.values.reduce(0) { $0 + $1.reduce(0) { $0 + $1.nonzeroBitCount } }
    }

    package var isEmpty: Bool { blocks.isEmpty }

    /// Whether a slot is dead.
    package func contains(_ slot: Int) -> Bool {
        guard let bits = blocks[slot / Self.slotsPerBlock] else { return false }
        let place = slot % Self.slotsPerBlock
        return bits[place >> 3] & (1 << (place & 7)) != 0
    }

    /// Marks a slot; false when it was dead before.
    package mutating func insert(_ slot: Int) -> Bool {
        let block = slot / Self.slotsPerBlock
        let place = slot % Self.slotsPerBlock
        var bits = blocks[block] ?? [UInt8](repeating: 0, count: Self.bytesPerBlock)
        guard bits[place >> 3] & (1 << (place & 7)) == 0 else { return false }
        bits[place >> 3] |= 1 << (place & 7)
        blocks[block] = bits
        changed.insert(block)
        return true
    }

    /// The dead slots that an earlier state of the same file did not have, ascending.
    func slots(missingIn earlier: Self) -> [Int] {
        var slots: [Int] = []
        for (block, bits) in blocks.sorted(by: { $0.key < $1.key }) {
            let before = earlier.blocks[block]
            for (byte, value) in bits.enumerated() {
                var fresh = value & ~(before?[byte] ?? 0)
                while fresh != 0 {
                    let bit = fresh.trailingZeroBitCount
                    slots.append(block * Self.slotsPerBlock + byte * 8 + bit)
                    fresh &= fresh - 1
                }
            }
        }
        return slots
    }
}
