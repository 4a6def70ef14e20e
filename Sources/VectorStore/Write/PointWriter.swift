/// Changes the points of one collection inside one write transaction.
///
/// It keeps the collection's sums, the dead slots and the payload indexes in step with the rows,
/// and
/// writes them once, in ``finish()``.
final class PointWriter {
    private let db: CatalogWriter
    private let directory: DataDirectory
    private var record: CollectionRecord
    private let files: VectorFiles
    private var fileRecords: [FileRecord]
    private var deadSlots: [DeadSlots]
    private let index: PayloadIndexWriter
    private let rows: PointRowWriter
    private let limits: StoreLimits
    private var tail: TailWriter?
    private var tailRecord: FileRecord?
    private var changeCount = 0

    init(
        _ record: CollectionRecord,
        in db: CatalogWriter,
        directory: DataDirectory,
        limits: StoreLimits = StoreLimits()
    ) throws {
        self.db = db
        self.limits = limits
        self.directory = directory
        self.record = record
        do {
            self.files = try VectorFiles(of: record, in: db, directory: directory)
        } catch let vanished as VanishedFile {
            throw vanished.damage
        }
        self.fileRecords = files.readers.map(\.record)
        self.deadSlots = files.readers.map(\.deadSlots)
        self.index = try PayloadIndexWriter(of: record, in: db)
        self.rows = try PointRowWriter(of: record.id, in: db)
    }

    // MARK: Putting points in

    /// Writes the rows of a batch in their order; the last of several rows with one id wins.
    ///
    /// - Throws: what is wrong with the first bad row; the transaction must then be undone.
    func put(
        _ batch: PointBatch,
        mode: WriteMode,
        skipsRefused: Bool
    ) throws -> BatchResult {
        guard batch.dimension == record.configuration.dimension else {
            throw VectorStoreError.invalidVector(
                .dimensionMismatch(
                    expected: record.configuration.dimension,
                    got: batch.dimension
                ),
                row: 0
            )
        }
        var result = BatchResult()
        let superseded = mode == .insert ? [] : Self.supersededRows(of: batch)
        for row in 0..<batch.count {
            let inverseNorm = try validate(row, of: batch)
            guard !superseded.contains(row) else {
                result.supersededCount += 1
                continue
            }
            do {
                if try put(row, of: batch, inverseNorm: inverseNorm, mode: mode) {
                    result.updatedCount += 1
                    result.updatedRows.append(row)
                } else {
                    result.insertedCount += 1
                }
            } catch let error as VectorStoreError where skipsRefused && error.isRefusal {
                result.refused.append(RefusedRow(row: row, reason: error))
            }
        }
        return result
    }

    /// The rows that a later row of the batch replaces.
    private static func supersededRows(of batch: PointBatch) -> Set<Int> {
        var last: [PointID: Int] = [:]
        last.reserveCapacity(batch.count)
        var superseded: Set<Int> = []
        for (row, id) in batch.ids.enumerated() {
            if let earlier = last.updateValue(row, forKey: id) { superseded.insert(earlier) }
        }
        return superseded
    }

    /// Writes one row and says whether it replaced a point.
    private func put(
        _ row: Int,
        of batch: PointBatch,
        inverseNorm: Float,
        mode: WriteMode
    ) throws -> Bool {
        let id = batch.ids[row]
        let payload = batch.payload(at: row)
        let key = record.nextKey
        let stored = PayloadCodec.encode(payload)
        var replaces = false
        if mode == .update {
            guard let old = try rows.find(id) else {
                throw VectorStoreError.pointsNotFound([id], row: row)
            }
            try remove(old)
            replaces = true
        }
        // Most rows are new: the row itself finds out, which spares a look-up.
        var crc = try rows.insert(key: key, id: id, payload: stored)
        if crc == nil, mode == .upsert, let old = try rows.find(id) {
            try remove(old)
            replaces = true
            crc = try rows.insert(key: key, id: id, payload: stored)
        }
        guard let crc else { throw VectorStoreError.pointExists(id: id, row: row) }
        let vector = batch.vector(at: row)
        try appendToTail(key: key, vector: vector, inverseNorm: inverseNorm)
        count(key: key, crc: crc, contentByteCount: id.text.utf8.count + stored.bytes.count)
        try index.insert(key: key, payload: payload)
        return replaces
    }

    /// Checks one row and returns 1 / length of its vector.
    private func validate(_ row: Int, of batch: PointBatch) throws(VectorStoreError) -> Float {
        let payloadByteCount = batch.payload(at: row).count
        guard payloadByteCount <= limits.payloadByteCount else {
            throw .payloadTooLarge(
                byteCount: payloadByteCount,
                id: batch.ids[row],
                limit: limits.payloadByteCount
            )
        }
        do throws(VectorFault) {
            return try VectorCheck.validate(
                batch.vector(at: row).span,
                for: record.configuration.metric,
                dimension: record.configuration.dimension
            )
        } catch {
            throw .invalidVector(error, row: row)
        }
    }

    private func count(key: Int64, crc: UInt32, contentByteCount: Int) {
        record.nextKey = key + 1
        record.pointCount += 1
        record.digest.add(key: key, crc: crc)
        record.contentByteCount += contentByteCount
        changeCount += 1
    }

    private func appendToTail(
        key: Int64,
        vector: ArraySlice<Float>,
        inverseNorm: Float
    ) throws(VectorStoreError) {
        if tail == nil {
            let chosen = fileRecords.last { $0.kind == .tail } ?? FileRecord(newTailOf: record.id)
            tailRecord = chosen
            tail = try TailWriter(
                chosen,
                collection: record.uuid,
                dimension: record.configuration.dimension,
                in: directory
            )
        }
        try tail?.append(key: key, vector: vector, inverseNorm: inverseNorm)
        if tailRecord?.rowCount == 0 { tailRecord?.firstKey = key }
        tailRecord?.rowCount += 1
        tailRecord?.lastKey = key
    }

    // MARK: Taking points out

    /// Removes the points with these keys.
    func remove(keys: [Int64]) throws {
        for key in keys {
            guard let old = try rows.find(key: key) else { continue }
            try remove(old)
        }
    }

    private func remove(_ old: PointRows.Facts) throws {
        try removeFromIndex(old.key)
        record.digest.remove(key: old.key, crc: try rows.summedChecksum(of: old, in: record.digest))
        try rows.delete(key: old.key)
        record.pointCount -= 1
        record.contentByteCount -= old.contentByteCount
        changeCount += 1
        // A point without a vector is damage that `verify` reports; removing it mends it.
        guard let place = files.locate(old.key) else { return }
        if deadSlots[place.file].insert(place.slot) { fileRecords[place.file].deadCount += 1 }
    }

    private func removeFromIndex(_ key: Int64) throws {
        guard !index.isEmpty else { return }
        do {
            guard let old = try rows.read(key: key, path: directory.catalogPath) else { return }
            try index.delete(key: key, payload: old.payload)
        } catch VectorStoreError.corrupt {
            // The payload that could tell what is indexed is damaged; removing the point mends it.
            try index.deleteAll(key: key)
        }
    }

    // MARK: Changing payloads

    /// Changes the payloads of the points with these keys.
    ///
    /// - Returns: how many payloads are different now.
    func changePayloads(
        keys: [Int64],
        _ change: ([UInt8]) throws -> [UInt8]
    ) throws -> Int {
        var changed = 0
        for key in keys {
            guard let old = try rows.read(key: key, path: directory.catalogPath) else { continue }
            let payload = try change(old.payload)
            guard payload != old.payload else { continue }
            guard payload.count <= limits.payloadByteCount else {
                throw VectorStoreError.payloadTooLarge(
                    byteCount: payload.count,
                    id: old.id,
                    limit: limits.payloadByteCount
                )
            }
            let stored = PayloadCodec.encode(payload)
            let crc = try rows.update(key: key, id: old.id, payload: stored)
            record.digest.remove(key: key, crc: old.crc)
            record.digest.add(key: key, crc: crc)
            record.contentByteCount +=
                old.id.text.utf8.count + stored.bytes.count - old.contentByteCount
            try index.delete(key: key, payload: old.payload)
            try index.insert(key: key, payload: payload[...])
            changed += 1
        }
        changeCount += changed
        return changed
    }

    // MARK: The end

    /// What the transaction did, to be told after its commit.
    struct Outcome {
        let sequence: UInt64
        /// Files without a live row, no longer named by the catalog.
        let retiredPaths: [String]
    }

    /// Writes all sums; the caller forces the vectors of its group to the medium and commits.
    func finish(_ group: WriteGroup) throws -> Outcome {
        guard changeCount > 0 else {
            return Outcome(sequence: try StoreRecord(db).commitSequence, retiredPaths: [])
        }
        if let tail = tail.take() { group.forceBeforeCommit(try tail.finish()) }
        if let tailRecord {
            if let place = fileRecords.firstIndex(where: { $0.uuid == tailRecord.uuid }) {
                fileRecords[place].rowCount = tailRecord.rowCount
                fileRecords[place].lastKey = tailRecord.lastKey
            } else {
                fileRecords.append(tailRecord)
            }
        }
        var retired: [String] = []
        for (place, file) in fileRecords.enumerated() {
            if file.deadCount == file.rowCount {
                try file.delete(db)
                retired.append(directory.path(of: file, collection: record.uuid))
            } else {
                try file.save(db)
                if place < deadSlots.count { try deadSlots[place].save(of: file, in: db) }
            }
        }
        record.sequence = try StoreRecord.advance(db)
        try record.save(db)
        return Outcome(sequence: record.sequence, retiredPaths: retired)
    }
}

extension VectorStoreError {
    /// Whether a row was refused because of the write's mode, which is no fault of the row.
    var isRefusal: Bool {
        switch self {
        case .pointExists, .pointsNotFound: true
        default: false
        }
    }
}
