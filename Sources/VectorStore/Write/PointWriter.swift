/// Changes the points of one collection inside one write transaction, for all changes of its group.
///
/// It keeps the payload indexes in step with the rows. The collection's sums, its list of files and
/// the dead slots are read once, and written once in ``settle(_:)``.
final class PointWriter: GroupedWork {
    private let db: CatalogWriter
    private let directory: DataDirectory
    private let files: VectorFiles
    let index: PayloadIndexWriter
    let rows: PointRowWriter
    let limits: StoreLimits
    /// The collection's named vector fields, whose vectors go with their points.
    let fields: FieldWriters
    var state: State
    /// What a change that is undone goes back to.
    private var kept: State?
    /// Whether the present change has changed anything here, the fields aside.
    var hasChangedRows = false
    private var tail: TailWriter?
    private var tailRecord: FileRecord?
    /// The keys of the rows that this transaction has written to the tail, ascending.
    private var newKeys: [Int64] = []

    /// What is written at the end of the transaction.
    struct State {
        var record: CollectionRecord
        var files: [FileRecord]
        var deletions: [DeletionBitmap]
        /// Where the tail that takes new rows stands among the files, and how many it had.
        var tail: (place: Int, oldRowCount: Int)?
        /// Rows that the tail has taken.
        var newRowCount = 0
        /// Whether any change has changed anything.
        var isChanged = false
    }

    /// Reads what changes of a collection's points need to know.
    ///
    /// - Parameters:
    ///   - record: the collection.
    ///   - db: the transaction.
    ///   - directory: where its files lie.
    ///   - limits: what a point may be.
    /// - Throws: `.corrupt` when a file is missing or damaged, and system errors.
    init(
        _ record: CollectionRecord,
        in db: CatalogWriter,
        directory: DataDirectory,
        limits: StoreLimits = StoreLimits()
    ) throws {
        self.db = db
        self.limits = limits
        self.directory = directory
        do {
            self.files = try VectorFiles(of: record, in: db, directory: directory)
        } catch let vanished as VanishedFileError {
            throw vanished.damage
        }
        self.state = State(
            record: record,
            files: files.readers.map(\.record),
            deletions: files.readers.map(\.deletions)
        )
        self.fields = try FieldWriters(of: record, in: db, directory: directory, limits: limits)
        self.index = try PayloadIndexWriter(of: record, in: db)
        self.rows = try PointRowWriter(of: record.id, in: db)
    }

    /// The collection as the changes so far have made it.
    var record: CollectionRecord { state.record }

    /// The catalog's path, for messages.
    var path: String { directory.catalogPath }

    /// Whether the present change has changed anything.
    var hasChanged: Bool { hasChangedRows || fields.haveChanged }

    // MARK: The changes of a group

    /// Notes that another change begins, which can be taken back.
    func beginChange() {
        kept = state
        hasChangedRows = false
        fields.beginChange()
    }

    /// Takes the last change back, after the catalog has undone what it did there.
    func takeBack() {
        guard let kept else { return }
        state = kept
        hasChangedRows = false
        newKeys.removeLast(newKeys.count - kept.newRowCount)
        tail?.removeRows(after: kept.newRowCount)
        fields.takeBack()
    }

    /// The points that a selection means, each key once, and the ids that are not there.
    func keys(of selection: PointSelection) throws -> (keys: [Int64], missing: [PointID]) {
        try selection.keys(of: record, rows, in: db)
    }

    /// Brings the catalog to the version that knows points without a vector.
    ///
    /// Each change asks the catalog itself: what an earlier one did may have been taken back.
    func prepareForFields() throws {
        try CatalogSchema.migrate(db)
    }

    // MARK: Putting points in

    /// Writes the rows of a batch in their order; the last of several rows with one id wins.
    ///
    /// - Throws: what is wrong with the first bad row; the transaction must then be undone.
    func put(_ batch: PointBatch, mode: WriteMode, skipsRefused: Bool) throws -> BatchResult {
        try checkHasVectors()
        guard batch.dimension == record.configuration.dimension else {
            throw VectorStoreError.point(
                .invalidVector(
                    .dimensionMismatch(
                        expected: record.configuration.dimension,
                        got: batch.dimension
                    ),
                    row: 0
                )
            )
        }
        var result = BatchResult()
        let superseded = batch.supersededRows(mode)
        for row in 0..<batch.count {
            let inverseNorm = try validate(row, of: batch)
            guard !superseded.contains(row) else {
                result.supersededCount += 1
                continue
            }
            do {
                let point = NewPoint(
                    id: batch.ids[row],
                    payload: batch.payload(at: row),
                    vector: (batch.vector(at: row), inverseNorm)
                )
                if try put(point, mode: mode, row: row) {
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

    /// A point on its way in, checked.
    struct NewPoint {
        let id: PointID
        let payload: ArraySlice<UInt8>
        /// Its vector in the unnamed field and 1 / its length; nil for a point without one.
        let vector: (components: ArraySlice<Float>, inverseNorm: Float)?
    }

    /// Writes one point and says whether it replaced one.
    ///
    /// - Parameters:
    ///   - point: the point.
    ///   - mode: what to do with an id that is, or is not, there already.
    ///   - row: its number in what the caller was given, for errors.
    /// - Returns: whether it replaced one.
    /// - Throws: `PointError.exists`, `.notFound`, and what writing throws.
    func put(_ point: NewPoint, mode: WriteMode, row: Int) throws -> Bool {
        let id = point.id
        let key = newKey(hasVector: point.vector != nil)
        let stored = PayloadCodec.encode(point.payload)
        var replaces = false
        if mode == .update {
            guard let old = try rows.find(id) else {
                throw VectorStoreError.point(.notFound([id], row: row))
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
        guard let crc else { throw VectorStoreError.point(.exists(id: id, row: row)) }
        try complete(point, key: key, crc: crc, byteCount: stored.bytes.count)
        return replaces
    }

    /// The key of the next point; that of a point without a vector is negative.
    func newKey(hasVector: Bool) -> Int64 {
        hasVector ? state.record.nextKey : -state.record.nextKey
    }

    /// Writes what belongs to a row that is there now.
    func complete(
        _ point: NewPoint,
        key: Int64,
        crc: UInt32,
        byteCount: Int
    ) throws {
        if let vector = point.vector {
            try appendToTail(
                key: key,
                vector: vector.components,
                inverseNorm: vector.inverseNorm
            )
        }
        count(key: key, crc: crc, contentByteCount: point.id.text.utf8.count + byteCount)
        try index.insert(key: key, payload: point.payload)
    }

    /// Checks one row and returns 1 / length of its vector.
    private func validate(_ row: Int, of batch: PointBatch) throws(VectorStoreError) -> Float {
        try checkPayload(batch.payload(at: row), of: batch.ids[row])
        return try validate(batch.vector(at: row), row: row)
    }

    /// Refuses a payload that is too large.
    func checkPayload(_ payload: ArraySlice<UInt8>, of id: PointID) throws(VectorStoreError) {
        guard payload.count <= limits.payloadByteCount else {
            throw .point(
                .payloadTooLarge(
                    byteCount: payload.count,
                    id: id,
                    limit: limits.payloadByteCount
                )
            )
        }
    }

    /// Checks a vector and returns 1 / its length.
    func validate(_ vector: ArraySlice<Float>, row: Int) throws(VectorStoreError) -> Float {
        do throws(VectorError) {
            return try VectorCheck.validate(
                vector.span,
                for: record.configuration.metric,
                dimension: record.configuration.dimension
            )
        } catch {
            throw .point(.invalidVector(error, row: row))
        }
    }

    private func count(key: Int64, crc: UInt32, contentByteCount: Int) {
        state.record.nextKey = Int64(key.magnitude) + 1
        state.record.pointCount += 1
        state.record.digest.add(key: key, crc: crc)
        state.record.contentByteCount += contentByteCount
        hasChangedRows = true
    }

    private func appendToTail(
        key: Int64,
        vector: ArraySlice<Float>,
        inverseNorm: Float
    ) throws(VectorStoreError) {
        let place = try openTail()
        try tail?.append(key: key, vector: vector, inverseNorm: inverseNorm)
        state.newRowCount += 1
        newKeys.append(key)
        if state.files[place].rowCount == 0 { state.files[place].firstKey = key }
        state.files[place].rowCount += 1
        state.files[place].lastKey = key
    }

    /// Opens the tail that takes new rows, and says where it stands among the files.
    private func openTail() throws(VectorStoreError) -> Int {
        if let place = state.tail?.place { return place }
        let place = state.files.lastIndex { $0.kind == .tail } ?? state.files.count
        // A new tail stays open when the change that began it is taken back.
        let isOld = place < state.files.count
        let chosen =
            tailRecord ?? (isOld ? state.files[place] : FileRecord(newTailOf: record.id))
        if tail == nil {
            tail = try TailWriter(
                chosen,
                collection: record.uuid,
                dimension: record.configuration.dimension,
                in: directory
            )
            tailRecord = chosen
        }
        if !isOld {
            state.files.append(chosen)
            state.deletions.append(DeletionBitmap())
        }
        state.tail = (place, chosen.rowCount)
        return place
    }

    // MARK: Taking points out

    /// Removes the points with these keys.
    func remove(keys: [Int64]) throws {
        for key in keys {
            guard let old = try rows.find(key: key) else { continue }
            try remove(old)
        }
    }

    /// Removes the point with an id, if it is there.
    func remove(id: PointID) throws {
        if let old = try rows.find(id) { try remove(old) }
    }

    private func remove(_ old: PointRows.Facts) throws {
        if !fields.isEmpty, let id = try rows.id(ofKey: old.key) { try fields.remove(id) }
        try removeRow(old)
    }

    /// Removes a point's row and its vector in the unnamed field.
    func removeRow(_ old: PointRows.Facts) throws {
        try removeFromIndex(old.key)
        let crc = try rows.summedChecksum(of: old, in: record.digest)
        state.record.digest.remove(key: old.key, crc: crc)
        try rows.delete(key: old.key)
        state.record.pointCount -= 1
        state.record.contentByteCount -= old.contentByteCount
        hasChangedRows = true
        // A key that no file has is damage that `verify` reports; removing the point mends it.
        guard old.key > 0, let place = locate(old.key) else { return }
        if state.deletions[place.file].insert(place.slot) {
            state.files[place.file].deletedCount += 1
        }
    }

    /// Where a key's row lies; rows of this transaction are in no mapped file yet.
    private func locate(_ key: Int64) -> (file: Int, slot: Int)? {
        guard let tail = state.tail, let first = newKeys.first, key >= first else {
            return files.locate(key)
        }
        let place = newKeys.indices.partitionPoint { newKeys[$0] >= key }
        guard place < newKeys.count, newKeys[place] == key else { return nil }
        return (tail.place, tail.oldRowCount + place)
    }

    private func removeFromIndex(_ key: Int64) throws {
        guard !index.isEmpty else { return }
        do {
            guard let old = try rows.read(key: key, path: directory.catalogPath) else { return }
            try index.delete(key: key, payload: old.payload)
        } catch VectorStoreError.file(.corrupt) {
            // The payload that could tell what is indexed is damaged; removing the point mends it.
            try index.deleteAll(key: key)
        }
    }

    // MARK: The end

    /// Notes the sequence of a change that has changed something.
    func end(_ sequence: UInt64) {
        state.record.sequence = sequence
        state.isChanged = true
        fields.end(sequence)
    }

    /// Writes all sums; the group forces the vectors to the medium before it commits.
    func settle(_ group: WriteGroup) throws {
        guard state.isChanged else { return }
        try fields.settle(group)
        if let tail = tail.take() { group.forceBeforeCommit(try tail.finish()) }
        for (place, file) in state.files.enumerated() {
            let isOld = place < files.readers.count
            if file.deletedCount == file.rowCount {
                try file.delete(db)
                group.retire(directory.path(of: file, collection: record.uuid))
            } else if !isOld || files.readers[place].record != file {
                try file.save(db)
                try state.deletions[place].save(of: file, in: db)
            }
        }
        try record.save(db)
    }
}
