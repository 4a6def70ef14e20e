extension RowBuffer {
    /// Takes the last row back.
    package mutating func removeLast() {
        precondition(count > 0, "there is a row to take back")
        ids.removeLast()
        vectors.removeLast(dimension)
        payloadEnds.removeLast()
        payloadBytes.removeLast(payloadBytes.count - (payloadEnds.last ?? 0))
        places.removeLast()
        files.removeLast()
        isNumbered.removeLast()
    }
}
