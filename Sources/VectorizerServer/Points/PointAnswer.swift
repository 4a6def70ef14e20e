import VectorStore

/// Writes points the way the dialect shows them.
struct PointAnswer {
    private let reader: CollectionReader
    private let payload: PayloadChoice
    private let selection: DocumentSelection?
    /// The fields whose vectors are shown.
    private let fields: [String]
    /// Whether vectors are shown at all.
    private let hasVectors: Bool

    /// Prepares the parts that are wanted.
    ///
    /// - Throws: `CollectionError.fieldNotFound`.
    init(
        of reader: CollectionReader,
        _ payload: PayloadChoice,
        _ vectors: VectorChoice
    ) throws {
        self.reader = reader
        self.payload = payload
        let known = reader.info.vectorNames
        switch payload {
        case .including(let paths), .excluding(let paths):
            selection = DocumentSelection(paths.map(\.steps))
        case .all, .none: selection = nil
        }
        switch vectors {
        case .none: fields = []
        case .all: fields = known
        case .fields(let names):
            for name in names where !known.contains(name) {
                throw VectorStoreError.collection(
                    .fieldNotFound(field: name, collection: reader.info.name.text)
                )
            }
            fields = known.filter { names.contains($0) }
        }
        hasVectors = vectors != .none
    }

    /// Appends a point as a record.
    func write(_ point: StoredPoint, to writer: inout JSONWriter) throws {
        try write(point, to: &writer) { _ in }
    }

    /// Appends a point that a query has found.
    func write(
        _ point: StoredPoint,
        score: Float,
        order: OrderValue? = nil,
        to writer: inout JSONWriter
    ) throws {
        try write(point, to: &writer) { writer in
            writer.name("version")
            writer.value(0)
            writer.name("score")
            writer.value(score)
            if let order { Self.write(order, to: &writer) }
        }
    }

    /// Appends a point that comes in an order.
    func write(_ point: StoredPoint, order: OrderValue, to writer: inout JSONWriter) throws {
        try write(point, to: &writer) { Self.write(order, to: &$0) }
    }

    private func write(
        _ point: StoredPoint,
        to writer: inout JSONWriter,
        _ more: (inout JSONWriter) -> Void
    ) throws {
        try writer.object { writer in
            writer.name("id")
            writer.value(RequestPointID(point.id))
            more(&writer)
            try writePayload(of: point, to: &writer)
            if hasVectors { try writeVectors(of: point, to: &writer) }
        }
    }

    private static func write(_ order: OrderValue, to writer: inout JSONWriter) {
        writer.name("order_value")
        switch order {
        case .integer(let integer): writer.value(integer)
        case .real(let real): writer.value(real)
        case .uuid(let id): writer.value(id.text)
        }
    }

    private func writePayload(of point: StoredPoint, to writer: inout JSONWriter) throws {
        let bytes = point.payload
        switch payload {
        case .none: return
        case .all:
            writer.name("payload")
            writer.raw(bytes.span)
        case .including:
            let part = try selection?.including(bytes.span) ?? bytes
            writer.name("payload")
            writer.raw(part.span)
        case .excluding:
            let part = try selection?.excluding(bytes.span) ?? bytes
            writer.name("payload")
            writer.raw(part.span)
        }
    }

    // MARK: Vectors

    private func writeVectors(of point: StoredPoint, to writer: inout JSONWriter) throws {
        let vectors = try reader.vectors(of: point.id, in: fields)
        writer.name("vector")
        if vectors.count == 1, vectors[0].field.isEmpty {
            write(vectors[0], to: &writer)
            return
        }
        writer.object { writer in
            for vector in vectors {
                writer.name(vector.field)
                write(vector, to: &writer)
            }
        }
    }

    private func write(_ vector: NamedVector, to writer: inout JSONWriter) {
        switch vector.vector {
        case .sparse(let sparse): writer.raw(sparse.stored.span)
        case .dense(let components):
            let shown = shown(components, in: vector.field)
            writer.value(shown.span)
        }
    }

    /// Vectors that are compared by their directions are shown with length 1.
    private func shown(_ components: [Float], in field: String) -> [Float] {
        guard reader.info.metric(of: field) == .cosine else { return components }
        return VectorArithmetic.normalized(components)
    }
}

extension CollectionInfo {
    /// How vectors of a field are compared; nil for sparse ones, and for fields that are not there.
    func metric(of field: String) -> Metric? {
        if field.isEmpty { return configuration.hasVectors ? configuration.metric : nil }
        guard case .dense(let configuration) = fields.first(where: { $0.name == field })?.kind
        else { return nil }
        return configuration.metric
    }
}
