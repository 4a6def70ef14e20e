internal import CKernels

/// The memory of one index: what ``IndexBuilder`` makes and a segment file maps.
///
/// Numbers are little-endian 32-bit; a list of links ends with 0xFFFFFFFF or when it is full. Links
/// are checked to be in range by every walk, so that a flipped bit leads nowhere.
///
/// The rows of an index have an order of their own, in which near ones lie close together; in that
/// order they are called *nodes*. Each node's row in the segment is its *slot*.
///
/// - Note: `@unchecked Sendable`, because the memory is read-only while the view lives; the code
///   that makes one keeps the memory.
@safe
package struct IndexView: @unchecked Sendable {
    package var facts: IndexFacts
    package let layout: CodeLayout
    /// `layout.dimension` floats: what was subtracted from each vector before it was coded.
    package let mean: UnsafeRawBufferPointer
    /// `rowCount` records of `layout.stride` bytes.
    package let records: UnsafeRawBufferPointer
    /// `rowCount` sketches of `layout.sketchStride` bytes, or none.
    package let sketches: UnsafeRawBufferPointer
    /// `rowCount` lists of `baseLinkCount` numbers of nodes.
    package let baseLinks: UnsafeRawBufferPointer
    /// The node of each upper row, in the order of their slots: `upperRowCount` numbers.
    package let upperRows: UnsafeRawBufferPointer
    /// Where each upper row's lists begin: `upperRowCount` + 1 numbers of lists.
    ///
    /// An upper row has one list per level it is on, the lowest (1) first; the last number counts
    /// all lists.
    package let upperOffsets: UnsafeRawBufferPointer
    /// `upperListCount` lists of `linkCount` numbers of upper rows.
    package let upperLinks: UnsafeRawBufferPointer
    /// The slot of each node: `rowCount` numbers.
    package let slots: UnsafeRawBufferPointer

    /// How its rows were coded.
    package let coder: RowCoder
    /// What keeps the memory, where the view does it itself.
    var owner: (any AnyObject & Sendable)?

    /// Takes the memory of an index.
    ///
    /// The sizes must fit the facts; code that reads them from a file checks that first.
    package init(
        facts: IndexFacts,
        layout: CodeLayout,
        mean: UnsafeRawBufferPointer,
        records: UnsafeRawBufferPointer,
        sketches: UnsafeRawBufferPointer,
        baseLinks: UnsafeRawBufferPointer,
        upperRows: UnsafeRawBufferPointer,
        upperOffsets: UnsafeRawBufferPointer,
        upperLinks: UnsafeRawBufferPointer,
        slots: UnsafeRawBufferPointer
    ) {
        let sizes = IndexSectionSizes(facts: facts, layout: layout)
        precondition(
            mean.count >= sizes.mean && records.count >= sizes.records
                && sketches.count >= sizes.sketches && slots.count >= sizes.slots
                && baseLinks.count >= sizes.baseLinks && upperRows.count >= sizes.upperRows
                && upperOffsets.count >= sizes.upperOffsets
                && upperLinks.count >= sizes.upperLinks,
            "an index's sections are as long as its facts say"
        )
        self.facts = facts
        self.layout = layout
        unsafe self.mean = mean
        unsafe self.records = records
        unsafe self.sketches = sketches
        unsafe self.baseLinks = baseLinks
        unsafe self.upperRows = upperRows
        unsafe self.upperOffsets = upperOffsets
        unsafe self.upperLinks = upperLinks
        unsafe self.slots = slots
        coder = RowCoder(
            layout: layout,
            scale: facts.scale,
            mean: (0..<layout.dimension).map {
                unsafe mean.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)
            }
        )
    }

    /// Bytes from one to the next of what searches walk over.
    package var walkedStride: Int { facts.hasSketches ? layout.sketchStride : layout.stride }

    /// The index as kernels take it for searches.
    var kernelIndex: KernelIndex {
        let codes = unsafe facts.hasSketches ? sketches : records
        let raw = unsafe vz_index(
            kind: coder.kind(sketched: facts.hasSketches),
            dimension: UInt32(layout.dimension),
            code_bytes: UInt32(walkedStride - CodeLayout.metadataByteCount),
            stride: walkedStride,
            records: codes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            row_count: UInt32(facts.rowCount),
            base_link_count: UInt32(facts.baseLinkCount),
            base_links: baseLinks.baseAddress?.assumingMemoryBound(to: UInt32.self),
            upper_row_count: UInt32(facts.upperRowCount),
            upper_list_count: UInt32(facts.upperListCount),
            link_count: UInt32(facts.linkCount),
            upper_rows: upperRows.baseAddress?.assumingMemoryBound(to: UInt32.self),
            upper_offsets: upperOffsets.baseAddress?.assumingMemoryBound(to: UInt32.self),
            upper_links: upperLinks.baseAddress?.assumingMemoryBound(to: UInt32.self),
            entry_point: facts.entryPoint,
            upper_level_count: UInt32(facts.upperLevelCount),
            row_measure: coder.rowMeasure
        )
        return unsafe KernelIndex(raw: raw)
    }
}

/// The bytes of each section of an index.
package struct IndexSectionSizes: Equatable, Sendable {
    package let mean: Int
    package let records: Int
    package let sketches: Int
    package let baseLinks: Int
    package let upperRows: Int
    package let upperOffsets: Int
    package let upperLinks: Int
    package let slots: Int

    /// Computes the sizes; the facts' counts must be so small that nothing overflows.
    package init(facts: IndexFacts, layout: CodeLayout) {
        mean = layout.dimension * 4
        records = facts.rowCount * layout.stride
        sketches = facts.hasSketches ? facts.rowCount * layout.sketchStride : 0
        baseLinks = facts.rowCount * facts.baseLinkCount * 4
        upperRows = facts.upperRowCount * 4
        upperOffsets = (facts.upperRowCount + 1) * 4
        upperLinks = facts.upperListCount * facts.linkCount * 4
        slots = facts.rowCount * 4
    }
}
