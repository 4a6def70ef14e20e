import GRDB

/// Which rows of one vector file belong to points that were deleted or replaced.
///
/// Bitmaps of 32,768 slots a catalog row: 200,000 single rows would cost a cold search 8 ms.
package struct DeadSlots: Equatable, Sendable {
    /// Slots per catalog row.
    package static let slotsPerBlock = 32_768
    private static let bytesPerBlock = slotsPerBlock / 8

    private var blocks: [Int: [UInt8]] = [:]
    private var changed: Set<Int> = []

    /// Makes the bitmaps of a file without dead rows.
    package init() {}

    /// Reads the bitmaps of a file.
    init(of file: FileRecord, in db: Database) throws {
        guard file.deadCount > 0 else { return }
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT block, bits, crc FROM dead_slots WHERE file = ?",
            arguments: [Blob.write(file.uuid.bytes)]
        )
        while let row = try rows.next() {
            let row = CatalogRow(row, of: db, "the dead slots of \(file.uuid.hexadecimal)")
            let block = try row.count("block")
            let bits = try row.bytes("bits")
            guard bits.count == Self.bytesPerBlock else { throw row.damaged("bits") }
            try row.check(Self.checksum(file: file, block: block, bits: bits))
            blocks[block] = bits
        }
        guard count == file.deadCount else {
            throw VectorStoreError.corrupt(
                file: db.description,
                offset: nil,
                reason: "\(count) dead slots of \(file.uuid.hexadecimal), "
                    + "its row says \(file.deadCount)"
            )
        }
    }

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

    /// Writes the bitmaps that changed.
    mutating func save(of file: FileRecord, in db: Database) throws {
        for block in changed.sorted() {
            guard let bits = blocks[block] else { continue }
            try db.execute(
                sql: "INSERT OR REPLACE INTO dead_slots VALUES (?, ?, ?, ?)",
                arguments: [
                    Blob.write(file.uuid.bytes), block, Blob.write(bits),
                    Self.checksum(file: file, block: block, bits: bits),
                ]
            )
        }
        changed = []
    }

    private static func checksum(file: FileRecord, block: Int, bits: [UInt8]) -> Int64 {
        var sum = RowChecksum()
        sum.add(file.uuid.bytes)
        sum.add(block)
        sum.add(bits)
        return sum.value
    }
}
