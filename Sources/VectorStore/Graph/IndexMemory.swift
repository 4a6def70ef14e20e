internal import CKernels

/// The memory of an index while it is built, and afterwards until it is written.
///
/// - Note: `@unchecked Sendable`: a build divides rows among its threads so that no two write to
///   one record or list, and nobody writes once it is finished.
@safe
final class IndexMemory: @unchecked Sendable {
    let layout: CodeLayout
    let rowCount: Int
    let linkCount: Int
    /// Links of a row on level 0 that there is room for; more than the finished index has.
    let baseCapacity: Int
    let levels: LevelTable
    let records: UnsafeMutablePointer<UInt8>
    private(set) var baseLinks: UnsafeMutablePointer<UInt32>
    let upperLinks: UnsafeMutablePointer<UInt32>
    /// Where walks begin: an upper row on the highest level that is linked, or a row when none is.
    var entryPoint: UInt32 = 0
    /// Upper levels that are linked.
    var levelCount = 0
    let upperRows: UnsafeMutablePointer<UInt32>
    let upperOffsets: UnsafeMutablePointer<UInt32>

    /// Ends a list of links that is not full.
    static let noLink = UInt32.max

    /// Makes room for rows, whose lists are all empty.
    init(
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

    private static func room<Value: FixedWidthInteger>(
        _ count: Int,
        filledWith value: Value
    ) -> UnsafeMutablePointer<Value> {
        let memory = unsafe UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Value>.stride,
            alignment: 4096
        ).bindMemory(to: Value.self, capacity: max(count, 1))
        unsafe memory.initialize(repeating: value, count: max(count, 1))
        return unsafe memory
    }

    /// The record of a row.
    func record(of row: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe records + row * layout.stride
    }

    /// A row's list on level 0, or an upper row's list on a level above.
    func list(of row: Int, level: Int) -> LinkList {
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

    /// Moves the lists of level 0 together, now that none is longer than the finished index allows.
    func tightenBaseLinks() -> UnsafeMutableRawBufferPointer {
        let width = 2 * linkCount
        for row in 1..<max(rowCount, 2) where row < rowCount {
            let target = unsafe baseLinks + row * width
            unsafe target.update(from: baseLinks + row * baseCapacity, count: width)
        }
        return unsafe UnsafeMutableRawBufferPointer(
            start: baseLinks,
            count: rowCount * width * MemoryLayout<UInt32>.stride
        )
    }
}

/// One row's links on one level.
@safe
struct LinkList {
    let first: UnsafeMutablePointer<UInt32>
    let capacity: Int

    /// The number of links.
    var count: Int {
        var count = 0
        while unsafe count < capacity && first[count] != IndexMemory.noLink { count += 1 }
        return count
    }

    subscript(place: Int) -> UInt32 {
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
