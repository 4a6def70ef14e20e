package import VectorStore

/// Rows that were read, and where each came from.
package struct RowBuffer: Sendable {
    /// The rows as a store takes them.
    package internal(set) var points: PointBatch
    /// The line, or for binary formats the row, that each row came from, counted from 1.
    package private(set) var places: [InputError.Place] = []
    /// The file that each row came from.
    package private(set) var files: [String] = []
    /// Whether each row's id is the row's number.
    package private(set) var isNumbered: [Bool] = []

    package init(dimension: Int) {
        points = PointBatch(dimension: dimension)
    }

    package var count: Int { points.count }

    /// Roughly how much memory the rows take.
    package var byteCount: Int { points.byteCount + 64 * count }

    /// Forgets all rows and keeps the memory.
    package mutating func removeAll() {
        points.removeAll()
        places.removeAll(keepingCapacity: true)
        files.removeAll(keepingCapacity: true)
        isNumbered.removeAll(keepingCapacity: true)
    }

    /// Completes a row whose vector and payload have been appended already.
    mutating func complete(
        id: String,
        file: String,
        place: InputError.Place,
        isNumbered: Bool = false
    ) {
        points.complete(id: PointID(unchecked: id))
        places.append(place)
        files.append(file)
        self.isNumbered.append(isNumbered)
    }

    /// Takes the last row back.
    package mutating func removeLast() {
        points.removeLast()
        places.removeLast()
        files.removeLast()
        isNumbered.removeLast()
    }
}
