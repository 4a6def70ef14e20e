/// Rows that were read, laid out flat: row `i` is `ids[i]`, the i-th vector and the i-th payload.
package struct RowBuffer: Sendable {
    /// How many elements each vector has.
    package let dimension: Int
    package internal(set) var ids: [String] = []
    /// All vectors, one behind the other.
    package internal(set) var vectors: [Float] = []
    /// All payloads, minified JSON objects, one behind the other.
    package internal(set) var payloadBytes: [UInt8] = []
    /// Where each row's payload ends.
    package internal(set) var payloadEnds: [Int] = []
    /// The line, or for binary formats the row, that each row came from, counted from 1.
    package internal(set) var places: [InputFault.Place] = []
    /// The file that each row came from.
    package internal(set) var files: [String] = []
    /// Whether each row's id is the row's number.
    package internal(set) var isNumbered: [Bool] = []

    package init(dimension: Int) {
        self.dimension = dimension
    }

    package var count: Int { ids.count }

    /// Roughly how much memory the rows take.
    package var byteCount: Int {
        vectors.count * MemoryLayout<Float>.stride + payloadBytes.count + 64 * ids.count
    }

    /// The payload of a row, one minified JSON object.
    package func payload(at row: Int) -> ArraySlice<UInt8> {
        payloadBytes[(row == 0 ? 0 : payloadEnds[row - 1])..<payloadEnds[row]]
    }

    /// The vector of a row.
    package func vector(at row: Int) -> ArraySlice<Float> {
        vectors[row * dimension..<(row + 1) * dimension]
    }

    /// Forgets all rows and keeps the memory.
    package mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        vectors.removeAll(keepingCapacity: true)
        payloadBytes.removeAll(keepingCapacity: true)
        payloadEnds.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        files.removeAll(keepingCapacity: true)
        isNumbered.removeAll(keepingCapacity: true)
    }

    /// Completes a row whose vector and payload have been appended already.
    mutating func complete(
        id: String,
        file: String,
        place: InputFault.Place,
        isNumbered: Bool = false
    ) {
        ids.append(id)
        payloadEnds.append(payloadBytes.count)
        places.append(place)
        files.append(file)
        self.isNumbered.append(isNumbered)
    }

    /// Takes back what has been appended of a row that turned out to be bad.
    mutating func abandonRow() {
        vectors.removeLast(vectors.count - count * dimension)
        payloadBytes.removeLast(payloadBytes.count - (payloadEnds.last ?? 0))
    }
}
