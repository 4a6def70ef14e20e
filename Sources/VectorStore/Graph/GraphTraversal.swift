internal import CKernels

/// What one thread needs to walk graphs and to choose neighbours.
///
/// - Note: `@unchecked Sendable`, because each thread of a build has its own.
@safe
final class GraphTraversal: @unchecked Sendable {
    let query = CodedQuery()
    let kernels: GraphKernels
    private let walker: OpaquePointer
    private var room: [vz_found] = []

    init(kernels: GraphKernels = .best) {
        self.kernels = kernels
        guard let walker = unsafe vz_walker_create() else {
            preconditionFailure("memory has run out, as it may for any array")
        }
        unsafe self.walker = walker
    }

    deinit {
        unsafe vz_walker_free(walker)
    }

    /// Distances that the last walk computed.
    var distanceCount: Int { unsafe vz_walker_distance_count(walker) }

    /// Walks from the entry point to the rows nearest to ``query``.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - ef: how many rows are kept.
    ///   - stop: when to end before all of them are expanded.
    ///   - hidden: a row that is neither found nor passed.
    /// - Returns: at most `ef` rows, nearest first.
    func walk(
        _ index: KernelIndex,
        ef: Int,
        stop: WalkStop? = nil,
        hiding hidden: UInt32 = UInt32.max
    ) -> ArraySlice<vz_found> {
        reserve(index.rowCount, ef)
        let stop = stop.map(kernelStop) ?? vz_stop()
        let count = unsafe withUnsafePointer(to: index.raw) { index in
            unsafe withUnsafePointer(to: stop) { stop in
                unsafe kernels.table.pointee.walk(
                    walker,
                    index,
                    query.pointer,
                    ef,
                    hidden,
                    stop,
                    &room
                )
            }
        }
        return room[..<count]
    }

    private func kernelStop(_ stop: WalkStop) -> vz_stop {
        vz_stop(
            rank: stop.rank,
            factor: 1 + stop.slack,
            offset: stop.slack * query.squaredLength
        )
    }

    /// Walks one of the upper levels; the rows are numbers of upper rows.
    func walk(_ index: KernelIndex, level: Int, ef: Int) -> ArraySlice<vz_found> {
        reserve(index.rowCount, ef)
        let count = unsafe withUnsafePointer(to: index.raw) { index in
            unsafe kernels.table.pointee.walk_level(
                walker,
                index,
                query.pointer,
                UInt32(level),
                ef,
                &room
            )
        }
        return room[..<count]
    }

    /// The distances of rows from ``query``.
    func distances(_ index: KernelIndex, rows: [UInt32]) -> [Float] {
        var distances = [Float](repeating: 0, count: rows.count)
        unsafe kernels.table.pointee.distances(
            query.pointer,
            index.raw.records,
            index.raw.stride,
            rows,
            rows.count,
            &distances
        )
        return distances
    }

    /// The distances of many rows from ``query``, written into an array of as many.
    func scan(_ index: KernelIndex, rows: ArraySlice<UInt32>, into distances: inout [Float]) {
        precondition(distances.count >= rows.count, "there is room for all distances")
        unsafe withUnsafePointer(to: index.raw) { index in
            unsafe rows.withUnsafeBufferPointer { rows in
                unsafe vz_scan_rows(
                    kernels.table,
                    index,
                    query.pointer,
                    rows.baseAddress,
                    rows.count,
                    &distances
                )
            }
        }
    }

    private func reserve(_ rowCount: Int, _ ef: Int) {
        // A small amount beside the index that is mapped or built already.
        guard unsafe vz_walker_reserve(walker, rowCount, ef) == 0 else {
            preconditionFailure("memory has run out, as it may for any array")
        }
        if room.count < ef {
            room = [vz_found](repeating: vz_found(), count: ef)
        }
    }
}

/// An index as kernels take it.
///
/// - Note: `@unchecked Sendable`: it is a bundle of addresses; its maker keeps the memory.
@safe
struct KernelIndex: @unchecked Sendable {
    let raw: vz_index

    var rowCount: Int { unsafe Int(raw.row_count) }
}

/// The graph kernels of one instruction set; all sets give the same results.
///
/// - Note: `@unchecked Sendable`, because the table is constant for the process's life.
@safe
package struct GraphKernels: @unchecked Sendable {
    let table: UnsafePointer<vz_graph_kernels>

    /// The instruction set: `portable`, `avx2` or `avx512`.
    package var name: String { unsafe String(cString: table.pointee.name) }

    /// The fastest kernels this CPU can run.
    package static let best = unsafe GraphKernels(table: vz_graph_kernels_best())

    /// All kernels this CPU can run, the slowest first.
    package static var available: [GraphKernels] {
        (0..<Int32(VZ_LEVEL_COUNT)).compactMap { level in
            guard let table = unsafe vz_graph_kernels_at(level) else { return nil }
            return unsafe GraphKernels(table: table)
        }
    }
}
