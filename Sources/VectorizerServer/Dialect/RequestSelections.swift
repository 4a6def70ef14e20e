package import VectorStore

/// Which points an operation is about.
package enum PointChoice: Equatable, Sendable {
    case ids([RequestPointID])
    /// All that pass; nil means all.
    case filter(FilterExpression?)

    /// Reads `points` or `filter` of an operation.
    ///
    /// - Throws: 400 where both are missing, and for a wrong form.
    init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        if let points = element.optional("points") {
            self = .ids(try RequestPointID.list(points, limits: limits))
        } else if let filter = element.optional("filter") {
            self = .filter(try RequestFilter.optional(filter, limits: limits))
        } else {
            throw .format("either list of point ids or filter must be provided", at: element)
        }
    }
}

extension RequestPointID {
    /// Reads ids, of which there may not be too many.
    static func list(
        _ element: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> [RequestPointID] {
        let count = try element.array().count
        guard count <= limits.pointCount else {
            throw .validation(
                element.path(),
                "\(count) points in one request, at most \(limits.pointCount) are allowed"
            )
        }
        return try element.list { id throws(RequestError) in try RequestPointID(id) }
    }
}

/// Which part of the payload an answer has.
package enum PayloadChoice: Equatable, Sendable {
    case all
    case none
    case including([PayloadPath])
    case excluding([PayloadPath])

    /// Reads `with_payload`.
    ///
    /// - Parameters:
    ///   - element: the choice; nil where none was made.
    ///   - usual: what that means.
    /// - Throws: 400 for a wrong form.
    init(_ element: JSONElement?, usual: PayloadChoice) throws(RequestError) {
        guard let element else {
            self = usual
            return
        }
        if let boolean = element.boolean {
            self = boolean ? .all : .none
        } else if element.kind == .array {
            self = .including(try Self.paths(element))
        } else {
            try element.allowOnly(["include", "exclude"])
            if let include = element.optional("include") {
                guard element.optional("exclude") == nil else {
                    throw .format("either `include` or `exclude`, not both", at: element)
                }
                self = .including(try Self.paths(include))
            } else {
                self = .excluding(try Self.paths(try element.required("exclude")))
            }
        }
    }

    private static func paths(_ element: JSONElement) throws(RequestError) -> [PayloadPath] {
        try element.list { path throws(RequestError) in try PayloadPath(path) }
    }
}

/// Which vectors an answer has.
package enum VectorChoice: Equatable, Sendable {
    case all
    case none
    /// Those of these fields.
    case fields([String])

    /// Reads `with_vector`, which older clients call `with_vectors`.
    init(of request: JSONElement) throws(RequestError) {
        let given = request.optional("with_vector") ?? request.optional("with_vectors")
        guard let element = given else {
            self = .none
            return
        }
        if let boolean = element.boolean {
            self = boolean ? .all : .none
        } else if let field = element.string {
            self = .fields([field])
        } else {
            self = .fields(
                try element.list { name throws(RequestError) in try name.requireString() }
            )
        }
    }
}
