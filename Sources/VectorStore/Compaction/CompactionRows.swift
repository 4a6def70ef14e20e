/// Gathers the live rows of several files in the order of their keys.
struct CompactionRows {
    private let cancellation: Cancellation
    private var cursors: [Cursor] = []

    /// Rows between two questions whether the work is cancelled.
    private static let rowsPerLook = 4096

    /// Where reading one file has come to.
    private struct Cursor {
        let file: any VectorFile
        let rows: VectorRows
        var slot: Int
        var key: Int64

        init?(_ file: any VectorFile) {
            guard let rows = file.rows else { return nil }
            self.file = file
            self.rows = rows
            slot = -1
            key = .min
            guard advance() else { return nil }
        }

        /// Goes to the next live row; false at the end.
        mutating func advance() -> Bool {
            repeat { slot += 1 } while slot < rows.count && file.deletions.contains(slot)
            guard slot < rows.count else { return false }
            key = file.key(at: slot)
            return true
        }
    }

    /// Gathers the live rows of files.
    ///
    /// - Parameters:
    ///   - files: the files, mapped for as long as the rows are used.
    ///   - dimension: the number of components of each vector.
    ///   - cancellation: tells whether to stop.
    /// - Returns: the rows, each after its checksum was found right.
    /// - Throws: `.corrupt` naming the file of a damaged row, `.cancelled`.
    /// - Complexity: one pass over the files.
    static func gather(
        _ files: [any VectorFile],
        dimension: Int,
        cancellation: Cancellation
    ) throws(VectorStoreError) -> IndexRows {
        var rows = IndexRows(dimension: dimension)
        rows.reserveCapacity(files.reduce(0) { $0 + $1.record.liveCount })
        for file in files {
            rows.owners.append(file)
            file.willReadSequentially()
        }
        var gathering = Self(cancellation: cancellation, cursors: files.compactMap(Cursor.init))
        while try gathering.takeRun(into: &rows) {}
        return rows
    }

    /// Takes the rows of one file up to the first key of another; false when all are taken.
    private mutating func takeRun(into rows: inout IndexRows) throws(VectorStoreError) -> Bool {
        guard var place = cursors.indices.first else { return false }
        for other in cursors.indices where cursors[other].key < cursors[place].key {
            place = other
        }
        var end = Int64.max
        for other in cursors.indices where other != place { end = min(end, cursors[other].key) }
        repeat {
            if rows.count.isMultiple(of: Self.rowsPerLook) {
                try cancellation.check()
            }
            let cursor = cursors[place]
            try cursor.file.append(cursor.slot, of: cursor.rows, to: &rows)
            guard cursors[place].advance() else {
                cursors.remove(at: place)
                break
            }
        } while cursors[place].key < end
        return true
    }
}

extension IndexRows {
    /// The row with a key; nil when there is none.
    func slot(of key: Int64) -> Int? {
        let slot = keys.indices.partitionPoint { keys[$0] >= key }
        return slot < count && keys[slot] == key ? slot : nil
    }
}
