internal import CKernels

/// Builds the index of a segment.
struct IndexBuilder {
    /// Stops a build that nobody waits for any more.
    struct Cancelled: Error {}

    /// An index whose graph is taken over, so that only the other rows are inserted.
    struct Adopted {
        /// The index; of the same layout, with its memory kept by the caller.
        let view: IndexView
        /// For each of its rows the number it has among the new rows, or nil for one that is gone.
        let newSlots: [UInt32?]
    }

    let configuration: CollectionConfiguration
    /// Threads that build; the result does not depend on it.
    var threadCount = 1
    /// The kernels to compute with; they only differ in speed.
    var kernels = GraphKernels.best
    /// Told how many of all rows are linked, from the calling thread; false ends the build.
    var progress: (_ linked: Int, _ total: Int) -> Bool = { _, _ in true }

    /// Links of a row on level 0 beyond what the finished index has, so that a full list is not
    /// chosen anew for every link that is added.
    private static let spareLinks = 16

    init(configuration: CollectionConfiguration) {
        self.configuration = configuration
    }

    /// Builds an index over rows.
    ///
    /// - Parameters:
    ///   - rows: at least one row.
    ///   - adopted: the index of most of the rows, if there is one.
    /// - Returns: the index, in memory.
    /// - Throws: ``Cancelled``.
    func build(
        _ rows: IndexRows,
        adopting adopted: Adopted? = nil
    ) throws(Cancelled) -> BuiltIndex {
        precondition(rows.count > 0, "an index has rows")
        let layout = CodeLayout(
            quantization: configuration.quantization,
            metric: configuration.metric,
            dimension: configuration.dimension
        )
        let coder = RowCoder(layout: layout, fitting: rows)
        let memory = IndexMemory(
            layout: layout,
            rowCount: rows.count,
            linkCount: configuration.linkCount,
            baseCapacity: 2 * configuration.linkCount + Self.spareLinks,
            levels: LevelTable(keys: rows.keys, linkCount: configuration.linkCount)
        )
        let team = WorkerTeam(threadCount: threadCount)
        encode(rows, with: coder, into: memory, team)
        let construction = GraphConstruction(
            memory: memory,
            coder: coder,
            rows: rows,
            efConstruction: configuration.efConstruction,
            team: team,
            walkers: (0..<team.threadCount).map { _ in GraphWalker(kernels: kernels) }
        )
        let isDone = construction.link(
            Self.order(memory.levels, keys: rows.keys),
            after: 0
        ) { progress($0, rows.count) }
        guard isDone else { throw Cancelled() }
        construction.shortenBaseLists()
        return BuiltIndex(memory: memory, coder: coder, configuration: configuration)
    }

    private func encode(
        _ rows: IndexRows,
        with coder: RowCoder,
        into memory: IndexMemory,
        _ team: WorkerTeam
    ) {
        team.forEach(rows.count, grain: 512) { _, pieces in
            var components = [Float](repeating: 0, count: coder.layout.codedDimension)
            for row in pieces {
                unsafe coder.encode(
                    rows.vectors[row],
                    inverseNorm: rows.inverseNorms[row],
                    using: &components,
                    into: memory.record(of: row)
                )
            }
        }
    }

    /// The rows of the highest levels first, so that a search finds its way down from the start;
    /// among equals in the order of a hash, so that no order of the input makes a bad graph.
    private static func order(_ levels: LevelTable, keys: [Int64]) -> [UInt32] {
        var level = [UInt8](repeating: 0, count: keys.count)
        for (place, row) in levels.rows.enumerated() {
            level[Int(row)] = UInt8(levels.level(ofUpperRow: place))
        }
        let hashes = keys.map { LevelTable.mixed(~UInt64(bitPattern: $0)) }
        var order = (0..<UInt32(keys.count)).map { $0 }
        order.sort { one, other in
            let (a, b) = (Int(one), Int(other))
            if level[a] != level[b] { return level[a] > level[b] }
            return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b
        }
        if let first = levels.rows.isEmpty ? nil : levels.rows[Int(levels.entryPoint)],
            let place = order.firstIndex(of: first)
        {
            order.remove(at: place)
            order.insert(first, at: 0)
        }
        return order
    }
}
