import Testing
import VectorStore
import VectorizerServer

/// Making, changing, showing and removing collections.
@Suite(.timeLimit(.minutes(60))) struct CollectionRouteTests {
    private static let docs = "/collections/docs"

    @Test("A collection is made, listed, shown with all that holds for it, and removed")
    func life() async throws {
        try await withServer { server throws in
            let made = #"{"vectors":{"size":4,"distance":"Dot"}}"#
            try server.expect("GET \(Self.docs)/exists", nil, #"200 {"exists":false}"#)
            try server.expect("PUT \(Self.docs)", made, "200 true")
            try server.expect([
                ("GET /collections", nil, #"200 {"collections":[{"name":"docs"}]}"#),
                ("GET \(Self.docs)/exists", nil, #"200 {"exists":true}"#),
                (
                    "GET \(Self.docs)", nil,
                    #"200 {"status":"green","optimizer_status":"ok","indexed_vectors_count":0,"#
                        + #""points_count":0,"segments_count":1,"config":{"params":{"vectors":"#
                        + #"{"size":4,"distance":"Dot"},"shard_number":1,"#
                        + #""replication_factor":1,"write_consistency_factor":1,"#
                        + #""on_disk_payload":true},"hnsw_config":{"m":16,"ef_construct":200,"#
                        + #""full_scan_threshold":10000,"max_indexing_threads":0,"#
                        + #""on_disk":false},"optimizer_config":{"deleted_threshold":0.2,"#
                        + #""vacuum_min_vector_number":1000,"default_segment_number":0,"#
                        + #""flush_interval_sec":5},"wal_config":{"wal_capacity_mb":32,"#
                        + #""wal_segments_ahead":0}},"payload_schema":{}}"#
                ),
                ("PUT \(Self.docs)", made, "409 Wrong input: Collection `docs` already exists!"),
            ])
            let name = try CollectionName("docs")
            #expect(try server.reopened().collection(name).configuration.metric == .dot)
            try server.expect([
                ("DELETE \(Self.docs)", nil, "200 true"),
                ("DELETE \(Self.docs)", nil, "200 false"),
                ("GET /collections", nil, #"200 {"collections":[]}"#),
                ("GET \(Self.docs)", nil, "404 Not found: Collection `docs` doesn't exist!"),
            ])
            #expect(try server.reopened().collections().isEmpty)
        }
    }

    @Test("Named and sparse fields and all settings are told again; those that mean something hold")
    func echoes() async throws {
        try await withServer { server throws in
            let body =
                #"{"vectors": {"text": {"size": 4, "distance": "Cosine", "on_disk": true, "#
                + #""hnsw_config": {"m": 1000}}, "": {"size": 2, "distance": "Euclid"}}, "#
                + #""sparse_vectors": {"words": {"index": {"on_disk": false}}}, "#
                + #""hnsw_config": {"m": 8, "ef_construct": 64}, "replication_factor": 2, "#
                + #""wal_config": {"wal_capacity_mb": 7}, "metadata": {"a": [1.0]}, "#
                + #""optimizers_config": {"deleted_threshold": null, "indexing_threshold": 9}, "#
                + #""quantization_config": {"scalar": {"type": "int8"}}, "#
                + #""strict_mode_config": {"enabled": true}, "on_disk_payload": false}"#
            try server.expect("PUT \(Self.docs)", body, "200 true")
            let told = try server.told("GET \(Self.docs)")
            for part in [
                #""vectors":{"text":{"size":4,"distance":"Cosine","on_disk":true,"#
                    + #""hnsw_config":{"m":1000}},"":{"size":2,"distance":"Euclid"}}"#,
                #""sparse_vectors":{"words":{"index":{"on_disk":false}}}"#,
                #""replication_factor":2,"write_consistency_factor":1,"on_disk_payload":false"#,
                #""m":8,"ef_construct":64"#, #""wal_segments_ahead":0,"wal_capacity_mb":7"#,
                #""metadata":{"a":[1.0]}"#, #""quantization_config":{"scalar":{"type":"int8"}}"#,
                #""strict_mode_config":{"enabled":true}"#,
                #""deleted_threshold":0.2,"vacuum_min_vector_number":1000"#,
                #""indexing_threshold":9"#,
            ] {
                #expect(told.contains(part), "\(part) is not in \(told)")
            }
            let info = try server.reopened().collection(CollectionName("docs"))
            #expect(info.configuration.linkCount == 8 && info.configuration.metric == .euclidean)
            #expect(info.configuration.efConstruction == 64)
            let fields = Dictionary(uniqueKeysWithValues: info.fields.map { ($0.name, $0.kind) })
            #expect(fields["words"] == .sparse)
            guard case .dense(let text) = fields["text"] else { throw Missing() }
            #expect(text.dimension == 4 && text.metric == .cosine && text.linkCount == 128)
        }
    }

    private struct Missing: Error {}

    @Test("Without vectors a collection holds payloads alone")
    func withoutVectors() async throws {
        try await withServer { server throws in
            try server.expect("PUT \(Self.docs)", "{}", "200 true")
            try server.expect("PUT /collections/also", nil, "200 true")
            let told = try server.told("GET \(Self.docs)")
            #expect(told.contains(#""params":{"vectors":{},"#) && !told.contains("sparse"))
            try server.expect(
                "PUT \(Self.docs)/points",
                #"{"points":[{"id":1,"vector":{},"payload":{"a":1}}]}"#,
                #"200 {"operation_id":N,"status":"acknowledged"}"#
            )
            try server.expect(
                "GET \(Self.docs)/points/1",
                nil,
                #"200 {"id":1,"payload":{"a":1},"vector":{}}"#
            )
        }
    }

    @Test(
        "A request for a collection that breaks a rule makes none",
        arguments: [
            ("{", "400 Format error in JSON body: …"), ("[]", "400 Format error in JSON body: …"),
            (#"{"vectors":{"size":4}}"#, "400 Format error in JSON body: …"),
            (#"{"vectors":{"size":"4","distance":"Dot"}}"#, "400 Format error in JSON body: …"),
            (#"{"vectors":{"size":4,"distance":"dot"}}"#, "400 Format error in JSON body: …"),
            (
                #"{"vectors":{"size":0,"distance":"Dot"}}"#,
                "422 Validation error in JSON body: "
                    + "[vectors.size: value 0 invalid, must be from 1 to 4096]"
            ),
            (
                #"{"vectors":{"size":4097,"distance":"Dot"}}"#,
                "422 Validation error in JSON body: …"
            ),
            (
                #"{"vectors":{"size":4,"distance":"Manhattan"}}"#,
                "400 Bad request: Manhattan distances are not supported"
            ),
            (
                #"{"vectors":{"size":4,"distance":"Dot","multivector_config":{}}}"#,
                "400 Bad request: multivectors are not supported"
            ),
            (
                #"{"vectors":{"a/b":{"size":4,"distance":"Dot"}}}"#,
                "422 Validation error in JSON body: …"
            ),
            (
                #"{"vectors":{"a":{"size":4,"distance":"Dot"}},"sparse_vectors":{"a":{}}}"#,
                "400 Wrong input: Dense and sparse vector names must be unique…"
            ),
            (#"{"sparse_vectors":{"":{}}}"#, "400 Wrong input: Sparse vector name cannot be empty"),
            (
                #"{"sparse_vectors":{"a":{"modifier":"idf"}}}"#,
                "400 Bad request: sparse vectors with IDF are not supported"
            ),
            (#"{"replication_factor":0}"#, "422 Validation error in JSON body: …"),
            (#"{"hnsw_config":{"ef_construct":1}}"#, "422 Validation error in JSON body: …"),
        ]
    )
    func badRequests(body: String, wanted: String) async throws {
        try await withServer { server throws in
            try server.expect("PUT \(Self.docs)", body, wanted)
            try server.expect("GET /collections", nil, #"200 {"collections":[]}"#)
        }
    }

    @Test("Bad names and parameters are refused on all of a collection's routes")
    func badNames() async throws {
        try await withServer { server throws in
            for name in ["-a", ".a", "a%20b", "a%00b", String(repeating: "x", count: 129)] {
                for (method, body) in [("PUT", "{}"), ("PATCH", "{}"), ("DELETE", nil)] {
                    let told = try server.told("\(method) /collections/\(name)", body)
                    #expect(["400", "404", "422"].contains(told.prefix(3)), "\(told)")
                }
            }
            try server.expect([
                ("GET /collections/-a/exists", nil, #"200 {"exists":false}"#),
                ("GET /collections/-a", nil, "422 Validation error in path parameters: …"),
                (
                    "PUT \(Self.docs)?timeout=0", "{}",
                    "422 Validation error in query parameters: "
                        + "[timeout: value 0 invalid, must be 1 or larger]"
                ),
                (
                    "PUT \(Self.docs)?timeout=x", "{}",
                    "400 Deserialize error in query parameters: …"
                ),
                (
                    "DELETE \(Self.docs)?wait=perhaps", nil,
                    "400 Deserialize error in query parameters: …"
                ),
                ("PATCH \(Self.docs)", "{}", "404 Not found: Collection `docs` doesn't exist!"),
                ("GET /collections", nil, #"200 {"collections":[]}"#),
            ])
        }
    }

    @Test("Changed settings are merged into those that were given, for fields and for the whole")
    func changes() async throws {
        try await withServer { server throws in
            try server.expect(
                "PUT \(Self.docs)",
                #"{"vectors":{"a":{"size":2,"distance":"Dot","hnsw_config":{"m":8}}},"#
                    + #""sparse_vectors":{"s":{}},"metadata":{"x":{"y":1},"z":1}}"#,
                "200 true"
            )
            try server.expect(
                "PATCH \(Self.docs)",
                #"{"vectors":{"a":{"hnsw_config":{"ef_construct":99},"on_disk":true}},"#
                    + #""sparse_vectors":{"s":{"index":{"full_scan_threshold":5}}},"#
                    + #""hnsw_config":{"m":24,"ef_construct":null},"#
                    + #""params":{"replication_factor":3,"read_fan_out_factor":2},"#
                    + #""optimizers_config":{"indexing_threshold":11},"#
                    + #""metadata":{"x":{"w":[2]},"z":5}}"#,
                "200 true"
            )
            try server.expect("PATCH \(Self.docs)", #"{"metadata":{"x":{"y":7}}}"#, "200 true")
            let told = try server.told("GET \(Self.docs)")
            for part in [
                #""a":{"size":2,"distance":"Dot","hnsw_config":{"m":8,"ef_construct":99},"#
                    + #""on_disk":true}"#,
                #""s":{"index":{"full_scan_threshold":5}}"#, #""ef_construct":200"#, #""m":24"#,
                #""indexing_threshold":11"#, #""read_fan_out_factor":2"#,
                #""metadata":{"x":{"y":7,"w":[2]},"z":5}"#,
            ] {
                #expect(told.contains(part), "\(part) is not in \(told)")
            }
            // A second server would tell the same: it is in the store.
            let notes = try server.reopened().notes.all(of: CollectionName("docs"))
            #expect(
                notes["vectors"].map { String(decoding: $0, as: UTF8.self) }?.contains("99") == true
            )
            try server.expect([
                (
                    "PATCH \(Self.docs)", #"{"vectors":{"none":{"on_disk":true}}}"#,
                    "400 Wrong input: Not existing vector name error: none"
                ),
                (
                    "PATCH \(Self.docs)", #"{"sparse_vectors":{"none":{}}}"#,
                    "400 Wrong input: Not existing vector name error: none"
                ),
                ("PATCH \(Self.docs)", "[]", "400 Format error in JSON body: …"),
                (
                    "PATCH \(Self.docs)", #"{"hnsw_config":{"m":"x"}}"#,
                    "400 Format error in JSON body: …"
                ),
            ])
            #expect(try server.told("GET \(Self.docs)") == told)
        }
    }

    @Test("The only vector of a collection is changed under no name")
    func unnamedChange() async throws {
        try await withServer { server throws in
            let made = #"{"vectors":{"size":2,"distance":"Dot"}}"#
            try server.expect("PUT \(Self.docs)", made, "200 true")
            try server.expect(
                "PATCH \(Self.docs)",
                #"{"vectors":{"":{"on_disk":true}}}"#,
                "200 true"
            )
            let told = try server.told("GET \(Self.docs)")
            #expect(
                told.contains(#""vectors":{"size":2,"distance":"Dot","on_disk":true}"#),
                "\(told)"
            )
        }
    }

    @Test(
        "A collection that the command line has made is shown as one of the dialect's",
        arguments: [
            (Metric.cosine, "Cosine"), (.dot, "Dot"), (.euclidean, "Euclid"),
        ]
    )
    func foreign(metric: Metric, distance: String) async throws {
        let name = try CollectionName("shell")
        try await withServer { store in
            try store.createCollection(
                name,
                configuration: CollectionConfiguration(dimension: 2, metric: metric)
            )
            var batch = PointBatch(dimension: 2)
            for number in 0..<3 {
                batch.append(
                    id: try PointID("\(number)"),
                    vector: [1, Float(number)],
                    payload: #"{"t":"x","1a":"y"}"#.utf8
                )
            }
            _ = try store.write(batch, to: name)
            _ = try store.createIndex(on: "t", in: name)
            try store.maintenance.compact(name)
        } _: { server throws in
            let told = try server.told("GET /collections/shell")
            for part in [
                #""vectors":{"size":2,"distance":"\#(distance)"}"#, #""indexed_vectors_count":3"#,
                #""points_count":3"#, #""segments_count":1"#,
                #""payload_schema":{"t":{"data_type":"keyword","points":3}}"#,
            ] {
                #expect(told.contains(part), "\(part) is not in \(told)")
            }
            try server.expect("PATCH /collections/shell", #"{"metadata":{"k":1}}"#, "200 true")
            #expect(try server.told("GET /collections/shell").contains(#""metadata":{"k":1}"#))
        }
    }

    @Test("A key sees only the collections of its scopes")
    func scopes() async throws {
        try await withServer { server throws in
            for name in ["docs", "other"] {
                try server.expect("PUT /collections/\(name)", "{}", "200 true")
            }
            let key = try server.issue("docs:read").secret.reveal()
            try server.waitUntilKeysAreNeeded()
            let list = try server.told("GET /collections", key: key)
            #expect(list == #"200 {"collections":[{"name":"docs"}]}"#)
            #expect(try server.told("GET /collections/other", key: key).hasPrefix("404 "))
            #expect(try server.told("DELETE /collections/docs", key: key).hasPrefix("403 "))
        }
    }
}
