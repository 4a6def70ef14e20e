import VectorStore

/// Where the batches of an insert go.
protocol InsertTarget: AnyObject {
    /// The store's commit sequence before the first batch.
    func sequence() throws -> UInt64

    /// Takes one batch and says what became of its rows.
    func write(_ batch: RowBuffer, mode: WriteMode, isLast: Bool) throws -> BatchResult

    /// Leaves everything tidy after the last batch.
    func finish()
}

/// Writes batches into a collection.
final class StoreTarget: InsertTarget {
    private let store: Store
    private let collection: CollectionName
    private let skips: Bool
    private var isTidy = true

    init(store: Store, collection: CollectionName, skips: Bool) {
        self.store = store
        self.collection = collection
        self.skips = skips
    }

    func sequence() throws -> UInt64 { try store.commitSequence() }

    func write(_ batch: RowBuffer, mode: WriteMode, isLast: Bool) throws -> BatchResult {
        let result = try store.write(
            batch.points,
            to: collection,
            mode: mode,
            skipsRefused: skips,
            isLast: isLast
        )
        isTidy = isLast
        return result
    }

    func finish() {
        if !isTidy { store.finishWriting() }
    }
}

/// Finds out what batches would do, and writes nothing.
///
/// Other dry runs are the change itself, undone. This one is not: its transaction would have to
/// stay open, and others would have to wait, for as long as the input takes to come.
final class DryRunTarget: InsertTarget {
    private let store: Store
    private let collection: CollectionName
    private let skips: Bool
    private var seen: Set<PointID> = []

    init(store: Store, collection: CollectionName, skips: Bool) {
        self.store = store
        self.collection = collection
        self.skips = skips
    }

    func sequence() throws -> UInt64 { try store.commitSequence() }

    func write(_ batch: RowBuffer, mode: WriteMode, isLast: Bool) throws -> BatchResult {
        let ids = batch.points.ids
        let known = try store.withReader(of: collection) { snapshot in
            try snapshot.contains(ids)
        }
        var result = BatchResult()
        result.sequence = try store.commitSequence()
        let supersededRows = batch.points.supersededRows(mode)
        for (row, id) in ids.enumerated() {
            guard !supersededRows.contains(row) else {
                result.supersededCount += 1
                continue
            }
            let isKnown = known[row] || seen.contains(id)
            if let refusal = refusal(of: id, row: row, isKnown: isKnown, mode) {
                guard skips else { throw refusal }
                result.refused.append(RefusedRow(row: row, reason: refusal))
            } else if isKnown {
                result.updatedCount += 1
                result.updatedRows.append(row)
            } else {
                result.insertedCount += 1
                seen.insert(id)
            }
        }
        return result
    }

    private func refusal(
        of id: PointID,
        row: Int,
        isKnown: Bool,
        _ mode: WriteMode
    ) -> VectorStoreError? {
        switch (mode, isKnown) {
        case (.insert, true): .point(.exists(id: id, row: row))
        case (.update, false): .point(.notFound([id], row: row))
        case (.upsert, _), (.insert, false), (.update, true): nil
        }
    }

    func finish() {}
}
