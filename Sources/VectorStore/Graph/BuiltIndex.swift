internal import CKernels

/// An index in memory, before it is written to a segment.
///
/// - Note: `@unchecked Sendable`: its facts are completed before other threads see it.
package final class BuiltIndex: @unchecked Sendable {
    /// The index; its memory is this object's.
    package private(set) var view: IndexView

    /// Takes an index whose memory the caller keeps.
    package init(view: IndexView) {
        self.view = view
    }

    /// Finishes an index.
    ///
    /// - Parameters:
    ///   - memory: the graph, which is put into the order of nodes.
    ///   - order: that order.
    ///   - coder: what its records were coded with.
    ///   - configuration: the collection's settings.
    ///   - team: threads to make sketches with.
    init(
        memory: IndexMemory,
        order: NodeOrder,
        coder: RowCoder,
        configuration: CollectionConfiguration,
        _ team: ThreadTeam
    ) {
        memory.arrange(order)
        var facts = IndexFacts()
        facts.rowCount = memory.rowCount
        facts.linkCount = memory.linkCount
        facts.efConstruction = configuration.efConstruction
        facts.upperRowCount = memory.levels.rows.count
        facts.upperListCount = memory.levels.listCount
        facts.entryPoint = memory.entryPoint
        facts.upperLevelCount = memory.levelCount
        facts.scale = coder.scale
        facts.hasSketches = memory.layout.allowsSketches
        let sizes = IndexSectionSizes(facts: facts, layout: memory.layout)
        let sections = BuiltSections(memory, sizes)
        unsafe coder.mean.withUnsafeBytes { unsafe sections.mean.copyMemory(from: $0) }
        unsafe order.rows.withUnsafeBytes { unsafe sections.slots.copyMemory(from: $0) }
        if facts.hasSketches { sections.sketch(coder, team) }
        func bytes(_ start: UnsafeMutableRawPointer, _ count: Int) -> UnsafeRawBufferPointer {
            unsafe UnsafeRawBufferPointer(start: start, count: count)
        }
        var view = unsafe IndexView(
            facts: facts,
            layout: memory.layout,
            mean: UnsafeRawBufferPointer(sections.mean),
            records: bytes(memory.records, sizes.records),
            sketches: UnsafeRawBufferPointer(sections.sketches),
            baseLinks: bytes(memory.baseLinks, sizes.baseLinks),
            upperRows: bytes(memory.upperRows, sizes.upperRows),
            upperOffsets: bytes(memory.upperOffsets, sizes.upperOffsets),
            upperLinks: bytes(memory.upperLinks, sizes.upperLinks),
            slots: UnsafeRawBufferPointer(sections.slots)
        )
        view.owner = sections
        self.view = view
    }

    /// Measures what searches of the index reach and remembers it in its facts.
    ///
    /// Sketches are kept when walks over them find nearly what walks over the records find.
    ///
    /// - Parameters:
    ///   - rows: the index's rows.
    ///   - nodes: for each row its node.
    ///   - sampleLimit: the most rows to measure with.
    ///   - team: threads.
    ///   - kernels: what to compute with.
    func calibrate(
        with rows: IndexRows,
        nodes: [UInt32],
        sampleLimit: Int,
        _ team: ThreadTeam,
        _ kernels: GraphKernels
    ) {
        var measurement = RecallMeasurement(
            view: view,
            rows: rows,
            nodes: nodes,
            kernels: kernels,
            sampleLimit: sampleLimit
        )
        measurement.findNeighbours(team)
        var result = measurement.run(team)
        if view.facts.hasSketches {
            measurement.view.facts.hasSketches = false
            let plain = measurement.run(team)
            if !result.calibration.isNearly(plain.calibration) {
                view.facts.hasSketches = false
                result = plain
            }
        }
        measurement.view.facts.hasSketches = view.facts.hasSketches
        measurement.findStops(team)
        view.facts.stops = measurement.view.facts.stops
        if view.facts.stops != StopCalibration() { result = measurement.run(team) }
        view.facts.calibration = result.calibration
        view.facts.distancesPerEF = result.distancesPerEF
    }
}

extension RecallCalibration {
    /// What walks over sketches may lose of the recall, on average over the usual efs.
    private static let tolerableLoss: Float = 0.004
    private static let comparedEFs = 24...128

    /// Whether searches for ten neighbours find nearly as much as with another calibration.
    func isNearly(_ other: RecallCalibration) -> Bool {
        let count = Self.efs.count
        let first = count * (Self.neighbourCounts.firstIndex(of: 10) ?? 0)
        var loss: Float = 0
        var compared: Float = 0
        for (place, ef) in Self.efs.enumerated()
        where Self.comparedEFs.contains(ef) {
            loss += other.recalls[first + place] - recalls[first + place]
            compared += 1
        }
        return loss <= Self.tolerableLoss * compared
    }
}

/// Keeps the memory of a built index.
@safe
private final class BuiltSections: @unchecked Sendable {
    private let memory: IndexMemory
    let mean: UnsafeMutableRawBufferPointer
    let slots: UnsafeMutableRawBufferPointer
    let sketches: UnsafeMutableRawBufferPointer

    init(_ memory: IndexMemory, _ sizes: IndexSectionSizes) {
        func room(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
            .allocate(byteCount: byteCount, alignment: 64)
        }
        self.memory = memory
        unsafe mean = room(sizes.mean)
        unsafe slots = room(sizes.slots)
        unsafe sketches = room(sizes.sketches)
    }

    /// Makes the sketch of each record.
    func sketch(_ coder: RowCoder, _ team: ThreadTeam) {
        guard let first = unsafe sketches.bindMemory(to: UInt8.self).baseAddress else { return }
        let output = unsafe SharedStart(first: first)
        team.forEach(memory.rowCount, grain: 512) { _, nodes in
            for node in nodes {
                unsafe coder.sketch(
                    memory.record(of: node),
                    into: output.first + node * coder.layout.sketchStride
                )
            }
        }
    }

    /// Memory that threads write to, each to places of its own.
    @safe
    private struct SharedStart: @unchecked Sendable {
        let first: UnsafeMutablePointer<UInt8>
    }

    deinit {
        unsafe mean.deallocate()
        unsafe slots.deallocate()
        unsafe sketches.deallocate()
    }
}
