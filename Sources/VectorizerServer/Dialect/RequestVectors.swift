import VectorStore

/// A vector of a request.
package enum RequestVector: Equatable, Sendable {
    case dense([Float])
    /// Indices in ascending order, each once, and as many values.
    case sparse(indices: [UInt32], values: [Float])
}

/// The vectors of one point, by the names of their fields; `""` is the one without a name.
package struct RequestVectors: Equatable, Sendable {
    /// In the order of the request, each name once.
    package let fields: [(name: String, vector: RequestVector)]

    /// Takes vectors.
    package init(_ fields: [(name: String, vector: RequestVector)]) {
        self.fields = fields
    }

    /// The vector of a field.
    package subscript(name: String) -> RequestVector? {
        fields.first { $0.name == name }?.vector
    }

    /// Whether two points have the same vectors in the same order.
    package static func == (first: Self, second: Self) -> Bool {
        first.fields.count == second.fields.count
            && zip(first.fields, second.fields).allSatisfy { $0 == $1 }
    }
}

extension RequestVectors {
    /// Reads a point's vectors: an array of numbers, or an object with one vector for each name.
    package init(_ element: JSONElement) throws(RequestError) {
        guard element.kind == .object else {
            self.init([("", try RequestVector(element))])
            return
        }
        try RequestVector.refuseInference(element)
        var fields: [(name: String, vector: RequestVector)] = []
        for (name, value) in element.members {
            fields.append((name, try RequestVector(value, in: [element])))
        }
        self.init(fields)
    }

    /// Reads the vectors of a number of points, given in columns.
    static func columns(
        _ element: JSONElement,
        count: Int
    ) throws(RequestError) -> [RequestVectors] {
        guard element.kind == .object else {
            let rows = try element.list { row throws(RequestError) in
                RequestVectors([("", try RequestVector(row))])
            }
            try check(rows.count, count)
            return rows
        }
        var rows = [[(name: String, vector: RequestVector)]](repeating: [], count: count)
        for (name, value) in element.members {
            let column = try value.list { row throws(RequestError) in
                try RequestVector(row, in: [element])
            }
            try check(column.count, count)
            for (index, vector) in column.enumerated() { rows[index].append((name, vector)) }
        }
        return rows.map { RequestVectors($0) }
    }

    private static func check(_ vectorCount: Int, _ count: Int) throws(RequestError) {
        guard vectorCount == count else {
            throw .validation(
                "batch",
                "number of ids and vectors must be equal (\(count) != \(vectorCount))"
            )
        }
    }
}

extension RequestVector {
    /// Reads a vector: an array of numbers, or an object with indices and values.
    ///
    /// - Parameters:
    ///   - element: the vector.
    ///   - maps: the objects on the way whose members have names of the client's making.
    /// - Throws: 400 for a wrong form, 422 for a vector against the rules.
    init(_ element: JSONElement, in maps: [JSONElement] = []) throws(RequestError) {
        if element.kind == .object {
            self = try Self.sparse(element, maps)
            return
        }
        if element.floats == nil, element.elements.first?.kind == .array {
            throw .unsupported("multivectors")
        }
        let floats = try element.requireFloats()
        guard !floats.isEmpty else {
            throw .validation(element.path(maps: maps), "dense vector must not be empty")
        }
        self = .dense(floats)
    }

    private static func sparse(
        _ element: JSONElement,
        _ maps: [JSONElement]
    ) throws(RequestError) -> RequestVector {
        try refuseInference(element)
        let indexElement = try element.required("indices")
        let indices = try indexElement.list { index throws(RequestError) in
            let number = try index.requireUnsigned()
            guard let index32 = UInt32(exactly: number) else {
                throw .format("an index has 32 bits", at: index)
            }
            return index32
        }
        let valueElement = try element.required("values")
        let values = try valueElement.requireFloats()
        guard indices.count == values.count else {
            throw .validation(
                valueElement.path(maps: maps),
                "Validation error: must be the same length as indices [{}]"
            )
        }
        let order = indices.indices.sorted { indices[$0] < indices[$1] }
        let sorted = order.map { indices[$0] }
        guard zip(sorted, sorted.dropFirst()).allSatisfy(<) else {
            throw .validation(
                indexElement.path(maps: maps),
                "Validation error: must be unique [{}]"
            )
        }
        return .sparse(indices: sorted, values: order.map { values[$0] })
    }

    /// Refuses texts, images and objects that a model would have to turn into vectors.
    static func refuseInference(_ element: JSONElement) throws(RequestError) {
        guard element.optional("model")?.kind == .string else { return }
        for name in ["text", "image", "object"] where element.optional(name) != nil {
            throw .unsupported("vectors that a model makes of texts, images and objects")
        }
    }
}
