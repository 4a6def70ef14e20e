/// A vector and the field that it is for; "" is the unnamed one.
public struct NamedVector: Equatable, Sendable {
    /// The field.
    public let field: String
    /// The vector.
    public let vector: FieldVector

    /// Puts both together.
    ///
    /// - Parameters:
    ///   - field: the field; "" is the unnamed one.
    ///   - vector: the vector.
    public init(_ field: String, _ vector: FieldVector) {
        self.field = field
        self.vector = vector
    }
}

/// A point with vectors in some of its collection's fields, or in none.
public struct FieldPoint: Equatable, Sendable {
    /// Its id.
    public let id: PointID
    /// Its payload, a minified JSON object.
    public let payload: [UInt8]
    /// Its vectors, one for a field at most.
    public let vectors: [NamedVector]

    /// Puts a point together.
    ///
    /// - Parameters:
    ///   - id: its id.
    ///   - payload: a validated, minified JSON object.
    ///   - vectors: its vectors, one for a field at most.
    public init(id: PointID, payload: [UInt8], vectors: [NamedVector]) {
        self.id = id
        self.payload = payload
        self.vectors = vectors
    }
}
