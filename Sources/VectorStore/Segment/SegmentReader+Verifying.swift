extension SegmentReader {
    /// Takes what a check has found: the 64 KiB block of the file it lies in, and what it is.
    package typealias Report<Failure: Error> = (_ block: Int?, _ problem: String) throws(Failure) ->
        Void

    /// Checks everything in the file that can be checked without the catalog.
    ///
    /// - Parameters:
    ///   - full: whether each vector is coded anew, too, and compared with its record.
    ///   - report: takes each problem; what it throws ends the checks.
    /// - Throws: what `report` throws.
    /// - Complexity: two passes over the file, at the speed of the medium.
    package func verifyAll<Failure>(full: Bool, report: Report<Failure>) throws(Failure) {
        try verifyBlocks(report: report)
        try verifyRows(report: report)
        try verifyIndex(full: full, report: report)
    }

    // MARK: Blocks

    /// Checks every byte of the file against the table of checksums.
    func verifyBlocks<Failure>(report: Report<Failure>) throws(Failure) {
        file.willReadSequentially(0..<format.byteCount)
        let place = format[.blockChecksums].lowerBound
        guard unsafe format.checksum(ofTable: bytes(.blockChecksums)) == header.tableChecksum
        else {
            try report(place / SegmentFormat.blockByteCount, "checksum of the block checksums")
            return
        }
        for block in 0..<format.blockCount {
            let bytes = unsafe UnsafeRawBufferPointer(
                rebasing: file.bytes[format.bytes(ofBlock: block)]
            )
            let stored = number(block, of: .blockChecksums)
            guard unsafe format.checksum(ofBlock: block, bytes) != stored else { continue }
            try report(block, "checksum of the block")
        }
    }

    // MARK: Rows

    /// Checks the rows' checksums and that their keys ascend.
    func verifyRows<Failure>(report: Report<Failure>) throws(Failure) {
        var previous = Int64.min
        for slot in 0..<rowCount {
            guard isSound(slot) else {
                try report(block(of: slot), "checksum of row \(slot)")
                continue
            }
            if key(at: slot) <= previous {
                try report(block(of: slot), "row \(slot): keys do not ascend")
            }
            previous = key(at: slot)
        }
        if key(at: 0) != header.firstKey || key(at: rowCount - 1) != header.lastKey {
            try report(firstBlock(.keys), "the first and last key are not the header's")
        }
    }

    // MARK: Index

    /// Checks that all links lead to rows that are there, and that the levels fit each other.
    ///
    /// - Parameters:
    ///   - full: whether each vector is coded anew, too, and compared with its record.
    ///   - report: takes each problem; what it throws ends the checks.
    /// - Throws: what `report` throws.
    func verifyIndex<Failure>(full: Bool, report: Report<Failure>) throws(Failure) {
        let nodes = try verifySlots(report: report)
        try verifyBaseLinks(report: report)
        try verifyUpperRows(report: report)
        if let levels = try upperLevels(report: report) {
            try verifyUpperLinks(levels: levels, report: report)
            let highest = header.facts.upperLevelCount
            if !levels.isEmpty, levels[Int(header.facts.entryPoint)] != highest {
                try report(0, "the entry point is not on the highest level")
            }
        }
        if full, let nodes { try verifyRecords(of: nodes, report: report) }
    }

    /// Checks that nodes and rows are each other's; returns for each row its node.
    private func verifySlots<Failure>(report: Report<Failure>) throws(Failure) -> [Int]? {
        var nodes = [Int](repeating: -1, count: rowCount)
        for node in 0..<rowCount {
            let slot = Int(number(node, of: .slots))
            guard slot < rowCount, nodes[slot] < 0 else {
                let place = format[.slots].lowerBound + 4 * node
                try report(
                    place / SegmentFormat.blockByteCount,
                    "node \(node) is row \(slot), which "
                        + (slot < rowCount ? "another node is as well" : "does not exist")
                )
                return nil
            }
            nodes[slot] = node
        }
        return nodes
    }

    private func verifyRecords<Failure>(of nodes: [Int], report: Report<Failure>) throws(Failure) {
        let layout = header.layout
        var components = [Float](repeating: 0, count: layout.dimension)
        var record = [UInt8](repeating: 0, count: layout.stride)
        var sketch = [UInt8](repeating: 0, count: layout.sketchStride)
        for slot in 0..<rowCount where isSound(slot) {
            let vector = unsafe vectorBytes(of: slot).assumingMemoryBound(to: Float.self)
            unsafe record.withUnsafeMutableBufferPointer { record in
                guard let vector = vector.baseAddress, let record = record.baseAddress else {
                    return
                }
                unsafe index.coder.encode(
                    vector,
                    inverseNorm: inverseNorm(at: slot),
                    using: &components,
                    into: record
                )
            }
            try compare(record, with: .records, nodes[slot], slot, "code", report)
            guard header.facts.hasSketches else { continue }
            unsafe index.coder.sketch(record, into: &sketch)
            try compare(sketch, with: .sketches, nodes[slot], slot, "sketch", report)
        }
    }

    /// Compares what is expected of a row with what a section of such things has of it.
    private func compare<Failure>(
        _ expected: [UInt8],
        with section: SegmentSection,
        _ node: Int,
        _ slot: Int,
        _ name: String,
        _ report: Report<Failure>
    ) throws(Failure) {
        let start = format[section].lowerBound + node * expected.count
        let stored = unsafe file.bytes[start..<(start + expected.count)]
        guard unsafe !stored.elementsEqual(expected) else { return }
        try report(
            start / SegmentFormat.blockByteCount,
            "row \(slot): its \(name) is not its vector's"
        )
    }

    private func verifyBaseLinks<Failure>(report: Report<Failure>) throws(Failure) {
        let facts = header.facts
        for row in 0..<facts.rowCount {
            let linked = links(row, of: .baseLinks, capacity: facts.baseLinkCount)
            if let problem = fault(of: linked, owner: row, limit: facts.rowCount) {
                let place = format[.baseLinks].lowerBound + row * facts.baseLinkCount * 4
                try report(place / SegmentFormat.blockByteCount, "node \(row): \(problem)")
            }
        }
    }

    private func verifyUpperRows<Failure>(report: Report<Failure>) throws(Failure) {
        var next: UInt32 = 0
        for upper in 0..<header.facts.upperRowCount {
            let node = number(upper, of: .upperRows)
            let isNode = node < header.facts.rowCount
            let slot = isNode ? number(Int(node), of: .slots) : 0
            guard isNode, slot >= next else {
                try report(firstBlock(.upperRows), "upper row \(upper) is node \(node)")
                return
            }
            next = slot &+ 1
        }
    }

    /// The number of levels above the lowest that each upper row is on; nil when that is damaged.
    private func upperLevels<Failure>(report: Report<Failure>) throws(Failure) -> [Int]? {
        let facts = header.facts
        var levels: [Int] = []
        levels.reserveCapacity(facts.upperRowCount)
        var previous = Int(number(0, of: .upperOffsets))
        var isSound = previous == 0
        for upper in 0..<facts.upperRowCount where isSound {
            let next = Int(number(upper + 1, of: .upperOffsets))
            levels.append(next - previous)
            isSound = (1...facts.upperLevelCount).contains(next - previous)
            previous = next
        }
        guard isSound, previous == facts.upperListCount else {
            try report(
                firstBlock(.upperOffsets),
                "upper row \(max(levels.count - 1, 0)) has no possible number of levels"
            )
            return nil
        }
        return levels
    }

    private func verifyUpperLinks<Failure>(levels: [Int], report: Report<Failure>) throws(Failure) {
        let facts = header.facts
        var list = 0
        for upper in levels.indices {
            for level in 1...levels[upper] {
                let linked = links(list, of: .upperLinks, capacity: facts.linkCount)
                var problem = fault(of: linked, owner: upper, limit: facts.upperRowCount)
                if problem == nil, linked.contains(where: { levels[Int($0)] < level }) {
                    problem = "a link to a row that is not on it"
                }
                if let problem {
                    let place = format[.upperLinks].lowerBound + list * facts.linkCount * 4
                    try report(
                        place / SegmentFormat.blockByteCount,
                        "upper row \(upper), level \(level): \(problem)"
                    )
                }
                list += 1
            }
        }
    }

    /// What is wrong with a list of links.
    private func fault(of links: [UInt32], owner: Int, limit: Int) -> String? {
        if let beyond = links.first(where: { $0 >= limit }) { return "a link to \(beyond)" }
        if links.contains(UInt32(owner)) { return "a link to itself" }
        let sorted = links.sorted()
        for (one, next) in zip(sorted, sorted.dropFirst()) where one == next {
            return "two links to \(one)"
        }
        return nil
    }

    private func links(_ list: Int, of section: SegmentSection, capacity: Int) -> [UInt32] {
        var links: [UInt32] = []
        for place in (list * capacity)..<((list + 1) * capacity) {
            let link = number(place, of: section)
            guard link != .max else { break }
            links.append(link)
        }
        return links
    }

    // MARK: Reading

    private func bytes(_ section: SegmentSection) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: file.bytes[format[section]])
    }

    private func number(_ place: Int, of section: SegmentSection) -> UInt32 {
        let offset = format[section].lowerBound + 4 * place
        return unsafe file.bytes.littleEndian(UInt32.self, at: offset) ?? 0
    }

    /// The block that a section begins in.
    private func firstBlock(_ section: SegmentSection) -> Int {
        format[section].lowerBound / SegmentFormat.blockByteCount
    }
}
