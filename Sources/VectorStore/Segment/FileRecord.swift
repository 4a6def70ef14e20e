/// A vector file that the catalog names, with the length that is committed.
package struct FileRecord: Equatable, Sendable {
    /// What a file is; the raw values are on disk for ever.
    package enum Kind: String, Sendable {
        /// Append-only rows, scanned exactly.
        case tail
        /// A tail that takes no more rows: the next compaction reads it.
        case sealed
        /// Rows with an index, never changed.
        case segment
    }

    package let uuid: UniqueID
    package let collection: Int64
    package var kind: Kind
    /// Rows that count, dead ones included; what lies behind them is a torn attempt.
    package var rowCount: Int
    /// Rows of deleted or replaced points.
    package var deletedCount: Int
    package var firstKey: Int64
    package var lastKey: Int64

    /// Rows of points that are there.
    package var liveCount: Int { rowCount - deletedCount }

    /// Whether nothing but the number of dead rows differs.
    func isSameFile(as other: Self) -> Bool {
        var same = other
        same.deletedCount = deletedCount
        return same == self
    }

    /// Describes a file.
    package init(
        uuid: UniqueID,
        collection: Int64,
        kind: Kind,
        rowCount: Int,
        deletedCount: Int = 0,
        firstKey: Int64,
        lastKey: Int64
    ) {
        self.uuid = uuid
        self.collection = collection
        self.kind = kind
        self.rowCount = rowCount
        self.deletedCount = deletedCount
        self.firstKey = firstKey
        self.lastKey = lastKey
    }

    /// Describes a new, empty tail.
    init(newTailOf collection: Int64) {
        self.init(
            uuid: .random(),
            collection: collection,
            kind: .tail,
            rowCount: 0,
            firstKey: 0,
            lastKey: 0
        )
    }
}

extension DataDirectory {
    /// Where a file of a collection lies.
    func path(of file: FileRecord, collection: UniqueID) -> String {
        switch file.kind {
        case .tail, .sealed: tailPath(collection: collection, file: file.uuid)
        case .segment: segmentPath(collection: collection, file: file.uuid)
        }
    }
}
