internal import CKernels

/// The memory of an index while it is built, and afterwards until it is written.
///
/// - Note: `@unchecked Sendable`: a build divides rows among its threads so that no two write to
///   one record or list, and nothing writes once it is finished.
@safe
package final class IndexMemory: @unchecked Sendable {
    let layout: CodeLayout
    package let rowCount: Int
    let linkCount: Int
    /// Links of a row on level 0 that there is room for; more than the finished index has.
    let baseCapacity: Int
    package let levels: LevelTable
    private(set) var records: UnsafeMutablePointer<UInt8>
    private(set) var baseLinks: UnsafeMutablePointer<UInt32>
    let upperLinks: UnsafeMutablePointer<UInt32>
    /// Where walks begin: an upper row on the highest level that is linked, or a row when none is.
    package var entryPoint: UInt32 = 0
    /// Upper levels that are linked.
    package var levelCount = 0
    let upperRows: UnsafeMutablePointer<UInt32>
    let upperOffsets: UnsafeMutablePointer<UInt32>

    /// Ends a list of links that is not full.
    static let noLink = UInt32.max

    /// Makes room for rows, whose lists are all empty.
    package init(
        layout: CodeLayout,
        rowCount: Int,
        linkCount: Int,
        baseCapacity: Int,
        levels: LevelTable
    ) {
        self.layout = layout
        self.rowCount = rowCount
        self.linkCount = linkCount
        self.baseCapacity = baseCapacity
        self.levels = levels
        unsafe records = Self.room(rowCount * layout.stride + 64, filledWith: 0)
        unsafe baseLinks = Self.room(rowCount * baseCapacity, filledWith: Self.noLink)
        unsafe upperLinks = Self.room(levels.listCount * linkCount, filledWith: Self.noLink)
        unsafe upperRows = Self.room(levels.rows.count, filledWith: 0)
        unsafe upperOffsets = Self.room(levels.offsets.count, filledWith: 0)
        for (place, row) in levels.rows.enumerated() { unsafe upperRows[place] = row }
        for (place, offset) in levels.offsets.enumerated() { unsafe upperOffsets[place] = offset }
    }

    deinit {
        unsafe records.deallocate()
        unsafe baseLinks.deallocate()
        unsafe upperLinks.deallocate()
        unsafe upperRows.deallocate()
        unsafe upperOffsets.deallocate()
    }

    private static let largePageByteCount = 2 << 20

    private static func room<Value: FixedWidthInteger>(
        _ count: Int,
        filledWith value: Value
    ) -> UnsafeMutablePointer<Value> {
        let byteCount = max(count, 1) * MemoryLayout<Value>.stride
        let isLarge = byteCount >= 4 * largePageByteCount
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount,
            alignment: isLarge ? largePageByteCount : 4096
        )
        // Walks jump about in it, and a page table of small pages does not fit any cache.
        if isLarge { unsafe vz_prefer_large_pages(bytes, byteCount) }
        let memory = unsafe bytes.bindMemory(to: Value.self, capacity: max(count, 1))
        unsafe memory.initialize(repeating: value, count: max(count, 1))
        return unsafe memory
    }

    /// The record of a row.
    func record(of row: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe records + row * layout.stride
    }

    /// A row's list on level 0, or an upper row's list on a level above.
    package func list(of row: Int, level: Int) -> LinkList {
        guard level > 0 else {
            return unsafe LinkList(
                first: baseLinks + row * baseCapacity,
                capacity: baseCapacity
            )
        }
        let list = unsafe Int(upperOffsets[row]) + level - 1
        return unsafe LinkList(first: upperLinks + list * linkCount, capacity: linkCount)
    }

    /// The index as kernels see it while it grows.
    func kernelIndex(_ coder: RowCoder) -> KernelIndex {
        let raw = unsafe vz_index(
            kind: coder.kind,
            dimension: UInt32(layout.dimension),
            code_bytes: UInt32(layout.codeByteCount),
            stride: layout.stride,
            records: records,
            row_count: UInt32(rowCount),
            base_link_count: UInt32(baseCapacity),
            base_links: baseLinks,
            upper_row_count: UInt32(levels.rows.count),
            upper_list_count: UInt32(levels.listCount),
            link_count: UInt32(linkCount),
            upper_rows: upperRows,
            upper_offsets: upperOffsets,
            upper_links: upperLinks,
            entry_point: entryPoint,
            upper_level_count: UInt32(levelCount),
            row_measure: coder.rowMeasure
        )
        return unsafe KernelIndex(raw: raw)
    }

    // MARK: Finishing

    /// Puts rows and links into the order of an index that is searched.
    ///
    /// From then on numbers of rows are numbers of nodes, and the lists of level 0 are no longer
    /// than the finished index allows.
    func arrange(_ order: NodeOrder) {
        arrangeRecords(order)
        arrangeBaseLinks(order)
        for place in levels.rows.indices {
            unsafe upperRows[place] = order.nodes[Int(levels.rows[place])]
        }
        if levelCount == 0 { entryPoint = order.nodes[Int(entryPoint)] }
    }

    private func arrangeRecords(_ order: NodeOrder) {
        let arranged: UnsafeMutablePointer<UInt8> = unsafe Self.room(
            rowCount * layout.stride + 64,
            filledWith: 0
        )
        for (node, row) in order.rows.enumerated() {
            let target = unsafe arranged + node * layout.stride
            unsafe target.update(from: record(of: Int(row)), count: layout.stride)
        }
        unsafe records.deallocate()
        unsafe records = arranged
    }

    private func arrangeBaseLinks(_ order: NodeOrder) {
        let width = 2 * linkCount
        let arranged = unsafe Self.room(rowCount * width, filledWith: Self.noLink)
        for (node, row) in order.rows.enumerated() {
            let list = list(of: Int(row), level: 0)
            for place in 0..<list.count {
                unsafe arranged[node * width + place] = order.nodes[Int(list[place])]
            }
        }
        unsafe baseLinks.deallocate()
        unsafe baseLinks = arranged
    }
}

/// One row's links on one level.
@safe
package struct LinkList {
    let first: UnsafeMutablePointer<UInt32>
    let capacity: Int

    /// The number of links.
    package var count: Int {
        var count = 0
        while unsafe count < capacity && first[count] != IndexMemory.noLink { count += 1 }
        return count
    }

    package subscript(place: Int) -> UInt32 {
        get { unsafe first[place] }
        nonmutating set { unsafe first[place] = newValue }
    }

    /// Replaces all links.
    func set(_ links: some Collection<vz_found>) {
        var place = 0
        for link in links {
            unsafe first[place] = link.row
            place += 1
        }
        if place < capacity { unsafe first[place] = IndexMemory.noLink }
        // What lies behind the end is part of the file's bytes, which are the same for the same
        // rows whatever the lists held before.
        for rest in place..<capacity { unsafe first[rest] = IndexMemory.noLink }
    }
}
