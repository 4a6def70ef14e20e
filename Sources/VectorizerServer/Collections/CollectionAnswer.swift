import VectorStore

/// A collection as the dialect shows it.
enum CollectionAnswer {
    /// The `result` of `GET /collections/{collection_name}`.
    static func info(_ request: RouteRequest) throws -> [UInt8] {
        let name = try request.collection()
        let info = try request.store.collection(name)
        let facts = CollectionFacts(try request.store.notes.all(of: name))
        let schema = try PayloadSchema(of: name, info, facts, request)
        var writer = JSONWriter()
        try writer.object { writer in
            member("status", "green", &writer)
            member("optimizer_status", "ok", &writer)
            writer.name("indexed_vectors_count")
            writer.value(info.indexedVectorCount)
            writer.name("points_count")
            writer.value(info.pointCount)
            writer.name("segments_count")
            writer.value(max(1, info.segmentCount))
            writer.name("config")
            try configuration(info, facts, &writer)
            writer.name("payload_schema")
            schema.write(to: &writer)
        }
        return writer.bytes
    }

    private static func member(_ name: String, _ text: String, _ writer: inout JSONWriter) {
        writer.name(name)
        writer.value(text)
    }

    private static func configuration(
        _ info: CollectionInfo,
        _ facts: CollectionFacts,
        _ writer: inout JSONWriter
    ) throws {
        try writer.object { writer in
            writer.name("params")
            try parameters(info, facts, &writer)
            writer.name("hnsw_config")
            try settings("hnsw_config", facts, graphDefaults(info), &writer)
            writer.name("optimizer_config")
            try settings("optimizers_config", facts, optimizerDefaults, &writer)
            writer.name("wal_config")
            try settings("wal_config", facts, walDefaults, &writer)
            for name in ["quantization_config", "strict_mode_config", "metadata"] {
                guard let value = try facts.setting(name), !value.isString("Disabled") else {
                    continue
                }
                writer.name(name)
                writer.value(value)
            }
        }
    }

    private static func parameters(
        _ info: CollectionInfo,
        _ facts: CollectionFacts,
        _ writer: inout JSONWriter
    ) throws {
        try writer.object { writer in
            writer.name("vectors")
            if let vectors = facts.vectors {
                writer.raw(vectors.span)
            } else {
                describe(info, &writer)
            }
            for (name, usual) in [
                ("shard_number", 1), ("replication_factor", 1), ("write_consistency_factor", 1),
            ] {
                writer.name(name)
                writer.value(try facts.setting(name)?.unsigned ?? UInt64(usual))
            }
            writer.name("on_disk_payload")
            writer.value(try facts.setting("on_disk_payload")?.boolean ?? true)
            for (name, value) in try facts.setting("params")?.members ?? []
            where !["on_disk_payload", "replication_factor"].contains(name) {
                writer.name(name)
                writer.value(value)
            }
            guard let sparse = facts.sparseVectors else { return }
            writer.name("sparse_vectors")
            writer.raw(sparse.span)
        }
    }

    /// The vectors of a collection that the command line has made.
    private static func describe(_ info: CollectionInfo, _ writer: inout JSONWriter) {
        writer.object { writer in
            guard info.configuration.hasVectors else { return }
            writer.name("size")
            writer.value(info.configuration.dimension)
            let distance: DenseFieldRequest.Distance =
                switch info.configuration.metric {
                case .cosine: .cosine
                case .dot: .dot
                case .euclidean: .euclid
                }
            member("distance", distance.rawValue, &writer)
        }
    }

    /// Defaults, and over them what was given.
    private static func settings(
        _ name: String,
        _ facts: CollectionFacts,
        _ usual: [(name: String, json: String)],
        _ writer: inout JSONWriter
    ) throws {
        let given = try facts.setting(name)?.members.filter { !$0.value.isNull } ?? []
        writer.object { writer in
            for (name, json) in usual where !given.contains(where: { $0.name == name }) {
                writer.name(name)
                writer.raw(Array(json.utf8).span)
            }
            for (name, value) in given {
                writer.name(name)
                writer.value(value)
            }
        }
    }

    private static func graphDefaults(
        _ info: CollectionInfo
    ) -> [(name: String, json: String)] {
        [
            ("m", "\(info.configuration.linkCount)"),
            ("ef_construct", "\(info.configuration.efConstruction)"),
            ("full_scan_threshold", "10000"), ("max_indexing_threads", "0"), ("on_disk", "false"),
        ]
    }

    private static let optimizerDefaults = [
        (name: "deleted_threshold", json: "0.2"), (name: "vacuum_min_vector_number", json: "1000"),
        (name: "default_segment_number", json: "0"), (name: "flush_interval_sec", json: "5"),
    ]

    private static let walDefaults = [
        (name: "wal_capacity_mb", json: "32"), (name: "wal_segments_ahead", json: "0"),
    ]
}
