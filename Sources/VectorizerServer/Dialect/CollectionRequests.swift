import VectorStore

/// A field of dense vectors as a request describes it.
package struct DenseFieldRequest: Equatable, Sendable {
    /// How vectors are compared.
    package enum Distance: String, CaseIterable, Sendable {
        case cosine = "Cosine"
        case euclid = "Euclid"
        case dot = "Dot"
        case manhattan = "Manhattan"
    }

    /// `""` for the one without a name.
    package let name: String
    package let dimension: Int
    package let distance: Distance
    package let graph: GraphRequest
    /// What was given, without blanks, to be told again.
    package let json: [UInt8]
}

/// A field of sparse vectors as a request describes it.
package struct SparseFieldRequest: Equatable, Sendable {
    package let name: String
    /// What was given, without blanks, to be told again.
    package let json: [UInt8]
}

/// How graphs are to be built; nil leaves it to the store.
package struct GraphRequest: Equatable, Sendable {
    package var neighbourCount: Int?
    package var constructionEF: Int?

    /// Leaves all to the store.
    package init() {}

    init(_ element: JSONElement?) throws(RequestError) {
        guard let element = try element?.object() else { return }
        neighbourCount = try element.optional("m")?.requireOffset()
        if let ef = element.optional("ef_construct") {
            let number = try ef.requireOffset()
            guard number >= 4 else { throw .outOfRange(ef.path(), "\(number)", from: "4") }
            constructionEF = number
        }
        if let threshold = element.optional("full_scan_threshold") {
            let number = try threshold.requireOffset()
            guard number >= 10 else {
                throw .outOfRange(threshold.path(), "\(number)", from: "10")
            }
        }
        for name in ["max_indexing_threads", "payload_m"] {
            _ = try element.optional(name)?.requireUnsigned()
        }
        _ = try element.optional("on_disk")?.requireBoolean()
    }
}

/// Settings that are kept to be told again, as JSON without blanks.
package struct EchoedSettings: Equatable, Sendable {
    /// In the order of the request.
    package let members: [(name: String, json: [UInt8])]

    /// Takes settings.
    package init(_ members: [(name: String, json: [UInt8])]) {
        self.members = members
    }

    /// The value of a setting.
    package subscript(name: String) -> [UInt8]? { members.first { $0.name == name }?.json }

    /// Whether two have the same settings in the same order.
    package static func == (first: Self, second: Self) -> Bool {
        first.members.count == second.members.count
            && zip(first.members, second.members).allSatisfy { $0 == $1 }
    }

    private static let counts: Set<String> = [
        "shard_number", "replication_factor", "write_consistency_factor",
    ]
    private static let objects: Set<String> = [
        "hnsw_config", "wal_config", "optimizers_config", "quantization_config", "params",
        "strict_mode_config", "metadata", "payload",
    ]

    init(of request: JSONElement) throws(RequestError) {
        var members: [(name: String, json: [UInt8])] = []
        for (name, value) in request.members where !value.isNull {
            if Self.counts.contains(name) {
                let number = try value.requireUnsigned()
                guard number <= UInt32.max else { throw .format("expected 32 bits", at: value) }
                guard number > 0 else { throw .outOfRange(value.path(), "0", from: "1") }
            } else if Self.objects.contains(name) {
                // The word `Disabled` takes a quantization away.
                if name != "quantization_config" || value.kind != .string { try value.object() }
            } else if name == "on_disk_payload" {
                _ = try value.requireBoolean()
            } else if name != "sharding_method" {
                continue
            }
            members.append((name, value.minified))
        }
        self.init(members)
    }
}

/// A new collection: the body of `PUT /collections/{c}`.
package struct CreateCollectionRequest: Equatable, Sendable {
    package let dense: [DenseFieldRequest]
    /// Whether the dense fields were given by names, so that they are told again by names.
    package let isNamed: Bool
    package let sparse: [SparseFieldRequest]
    package let graph: GraphRequest
    package let settings: EchoedSettings

    /// Reads a request.
    package init(_ body: JSONElement, limits: RequestLimits) throws(RequestError) {
        try body.object()
        let vectors = try body.optional("vectors")?.object()
        let isSingle = vectors?.member("size") != nil && vectors?.member("size")?.kind != .object
        isNamed = vectors != nil && !isSingle
        if let vectors, isSingle {
            dense = [try DenseFieldRequest("", vectors, [], limits)]
        } else {
            dense = try Self.named(vectors, limits)
        }
        sparse = try SparseFieldRequest.list(body.optional("sparse_vectors"))
        graph = try GraphRequest(body.optional("hnsw_config"))
        settings = try EchoedSettings(of: body)
        for field in sparse where dense.contains(where: { $0.name == field.name }) {
            throw .wrongInput(
                "Dense and sparse vector names must be unique - "
                    + "duplicate found with '\(field.name)'"
            )
        }
    }

    private static func named(
        _ vectors: JSONElement?,
        _ limits: RequestLimits
    ) throws(RequestError) -> [DenseFieldRequest] {
        guard let vectors else { return [] }
        var fields: [DenseFieldRequest] = []
        for (name, value) in vectors.members {
            try VectorName.check(name, "vectors")
            fields.append(try DenseFieldRequest(name, value, [vectors], limits))
        }
        return fields
    }
}

extension DenseFieldRequest {
    fileprivate init(
        _ name: String,
        _ element: JSONElement,
        _ maps: [JSONElement],
        _ limits: RequestLimits
    ) throws(RequestError) {
        try element.object()
        try element.refuse("multivector_config", "multivectors")
        self.name = name
        let size = try element.required("size")
        let number = try size.requireUnsigned()
        guard number > 0, number <= UInt64(limits.dimension) else {
            throw .outOfRange(
                size.path(maps: maps),
                "\(number)",
                from: "1",
                to: "\(limits.dimension)"
            )
        }
        dimension = Int(number)
        distance = try element.required("distance").requireWord(Distance.self)
        graph = try GraphRequest(element.optional("hnsw_config"))
        _ = try element.optional("quantization_config")?.object()
        _ = try element.optional("on_disk")?.requireBoolean()
        _ = try element.optional("datatype")?.requireWord(Datatype.self)
        json = element.minified
    }

    private enum Datatype: String, CaseIterable {
        case float32, float16, uint8
    }
}

extension SparseFieldRequest {
    fileprivate static func list(
        _ element: JSONElement?
    ) throws(RequestError) -> [SparseFieldRequest] {
        guard let element = try element?.object() else { return [] }
        var fields: [SparseFieldRequest] = []
        for (name, value) in element.members {
            guard !name.isEmpty else { throw .wrongInput("Sparse vector name cannot be empty") }
            try VectorName.check(name, "sparse_vectors")
            try check(value)
            fields.append(SparseFieldRequest(name: name, json: value.minified))
        }
        return fields
    }

    static func check(_ element: JSONElement) throws(RequestError) {
        _ = try element.object().optional("index")?.object()
        if let modifier = element.optional("modifier"), !modifier.isString("none") {
            guard modifier.isString("idf") else {
                throw .format("expected one of `none`, `idf`", at: modifier)
            }
            throw .unsupported("sparse vectors with IDF")
        }
    }
}

/// The names that fields may have.
enum VectorName {
    static let byteCountMax = 200

    static func check(_ name: String, _ path: String) throws(RequestError) {
        guard name.utf8.count <= byteCountMax else {
            throw .validation(path, "vector name is too long, at most \(byteCountMax) bytes")
        }
        let banned: Set<Unicode.Scalar> = [
            "<", ">", ":", "\"", "/", "\\", "|", "?", "*", "\0", "\u{1F}",
        ]
        if let scalar = name.unicodeScalars.first(where: banned.contains) {
            throw .validation(path, "vector name cannot contain \"\(scalar)\" char")
        }
    }
}
