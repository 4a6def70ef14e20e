internal import CKernels

/// An index in memory, before it is written to a segment.
///
/// - Note: `@unchecked Sendable`: its facts are completed before anybody else sees it.
package final class BuiltIndex: @unchecked Sendable {
    /// The index; its memory is this object's.
    package private(set) var view: IndexView

    /// Takes an index whose memory somebody else keeps.
    package init(view: IndexView) {
        self.view = view
    }

    init(memory: IndexMemory, coder: RowCoder, configuration: CollectionConfiguration) {
        var facts = IndexFacts()
        facts.rowCount = memory.rowCount
        facts.linkCount = memory.linkCount
        facts.efConstruction = configuration.efConstruction
        facts.upperRowCount = memory.levels.rows.count
        facts.upperListCount = memory.levels.listCount
        facts.entryPoint = memory.entryPoint
        facts.upperLevelCount = memory.levelCount
        facts.scale = coder.scale
        let mean = UnsafeMutableRawBufferPointer.allocate(
            byteCount: coder.mean.count * MemoryLayout<Float>.stride,
            alignment: 64
        )
        unsafe coder.mean.withUnsafeBytes { unsafe mean.copyMemory(from: $0) }
        let sizes = IndexSectionSizes(facts: facts, layout: memory.layout)
        func bytes(_ start: UnsafeMutableRawPointer, _ count: Int) -> UnsafeRawBufferPointer {
            unsafe UnsafeRawBufferPointer(start: start, count: count)
        }
        var view = unsafe IndexView(
            facts: facts,
            layout: memory.layout,
            mean: UnsafeRawBufferPointer(mean),
            records: bytes(memory.records, sizes.records),
            baseLinks: UnsafeRawBufferPointer(memory.tightenBaseLinks()),
            upperRows: bytes(memory.upperRows, sizes.upperRows),
            upperOffsets: bytes(memory.upperOffsets, sizes.upperOffsets),
            upperLinks: bytes(memory.upperLinks, sizes.upperLinks)
        )
        view.owner = unsafe BuiltSections(memory, mean: mean)
        self.view = view
    }

    /// Measures what searches of the index reach and remembers it in its facts.
    func calibrate(
        with rows: IndexRows,
        sampleLimit: Int,
        _ team: WorkerTeam,
        _ kernels: GraphKernels
    ) {
        let measurement = RecallMeasurement(
            view: view,
            rows: rows,
            kernels: kernels,
            sampleLimit: sampleLimit
        )
        let result = measurement.run(team)
        view.facts.calibration = result.calibration
        view.facts.distancesPerBreadth = result.distancesPerBreadth
    }
}

/// Keeps the memory of a built index.
@safe
private final class BuiltSections: @unchecked Sendable {
    private let memory: IndexMemory
    private let mean: UnsafeMutableRawBufferPointer

    init(_ memory: IndexMemory, mean: UnsafeMutableRawBufferPointer) {
        self.memory = memory
        unsafe self.mean = mean
    }

    deinit {
        unsafe mean.deallocate()
    }
}
