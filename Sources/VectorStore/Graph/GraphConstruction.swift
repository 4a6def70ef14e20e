internal import CKernels

/// Links rows into a graph, batch by batch.
///
/// Each batch searches the graph as it was before the batch, on all threads, and then the links are
/// put in, target by target, in an order that depends on nothing but the rows: no locks, and the
/// same bytes for any number of threads (ParlayANN: Manohar et al. 2024).
package struct GraphConstruction {
    let memory: IndexMemory
    let coder: RowCoder
    let rows: IndexRows
    let efConstruction: Int
    let team: ThreadTeam
    let walkers: [GraphTraversal]
    /// Whether the rows' products with nearly any row are greatest for the same few of them.
    let isOneSided: Bool

    /// Batches grow with the graph, up to this many rows.
    private static let largestBatch = 2048
    /// A batch is at most this part of the rows that are linked already.
    private static let batchShare = 32
    /// The most candidates that neighbours are chosen from.
    private static let candidateCount = 96

    /// A link that a new row asks its neighbour for.
    private struct Request {
        let target: UInt32
        let source: UInt32
        let distance: Float
    }

    /// What one new row found on one level.
    private struct Placement {
        let row: UInt32
        let neighbours: [vz_found]
    }

    /// Prepares to link rows.
    ///
    /// - Parameters:
    ///   - memory: takes the links, and has the rows' codes.
    ///   - coder: how the rows were coded.
    ///   - rows: the rows.
    ///   - efConstruction: how many candidates a row's neighbours are chosen from.
    ///   - threadCount: threads that link; the result does not depend on it.
    ///   - kernels: the kernels to compute with.
    package init(
        memory: IndexMemory,
        coder: RowCoder,
        rows: IndexRows,
        efConstruction: Int,
        threadCount: Int = 1,
        kernels: GraphKernels = .best
    ) {
        self.memory = memory
        self.coder = coder
        self.rows = rows
        self.efConstruction = efConstruction
        let team = ThreadTeam(threadCount: threadCount)
        self.team = team
        walkers = (0..<team.threadCount).map { _ in GraphTraversal(kernels: kernels) }
        isOneSided = coder.isOneSided(rows)
    }

    /// Links rows to those that are linked already.
    ///
    /// - Parameters:
    ///   - order: the rows to link, in the order in which they come.
    ///   - linkedCount: rows that are linked before.
    ///   - progress: told the number of linked rows; false ends the work.
    /// - Returns: false when it was ended.
    func link(_ order: [UInt32], after linkedCount: Int, progress: (Int) -> Bool) -> Bool {
        var done = 0
        while done < order.count {
            let linked = linkedCount + done
            // A row that is higher than all others comes alone: the next ones begin at it.
            let top = memory.levels.level(of: order[done])
            let isHigher = linked == 0 || top > memory.levelCount
            let size =
                isHigher ? 1 : min(Self.largestBatch, max(1, linked / Self.batchShare))
            let batch = order[done..<min(done + size, order.count)]
            if linked > 0 { link(batch) }
            if isHigher { begin(at: order[done], level: top) }
            done += batch.count
            guard progress(linkedCount + done) else { return false }
        }
        return true
    }

    /// Makes a row the one where walks begin.
    private func begin(at row: UInt32, level: Int) {
        memory.levelCount = level
        memory.entryPoint = memory.levels.number(of: row).map { UInt32($0) } ?? row
    }

    private func link(_ batch: ArraySlice<UInt32>) {
        let levelsOfBatch = batch.map { min(memory.levels.level(of: $0), memory.levelCount) }
        // Upwards, so that no walk comes down on a row that has no links below yet.
        for level in 0...(levelsOfBatch.max() ?? 0) {
            let members = zip(batch, levelsOfBatch).filter { $0.1 >= level }.map(\.0)
            join(place(members, level: level), level: level)
        }
    }

    // MARK: Finding neighbours

    /// Finds the neighbours of new rows on one level.
    private func place(_ members: [UInt32], level: Int) -> [Placement] {
        let index = memory.kernelIndex(coder)
        var placements = [Placement?](repeating: nil, count: members.count)
        unsafe placements.withUnsafeMutableBufferPointer { buffer in
            let output = unsafe SharedOutput(buffer)
            team.forEach(members.count) { thread, pieces in
                for piece in pieces {
                    let placement = place(members[piece], level: level, index, walkers[thread])
                    unsafe output.pointer[piece] = placement
                }
            }
        }
        return placements.compactMap { $0 }
    }

    private func place(
        _ row: UInt32,
        level: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) -> Placement {
        prepareQuery(row, walker)
        guard level > 0, let upper = memory.levels.number(of: row) else {
            var found = walker.walk(index, ef: efConstruction)
            return Placement(row: row, neighbours: choose(&found, of: row, level: 0, index, walker))
        }
        var found = walker.walk(index, level: level, ef: efConstruction)
        return Placement(
            row: UInt32(upper),
            neighbours: choose(&found, of: row, level: level, index, walker)
        )
    }

    func prepareQuery(_ row: UInt32, _ walker: GraphTraversal) {
        if coder.layout.quantization == .binary {
            // One bit a component is too little to find neighbours by from both sides.
            unsafe walker.query.take(
                vector: rows.vectors[Int(row)],
                inverseNorm: rows.inverseNorms[Int(row)],
                for: coder
            )
        } else {
            unsafe walker.query.take(record: memory.record(of: Int(row)), for: coder)
        }
    }

    private func choose(
        _ found: inout ArraySlice<vz_found>,
        of row: UInt32,
        level: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) -> [vz_found] {
        var candidates = Array(found.prefix(Self.candidateCount))
        let count = select(
            &candidates,
            of: row,
            limit: memory.linkCount,
            level: level,
            index,
            walker
        )
        return Array(candidates.prefix(count))
    }

    // MARK: Joining

    /// Writes the links of new rows and gives their neighbours links back.
    private func join(_ placements: [Placement], level: Int) {
        // The new rows' own lists; each link asks for one back.
        var requests: [Request] = []
        requests.reserveCapacity(placements.count * memory.linkCount)
        for placement in placements {
            memory.list(of: Int(placement.row), level: level).set(placement.neighbours)
            for neighbour in placement.neighbours {
                requests.append(
                    Request(
                        target: neighbour.row,
                        source: placement.row,
                        distance: neighbour.distance
                    )
                )
            }
        }
        // In an order that does not depend on the threads, all requests to one row together.
        requests.sort { ($0.target, $0.source) < ($1.target, $1.source) }
        let sorted = requests
        let groups = Self.groups(of: sorted)
        let index = memory.kernelIndex(coder)
        let capacity = level == 0 ? 2 * memory.linkCount : memory.linkCount
        // One thread answers all requests to a row, so lists need no locks.
        team.forEach(groups.count, grain: 64) { thread, pieces in
            for piece in pieces {
                answer(
                    sorted[groups[piece]],
                    level: level,
                    limit: capacity,
                    index,
                    walkers[thread]
                )
            }
        }
    }

    /// The runs of requests to one target.
    private static func groups(of requests: [Request]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        for place in requests.indices
        where place + 1 == requests.count || requests[place + 1].target != requests[start].target {
            groups.append(start..<(place + 1))
            start = place + 1
        }
        return groups
    }

    /// Adds links to one row's list; when it is full, the neighbours are chosen anew.
    private func answer(
        _ requests: ArraySlice<Request>,
        level: Int,
        limit: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) {
        guard let target = requests.first?.target else { return }
        let list = memory.list(of: Int(target), level: level)
        let count = list.count
        if count + requests.count <= list.capacity {
            for (place, request) in requests.enumerated() { list[count + place] = request.source }
            return
        }
        let names = (0..<count).map { list[$0] } + requests.map(\.source)
        shorten(names, of: target, level: level, limit: limit, index, walker)
    }

    /// Chooses a row's neighbours on one level among candidates.
    func shorten(
        _ names: [UInt32],
        of target: UInt32,
        level: Int,
        limit: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) {
        let upper = memory.levels.rows
        let row = level > 0 ? upper[Int(target)] : target
        unsafe walker.query.take(record: memory.record(of: Int(row)), for: coder)
        let records = level > 0 ? names.map { upper[Int($0)] } : names
        let distances = walker.distances(index, rows: records)
        var candidates = zip(names, distances).map { vz_found(row: $0, distance: $1) }
        candidates.sort { ($0.distance, $0.row) < ($1.distance, $1.row) }
        let kept = select(&candidates, of: row, limit: limit, level: level, index, walker)
        memory.list(of: Int(target), level: level).set(candidates.prefix(kept))
    }

    /// Shortens all lists of level 0 to the length that the finished index has.
    func shortenBaseLists() {
        let index = memory.kernelIndex(coder)
        let limit = 2 * memory.linkCount
        team.forEach(memory.rowCount, grain: 256) { thread, pieces in
            for row in pieces {
                let list = memory.list(of: row, level: 0)
                let count = list.count
                guard count > limit else { continue }
                shorten(
                    (0..<count).map { list[$0] },
                    of: UInt32(row),
                    level: 0,
                    limit: limit,
                    index,
                    walkers[thread]
                )
            }
        }
    }
}

/// Results that threads write side by side, each to places of its own.
@safe
struct SharedOutput<Value>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Value>

    init(_ buffer: UnsafeMutableBufferPointer<Value>) {
        guard let start = buffer.baseAddress else {
            unsafe pointer = UnsafeMutablePointer.allocate(capacity: 1)
            return
        }
        unsafe pointer = start
    }
}
