import VectorStore
import VectorizerSettings

/// How points are shown: their id, payload and vector, or chosen fields of the payload.
struct PointColumns {
    private let fields: [FieldPath]?
    private let includesVectors: Bool
    /// Whether chosen fields become columns: where there are columns, and a person or a sheet
    /// reads.
    private let spreadsFields: Bool

    /// Reads `--fields`.
    init(fields: String?, includesVectors: Bool, mode: OutputMode) throws(FieldPathSyntaxError) {
        self.fields = try fields.map { text throws(FieldPathSyntaxError) in
            try FieldPath.list(parsing: text)
        }
        self.includesVectors = includesVectors
        spreadsFields =
            self.fields != nil && (mode == .table || mode == .csv || mode == .tsv)
    }

    /// The columns' names, in their order.
    var names: [String] {
        var names = ["id"]
        if spreadsFields, let fields {
            names += fields.map(\.description)
        } else {
            names.append("payload")
        }
        if includesVectors { names.append("vector") }
        return names
    }

    /// The columns of a point.
    func columns(of point: StoredPoint) throws -> OutputColumns {
        var columns: OutputColumns = [("id", .text(point.id.text))]
        let payload = point.payload
        switch fields {
        case nil: columns.append(("payload", .json(payload)))
        case let fields? where spreadsFields:
            for field in fields {
                let name = field.description
                columns.append((name, try Self.value(of: field, in: payload)))
            }
        case let fields?:
            let chosen = try PayloadEditing.projection(of: payload.span, fields: fields)
            columns.append(("payload", .json(chosen)))
        }
        if includesVectors, let vector = point.vector {
            columns.append(("vector", .vector(vector)))
        }
        return columns
    }

    /// A field's value: text without its quotes, everything else as JSON; null when missing.
    private static func value(of field: FieldPath, in payload: [UInt8]) throws -> OutputValue {
        var json = try PayloadEditing.projection(of: payload.span, fields: [field])
        for _ in field.components {
            let object = json
            guard let member = try PayloadEditing.members(of: object.span).first else {
                return .null
            }
            json = Array(object[member.value])
        }
        let value = json
        if let text = try PayloadEditing.text(of: value.span) {
            return .text(String(decoding: text, as: UTF8.self))
        }
        let text = String(decoding: value, as: UTF8.self)
        if text == "null" { return .null }
        return Int64(text).map(OutputValue.integer) ?? .json(value)
    }
}
