import TestSupport
import VectorStore

/// A segment outside of a store.
final class LooseSegment: Sendable {
    /// Whose segment a file is, each 16 bytes.
    struct Identity: Sendable {
        let collection: UniqueID
        let file: UniqueID

        /// Takes two UUIDs.
        ///
        /// - Returns: nil unless both have 16 bytes.
        init?(collection: [UInt8], file: [UInt8]) {
            guard let collection = UniqueID(collection), let file = UniqueID(file) else {
                return nil
            }
            self.collection = collection
            self.file = file
        }
    }

    private let reader: SegmentReader
    private let metric: Metric

    /// Indexes vectors and writes them to a new segment.
    ///
    /// - Parameters:
    ///   - vectors: the vectors, which the metric must allow, one after the other.
    ///   - keys: one key for each, ascending.
    ///   - configuration: the settings.
    ///   - identity: whose segment it is to be.
    ///   - sequence: a commit sequence to note in it.
    ///   - path: must not exist yet.
    /// - Returns: the file's length.
    /// - Throws: `.invalidVector`, `.system`.
    @discardableResult
    static func write(
        _ vectors: [Float],
        keys: [Int64],
        configuration: CollectionConfiguration,
        identity: Identity,
        sequence: UInt64 = 0,
        to path: String
    ) throws(VectorStoreError) -> Int {
        let memory = VectorMemory(vectors)
        var rows = IndexRows(dimension: configuration.dimension)
        rows.owners = [memory]
        for (row, key) in keys.enumerated() {
            let place = row * configuration.dimension
            let norm = try inverseNorm(
                of: vectors[place..<(place + configuration.dimension)],
                row: row,
                configuration
            )
            rows.append(key: key, vector: memory.start + place, inverseNorm: norm)
        }
        let index: BuiltIndex
        do {
            index = try IndexBuilder(configuration: configuration).build(rows)
        } catch {
            preconditionFailure("this build is not cancelled")
        }
        return try SegmentWriter.write(
            index,
            rows: rows,
            configuration: configuration,
            collection: identity.collection,
            file: identity.file,
            sequence: sequence,
            to: path
        )
    }

    private static func inverseNorm(
        of vector: ArraySlice<Float>,
        row: Int,
        _ configuration: CollectionConfiguration
    ) throws(VectorStoreError) -> Float {
        do {
            return try VectorCheck.validate(
                Array(vector).span,
                for: configuration.metric,
                dimension: configuration.dimension
            )
        } catch {
            throw .point(.invalidVector(error, row: row))
        }
    }

    /// Opens a segment by its path.
    ///
    /// - Throws: `.system`, `.corrupt`, `.newerFormat`.
    init(
        path: String,
        collection identity: Identity,
        configuration: CollectionConfiguration
    ) throws(VectorStoreError) {
        metric = configuration.metric
        reader = try SegmentReader(
            path: path,
            collection: identity.collection,
            configuration: configuration
        )
    }

    /// Opens a segment as a catalog names it.
    ///
    /// - Throws: `.system`, `.corrupt`, `.newerFormat`.
    init(
        _ identity: Identity,
        rowCount: Int,
        keys: ClosedRange<Int64>,
        configuration: CollectionConfiguration,
        in directory: DataDirectory
    ) throws(VectorStoreError) {
        metric = configuration.metric
        reader = try SegmentReader(
            FileRecord(
                uuid: identity.file,
                collection: 1,
                kind: .segment,
                rowCount: rowCount,
                firstKey: keys.lowerBound,
                lastKey: keys.upperBound
            ),
            deletions: DeletionBitmap(),
            collection: identity.collection,
            configuration: configuration,
            in: directory
        )
    }

    // MARK: Reading

    /// The number of rows.
    var rowCount: Int { reader.rowCount }

    /// The key of a row, unchecked.
    func key(at slot: Int) -> Int64 { reader.key(at: slot) }

    /// The row with a key.
    func slot(of key: Int64) -> Int? { reader.slot(of: key) }

    /// The vector of a row.
    ///
    /// - Throws: `.corrupt` when the row's checksum is wrong.
    func vector(at slot: Int) throws(VectorStoreError) -> [Float] {
        try reader.vector(at: slot)
    }

    /// The rows nearest to a query, by comparing all of them.
    ///
    /// - Throws: `.invalidVector`, and `.corrupt` when an answer's row is damaged.
    func nearest(
        to vector: [Float],
        count: Int
    ) throws(VectorStoreError) -> [NearestCandidate] {
        var nearest = NearestCandidates(capacity: count)
        reader.collectNearest(to: try prepare(vector), locatedFrom: 0, into: &nearest)
        return try checked(nearest)
    }

    /// The rows nearest to a query among those that a walk of the index leads to.
    ///
    /// - Throws: as for ``nearest(to:count:)``.
    func walk(
        to vector: [Float],
        count: Int,
        ef: Int
    ) throws(VectorStoreError) -> [NearestCandidate] {
        let query = try prepare(vector)
        let searcher = GraphSearcher()
        searcher.search(reader.index, for: query, ef: ef)
        var nearest = NearestCandidates(capacity: count)
        reader.collectNearest(
            to: query,
            locatedFrom: 0,
            among: searcher.found.map(\.row).sorted(),
            into: &nearest
        )
        return try checked(nearest)
    }

    /// What is wrong with the file, each with the 64 KiB block it lies in.
    func problems(full: Bool) throws -> [(block: Int?, problem: String)] {
        var problems: [(block: Int?, problem: String)] = []
        reader.verifyAll(full: full) { problems.append((block: $0, problem: $1)) }
        return problems
    }

    /// Reads codes and links into memory.
    func populate() { reader.populate() }

    private func prepare(_ vector: [Float]) throws(VectorStoreError) -> PreparedQuery {
        do {
            return try PreparedQuery(
                vector.span,
                metric: metric,
                dimension: reader.index.layout.dimension
            )
        } catch {
            throw .point(.invalidVector(error, row: nil))
        }
    }

    private func checked(
        _ nearest: NearestCandidates
    ) throws(VectorStoreError) -> [NearestCandidate] {
        let sorted = nearest.sorted()
        for candidate in sorted { try reader.verify(Int(candidate.location)) }
        return sorted
    }
}
