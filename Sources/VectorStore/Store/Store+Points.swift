import Logging

/// What a change of points did.
public struct ChangeResult: Equatable, Sendable {
    /// Points that were meant.
    public let matchedCount: Int
    /// Points that are different, or gone, now.
    public let changedCount: Int
    /// The commit sequence of the change, or of the store when nothing changed.
    public let sequence: UInt64
}

extension Store {
    /// Writes one batch of points: all of it, durably, or nothing.
    ///
    /// - Parameters:
    ///   - batch: the points.
    ///   - name: the collection.
    ///   - mode: what to do with ids that are, or are not, there already.
    ///   - skipsRefused: whether rows that the mode refuses are reported instead of thrown.
    ///   - isLast: whether no further batch follows soon, so that the log is emptied now.
    /// - Returns: what the batch did.
    /// - Throws: `.invalidVector`, `PointError.exists`, `PointError.notFound` with the row's
    ///   number, `.busy`, and system errors. Then nothing of the batch is in the store.
    /// - Complexity: O(rows × (dimension + log points)); two forced writes to the medium.
    public func write(
        _ batch: PointBatch,
        to name: CollectionName,
        mode: WriteMode = .upsert,
        skipsRefused: Bool = false,
        isLast: Bool = true
    ) throws(VectorStoreError) -> BatchResult {
        let rowCountMax = options.limits.batchRowCount
        guard batch.count <= rowCountMax else {
            throw .point(.limitExceeded(limit: "batch", maximum: rowCountMax, got: batch.count))
        }
        let checkpoint = isLast ? Checkpoint.now : .whenLarge
        let isShared = batch.count <= PointSelection.sharedCountMax
        return try change(name, checkpoint: checkpoint, isShared: isShared) { writer in
            let result = try writer.put(batch, mode: mode, skipsRefused: skipsRefused)
            return { sequence in
                var result = result
                result.sequence = sequence
                return result
            }
        }
    }

    /// Removes points; ids that are not there are no error.
    ///
    /// - Parameters:
    ///   - selection: which points.
    ///   - name: the collection.
    ///   - dryRun: whether to undo it in the end; it tells how many there are and changes none.
    /// - Returns: how many were meant and removed.
    /// - Throws: `CollectionError.notFound`, `.busy` and system errors; then nothing is removed.
    public func delete(
        _ selection: PointSelection,
        from name: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> ChangeResult {
        try change(name, selection, dryRun: dryRun) { writer, keys, _ in
            try writer.remove(keys: keys)
            return keys.count
        }
    }

    /// Changes the payloads of points by merging members into them, or replaces them.
    ///
    /// - Parameters:
    ///   - object: a validated, minified JSON object.
    ///   - replaces: whether the object becomes the whole payload.
    ///   - selection: which points.
    ///   - name: the collection.
    ///   - dryRun: whether to undo it in the end; it tells how many there are and changes none.
    /// - Returns: how many points were meant and changed.
    /// - Throws: `PointError.notFound` when an id is not there; then nothing is changed.
    public func setPayload(
        _ object: [UInt8],
        replaces: Bool = false,
        of selection: PointSelection,
        in name: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> ChangeResult {
        try changePayloads(of: selection, in: name, dryRun: dryRun) { payload in
            replaces ? object : try PayloadEditing.merging(payload.span, with: object.span)
        }
    }

    /// Removes members from the payloads of points.
    ///
    /// - Parameters:
    ///   - fields: the members, as they are written in filters.
    ///   - selection: which points.
    ///   - name: the collection.
    ///   - dryRun: whether to undo it in the end; it tells how many there are and changes none.
    /// - Returns: how many points were meant and changed.
    /// - Throws: `PointError.notFound` when an id is not there; then nothing is changed.
    package func deletePayload(
        fields: [FieldPath],
        of selection: PointSelection,
        in name: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> ChangeResult {
        try changePayloads(of: selection, in: name, dryRun: dryRun) { payload in
            try PayloadEditing.removing(fields: fields, from: payload.span)
        }
    }

    private func changePayloads(
        of selection: PointSelection,
        in name: CollectionName,
        dryRun: Bool,
        _ edit: ([UInt8]) throws -> [UInt8]
    ) throws(VectorStoreError) -> ChangeResult {
        try change(name, selection, dryRun: dryRun) { writer, keys, missing in
            guard missing.isEmpty else {
                throw VectorStoreError.point(.notFound(missing, row: nil))
            }
            return try writer.changePayloads(keys: keys, edit)
        }
    }

    // MARK: The common way of all changes

    private func change(
        _ name: CollectionName,
        _ selection: PointSelection,
        dryRun: Bool,
        _ body: (PointWriter, [Int64], [PointID]) throws -> Int
    ) throws(VectorStoreError) -> ChangeResult {
        try change(
            name,
            checkpoint: .now,
            isShared: selection.isShort,
            isCancellable: !selection.isShort,
            dryRun: dryRun
        ) { writer in
            let found = try writer.keys(of: selection)
            let changed = try body(writer, found.keys, found.missing)
            return { sequence in
                ChangeResult(
                    matchedCount: found.keys.count,
                    changedCount: dryRun ? 0 : changed,
                    sequence: sequence
                )
            }
        }
    }

    /// Changes points of one collection.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - checkpoint: when the write-ahead log is emptied.
    ///   - isShared: whether others' changes may be committed together with this one.
    ///   - isCancellable: whether the request's cancellation undoes it.
    ///   - dryRun: whether all is undone in the end; the store's sequence is told then.
    ///   - body: changes points, and returns what makes the result of the commit's sequence.
    /// - Returns: the result, once it is durable.
    /// - Throws: what the body throws, `.busy`, `.cancelled`, and system errors.
    func change<Value>(
        _ name: CollectionName,
        checkpoint: Checkpoint,
        isShared: Bool,
        isCancellable: Bool = false,
        dryRun: Bool = false,
        _ body: (PointWriter) throws -> (UInt64) -> Value
    ) throws(VectorStoreError) -> Value {
        try write(
            checkpoint: checkpoint,
            isShared: isShared,
            isCancellable: isCancellable,
            dryRun: dryRun
        ) { db, group in
            let writer = try group.work(on: name) {
                let record = try record(of: name, in: db)
                if group.isFresh, !dryRun {
                    try Sweeper(directory: directory, logger: options.logger).sweep(record, in: db)
                }
                return try PointWriter(
                    record,
                    in: db,
                    directory: directory,
                    limits: options.limits
                )
            }
            let result = try body(writer)
            let before = try group.sequence(db)
            guard writer.hasChanged else { return result(before) }
            let sequence = try group.advance(db)
            writer.end(sequence)
            return result(dryRun ? before : sequence)
        }
    }
}
