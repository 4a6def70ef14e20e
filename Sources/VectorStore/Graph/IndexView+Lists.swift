/// Reading the sections row by row; searches use the kernels instead.
extension IndexView {
    /// The record of a node.
    package func record(of node: Int) -> UnsafePointer<UInt8> {
        guard let first = unsafe records.baseAddress else {
            preconditionFailure("an index with rows has records")
        }
        return unsafe (first + node * layout.stride).assumingMemoryBound(to: UInt8.self)
    }

    /// The row of the segment that a node is; not below `rowCount` where that is damaged.
    package func slot(of node: Int) -> UInt32 { unsafe number(slots, node) }

    /// The node of an upper row.
    package func upperRow(_ upper: Int) -> UInt32 { unsafe number(upperRows, upper) }

    /// How many upper levels an upper row is on, by its lists.
    package func levelCount(ofUpperRow upper: Int) -> Int {
        let first = unsafe Int(number(upperOffsets, upper))
        let next = unsafe Int(number(upperOffsets, upper + 1))
        return next <= facts.upperListCount ? max(next - first, 0) : 0
    }

    /// A node's neighbours on level 0; a damaged link ends the list.
    package func baseList(of node: Int) -> [UInt32] {
        unsafe list(
            baseLinks,
            from: node * facts.baseLinkCount,
            capacity: facts.baseLinkCount,
            below: facts.rowCount
        )
    }

    /// An upper row's neighbours on a level from 1; none when it is not on that level.
    package func upperList(of upper: Int, level: Int) -> [UInt32] {
        guard level <= levelCount(ofUpperRow: upper) else { return [] }
        let place = unsafe Int(number(upperOffsets, upper)) + level - 1
        return unsafe list(
            upperLinks,
            from: place * facts.linkCount,
            capacity: facts.linkCount,
            below: facts.upperRowCount
        )
    }

    private func list(
        _ section: UnsafeRawBufferPointer,
        from first: Int,
        capacity: Int,
        below bound: Int
    ) -> [UInt32] {
        var links: [UInt32] = []
        links.reserveCapacity(capacity)
        for place in first..<(first + capacity) {
            let link = unsafe number(section, place)
            guard link < bound else { break }
            links.append(link)
        }
        return links
    }

    private func number(_ section: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
        unsafe UInt32(
            littleEndian: section.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
        )
    }
}
