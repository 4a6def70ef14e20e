import VectorStore

/// The payload fields with an index, and how many points have a value of each one's kind.
struct PayloadSchema {
    private struct Field {
        let name: String
        let kind: CreateIndexRequest.Kind
        let parameters: JSONElement?
        let path: PayloadPath?
        var pointCount = 0
    }

    private var fields: [Field]

    /// Counts the points of each field.
    ///
    /// - Complexity: O(points) where there are fields.
    init(
        of name: CollectionName,
        _ info: CollectionInfo,
        _ facts: CollectionFacts,
        _ request: RouteRequest
    ) throws {
        var fields = try facts.indexes().map { index in
            Field(
                name: index.field,
                kind: CreateIndexRequest.Kind(rawValue: index.kind) ?? .keyword,
                parameters: index.parameters,
                path: PayloadPath(index.field)
            )
        }
        // Those of the command line have no kind: texts are the usual ones.
        for field in info.indexedFields
        where !fields.contains(where: { $0.path?.fieldPath?.description == field }) {
            fields.append(
                Field(name: field, kind: .keyword, parameters: nil, path: PayloadPath(field))
            )
        }
        if !fields.isEmpty {
            try request.store.withReader(of: name) { reader in
                try reader.forEachPoint { point in
                    for (place, field) in fields.enumerated() {
                        guard let path = field.path else { continue }
                        let values = try DocumentValue.all(
                            at: path.steps,
                            in: point.payload.span
                        )
                        if values.contains(where: field.kind.takes) {
                            fields[place].pointCount += 1
                        }
                    }
                    return true
                }
            }
        }
        self.fields = fields
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for field in fields {
                writer.name(field.name)
                writer.object { writer in
                    writer.name("data_type")
                    writer.value(field.kind.rawValue)
                    if let parameters = field.parameters {
                        writer.name("params")
                        writer.value(parameters)
                    }
                    writer.name("points")
                    writer.value(field.pointCount)
                }
            }
        }
    }
}

extension CreateIndexRequest.Kind {
    /// Whether an index of this kind has an entry for a value.
    func takes(_ value: DocumentValue) -> Bool {
        switch (self, value) {
        case (.keyword, .text), (.text, .text), (.bool, .boolean), (.geo, .object): true
        case (.integer, .number(.integer)), (.float, .number): true
        case (.datetime, .text(let text)): Moment(text.utf8) != nil
        case (.uuid, .text(let text)): RequestPointID(uuid: text) != nil
        default: false
        }
    }

    /// The order that an index of this kind has; nil for those without one.
    var order: OrderValue.Kind? {
        switch self {
        case .integer: .integer
        case .float: .float
        case .datetime: .datetime
        case .uuid: .uuid
        case .keyword, .bool, .geo, .text: nil
        }
    }
}
