internal import CKernels

/// Builds the index of a segment.
package struct IndexBuilder {
    /// Stops a build whose result is no longer wanted.
    package struct Cancelled: Error {}

    /// An index whose graph is taken over, so that only the other rows are inserted.
    package struct Adopted {
        /// The index; of the same layout, with its memory kept by the caller.
        package let view: IndexView
        /// For each of its rows the number it has among the new rows, or nil for one that is gone.
        package let newSlots: [UInt32?]

        /// Takes an index.
        package init(view: IndexView, newSlots: [UInt32?]) {
            self.view = view
            self.newSlots = newSlots
        }
    }

    package let configuration: CollectionConfiguration
    /// Threads that build; the result does not depend on it.
    package var threadCount = 1
    /// The kernels to compute with; they only differ in speed.
    package var kernels = GraphKernels.best
    /// Told how many of all rows are linked, from the calling thread; false ends the build.
    package var progress: (_ linked: Int, _ total: Int) -> Bool = { _, _ in true }

    /// Links of a row on level 0 beyond what the finished index has, so that a full list is not
    /// chosen anew for every link that is added.
    private static let spareLinks = 16

    package init(configuration: CollectionConfiguration) {
        self.configuration = configuration
    }

    /// Builds an index over rows.
    ///
    /// - Parameters:
    ///   - rows: at least one row.
    ///   - adopted: the index of most of the rows, if there is one.
    /// - Returns: the index, in memory.
    /// - Throws: ``Cancelled``.
    package func build(
        _ rows: IndexRows,
        adopting adopted: Adopted? = nil
    ) throws(Cancelled) -> BuiltIndex {
        precondition(rows.count > 0, "an index has rows")
        // 1. What rows are coded as: as in the index that is taken over, if its codes still fit.
        let layout = CodeLayout(
            quantization: configuration.quantization,
            metric: configuration.metric,
            dimension: configuration.dimension
        )
        let usable = adopted.flatMap { Self.canAdopt($0, layout, rows) ? $0 : nil }
        let coder = usable?.view.coder ?? RowCoder(layout: layout, fitting: rows)
        let memory = IndexMemory(
            layout: layout,
            rowCount: rows.count,
            linkCount: configuration.linkCount,
            baseCapacity: 2 * configuration.linkCount + Self.spareLinks,
            levels: LevelTable(keys: rows.keys, linkCount: configuration.linkCount)
        )
        // 2. The graph so far: that of the index that is taken over, without its deleted rows.
        let construction = GraphConstruction(
            memory: memory,
            coder: coder,
            rows: rows,
            efConstruction: configuration.efConstruction,
            threadCount: threadCount,
            kernels: kernels
        )
        let team = construction.team
        let isLinked = usable.map { GraphAdoption($0, into: construction).run() }
        // 3. Codes and links of the other rows, those of the highest levels first.
        let order = Self.order(memory.levels, keys: rows.keys, without: isLinked)
        encode(order, of: rows, with: coder, into: memory, team)
        let isDone = construction.link(order, after: rows.count - order.count) {
            progress($0, rows.count)
        }
        guard isDone else { throw Cancelled() }
        // 4. Lists get their final length, and rows that no search could reach get a link.
        construction.shortenBaseLists()
        var repair = GraphRepair(construction)
        repair.run()
        // 5. Rows that are near stand near in the file, and the recall at each ef is measured.
        let nodeOrder = NodeOrder(memory)
        let index = BuiltIndex(
            memory: memory,
            order: nodeOrder,
            coder: coder,
            configuration: configuration,
            team
        )
        // A graph that was taken over is much cheaper than a new one, and so is its measurement.
        index.calibrate(
            with: rows,
            nodes: nodeOrder.nodes,
            sampleLimit: usable == nil ? 100 : 40,
            team,
            kernels
        )
        return index
    }

    /// Whether the codes of an index are good for new rows, and any of its rows is left.
    private static func canAdopt(
        _ adopted: Adopted,
        _ layout: CodeLayout,
        _ rows: IndexRows
    ) -> Bool {
        let coder = adopted.view.coder
        guard coder.layout == layout, adopted.newSlots.count == adopted.view.facts.rowCount,
            adopted.newSlots.contains(where: { $0 != nil })
        else { return false }
        return unsafe rows.vectors.allSatisfy { unsafe coder.reaches($0) }
    }

    private func encode(
        _ order: [UInt32],
        of rows: IndexRows,
        with coder: RowCoder,
        into memory: IndexMemory,
        _ team: ThreadTeam
    ) {
        team.forEach(order.count, grain: 512) { _, pieces in
            var components = [Float](repeating: 0, count: coder.layout.dimension)
            for piece in pieces {
                let row = Int(order[piece])
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
    ///
    /// Rows that are linked already are left out.
    private static func order(
        _ levels: LevelTable,
        keys: [Int64],
        without isLinked: [Bool]?
    ) -> [UInt32] {
        var level = [UInt8](repeating: 0, count: keys.count)
        for (place, row) in levels.rows.enumerated() {
            level[Int(row)] = UInt8(levels.level(ofUpperRow: place))
        }
        var order = (0..<UInt32(keys.count)).filter { isLinked?[Int($0)] != true }
        let hashes = keys.map { SplitMix64.hash(of: ~UInt64(bitPattern: $0)) }
        order.sort { one, other in
            let (a, b) = (Int(one), Int(other))
            if level[a] != level[b] { return level[a] > level[b] }
            return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b
        }
        return order
    }
}
