import Testing
import VectorizerServer

@Suite("Collections, aliases, indexes and parameters")
struct CollectionRequestTests {
    private func create(_ text: String) throws -> CreateCollectionRequest {
        try CreateCollectionRequest(try request(text), limits: RequestLimits())
    }

    @Test("One field without a name, several with names, or none")
    func fields() throws {
        let single = try create(
            #"""
            {"vectors":{"size":4,"distance":"Dot","hnsw_config":{"m":8}},
            "hnsw_config":{"ef_construct":123},
            """#
                + #"""
                "wal_config":{ "wal_capacity_mb" : 1 },"replication_factor":1,
                "on_disk_payload":true,
                """#
                + #""shard_number":null,"metadata":{"owner":"kit"},"unknown":1}"#
        )
        #expect(single.dense.map(\.name) == [""])
        #expect(!single.isNamed)
        #expect(single.dense[0].dimension == 4)
        #expect(single.dense[0].distance == .dot)
        #expect(single.dense[0].graph.neighbourCount == 8)
        #expect(single.graph.constructionEF == 123)
        #expect(single.settings["wal_config"] == Array(#"{"wal_capacity_mb":1}"#.utf8))
        #expect(single.settings["metadata"] == Array(#"{"owner":"kit"}"#.utf8))
        #expect(
            single.settings.members.map(\.name) == [
                "hnsw_config", "wal_config", "replication_factor", "on_disk_payload", "metadata",
            ]
        )
        let named = try create(
            #"""
            {"vectors":{"":{"size":4,"distance":"Cosine"},"size":{"size":3,
            "distance":"Euclid"}},
            """#
                + #""sparse_vectors":{"words":{}}}"#
        )
        #expect(named.dense.map(\.name) == ["", "size"])
        #expect(named.isNamed)
        #expect(named.sparse.map(\.name) == ["words"])
        let none = try create("{}")
        #expect(none.dense.isEmpty)
        #expect(try create(#"{"vectors":{}}"#).dense.isEmpty)
    }

    @Test(
        "Collections against the rules",
        arguments: [
            (
                #"{"vectors":{"size":0,"distance":"Dot"}}"#, 422,
                """
                Validation error in JSON body: [vectors.size: value 0 invalid, must be from 1 \
                to 4096]
                """
            ),
            (
                #"{"vectors":{"size":4097,"distance":"Dot"}}"#, 422,
                """
                Validation error in JSON body: [vectors.size: value 4097 invalid, must be from \
                1 to 4096]
                """
            ),
            (
                #"{"vectors":{"a":{"size":0,"distance":"Dot"}}}"#, 422,
                """
                Validation error in JSON body: [vectors.?.size: value 0 invalid, must be from 1 \
                to 4096]
                """
            ),
            (
                #"{"hnsw_config":{"ef_construct":0}}"#, 422,
                """
                Validation error in JSON body: [hnsw_config.ef_construct: value 0 invalid, must \
                be 4 or larger]
                """
            ),
            (
                #"{"replication_factor":0}"#, 422,
                """
                Validation error in JSON body: [replication_factor: value 0 invalid, must be 1 \
                or larger]
                """
            ),
            (
                #"{"vectors":{"a":{"size":2,"distance":"Dot"}},"sparse_vectors":{"a":{}}}"#, 400,
                """
                Wrong input: Dense and sparse vector names must be unique - duplicate found \
                with 'a'
                """
            ),
            (
                #"{"sparse_vectors":{"":{}}}"#, 400,
                "Wrong input: Sparse vector name cannot be empty"
            ),
            (
                #"{"sparse_vectors":{"a":{"modifier":"idf"}}}"#, 400,
                "Bad request: sparse vectors with IDF are not supported"
            ),
            (
                #"""
                {"vectors":{"size":4,"distance":"Dot",
                "multivector_config":{"comparator":"max_sim"}}}
                """#,
                400,
                "Bad request: multivectors are not supported"
            ),
        ]
    )
    func rules(text: String, status: Int, message: String) throws {
        let error = try refusal(text) { try CreateCollectionRequest($0, limits: RequestLimits()) }
        #expect(error == RequestError(status: status, message: message))
    }

    @Test(
        "Malformed collections",
        arguments: [
            ("[]", 400), (#"{"vectors":7}"#, 400), (#"{"vectors":{"size":4}}"#, 400),
            (#"{"vectors":{"size":-4,"distance":"Dot"}}"#, 400),
            (#"{"vectors":{"size":4.5,"distance":"Dot"}}"#, 400),
            (#"{"vectors":{"size":4,"distance":"dot"}}"#, 400),
            (#"{"replication_factor":-1}"#, 400),
            (#"{"write_consistency_factor":4294967296}"#, 400), (#"{"shard_number":"1"}"#, 400),
            (#"{"wal_config":7}"#, 400), (#"{"on_disk_payload":1}"#, 400),
            (#"{"vectors":{"a/b":{"size":1,"distance":"Dot"}}}"#, 422),
            (#"{"vectors":{"size":4,"distance":"Dot","datatype":"turbo4"}}"#, 400),
            (#"{"sparse_vectors":{"a":{"modifier":"x"}}}"#, 400), (#"{"metadata":[]}"#, 400),
        ]
    )
    func malformed(text: String, status: Int) throws {
        let error = try refusal(text) { try CreateCollectionRequest($0, limits: RequestLimits()) }
        #expect(error?.status == status, "\(error?.message ?? "accepted")")
    }

    @Test("Changes of collections")
    func updates() throws {
        let change = try UpdateCollectionRequest(
            try request(
                #"{"vectors":{"a":{"hnsw_config":{"m":32}}},"quantization_config":"Disabled","#
                    + #"""
                    "sparse_vectors":{"s":{"index":{"on_disk":true}}},
                    "optimizers_config":{"x":1}}
                    """#
            )
        )
        #expect(change.dense.map(\.name) == ["a"])
        #expect(change.dense[0].graph.neighbourCount == 32)
        #expect(change.sparse[0].json == Array(#"{"index":{"on_disk":true}}"#.utf8))
        #expect(change.settings["quantization_config"] == Array(#""Disabled""#.utf8))
        #expect(try refusal(#"{"vectors":[]}"#) { try UpdateCollectionRequest($0) }?.status == 400)
        #expect(try UpdateCollectionRequest(try request("{}")).settings.members.isEmpty)
    }

    @Test("Aliases")
    func aliases() throws {
        let actions = try AliasOperation.list(
            try request(
                #"{"actions":[{"create_alias":{"collection_name":"c","alias_name":"a"}},"#
                    + #"{"delete_alias":{"alias_name":"a"}},"#
                    + #"{"rename_alias":{"old_alias_name":"a","new_alias_name":"b"}}]}"#
            ),
            limits: RequestLimits()
        )
        #expect(
            actions == [
                .create(alias: "a", collection: "c"), .delete(alias: "a"),
                .rename(from: "a", to: "b"),
            ]
        )
        for text in [
            "{}", #"{"actions":[{}]}"#, #"{"actions":[{"create_alias":{}}]}"#, #"{"actions":7}"#,
        ] {
            let error = try refusal(text) { try AliasOperation.list($0, limits: RequestLimits()) }
            #expect(error?.status == 400)
        }
    }

    @Test("Indexes of all kinds, short or with parameters")
    func indexes() throws {
        for kind in CreateIndexRequest.Kind.allCases {
            let short = try CreateIndexRequest(
                try request(#"{"field_name":"a.b[]","field_schema":"\#(kind.rawValue)"}"#)
            )
            #expect(short.kind == kind)
            #expect(short.field == "a.b[]")
            #expect(short.parameters == nil)
            let long = try CreateIndexRequest(
                try request(
                    #"""
                    {"field_name":"a","field_schema":{"type":"\#(kind.rawValue)",
                    "on_disk":null}}
                    """#
                )
            )
            #expect(long.kind == kind)
            #expect(long.parameters != nil)
        }
        let off = try refusal(
            #"{"field_name":"a","field_schema":{"type":"integer","lookup":false,"range":false}}"#
        ) { try CreateIndexRequest($0) }
        #expect(off?.status == 422)
        #expect(
            off?.message.contains(
                "Validation error: the 'lookup' and 'range' capabilities can't be both disabled"
            ) == true
        )
        for text in [
            "{}", #"{"field_name":"a"}"#, #"{"field_name":"a","field_schema":"date"}"#,
            #"{"field_name":"a..b","field_schema":"keyword"}"#,
            #"{"field_name":"a","field_schema":{}}"#,
        ] {
            #expect(try refusal(text) { try CreateIndexRequest($0) }?.status == 400)
        }
    }

    @Test("Where to recover from")
    func recovery() throws {
        let recover = try RecoverRequest(
            try request(#"{"location":"file:///a","checksum":"AB","priority":"replica"}"#)
        )
        #expect(recover.location == "file:///a")
        #expect(recover.checksum == "ab")
        #expect(try refusal("{}") { try RecoverRequest($0) }?.status == 400)
        #expect(
            try refusal(#"{"location":"x","priority":"y"}"#) { try RecoverRequest($0) }?.status
                == 400
        )
    }

    @Test("Parameters of addresses")
    func parameters() throws {
        func read(_ values: [String: String]) throws(RequestError) -> RequestParameters {
            try RequestParameters { values[$0] }
        }
        #expect(try read([:]).waits == nil)
        #expect(try read(["wait": "true"]).waits == true)
        #expect(try read(["wait": "false", "timeout": "5"]).timeout == 5)
        #expect(try read(["timeout": "18446744073709551615"]).timeout == Int.max)
        _ = try read(["ordering": "weak", "consistency": "majority"])
        _ = try read(["consistency": "2"])
        for values in [
            ["wait": "yes"], ["wait": ""], ["wait": "1"], ["ordering": "fast"],
            ["consistency": "some"],
            ["consistency": "0"], ["consistency": "-1"], ["timeout": "-1"], ["timeout": "x"],
            ["timeout": "1.5"],
        ] {
            let error = #expect(throws: RequestError.self) { try read(values) }
            #expect(error?.status == 400)
            #expect(error?.message.hasPrefix("Deserialize error in query parameters: ") == true)
        }
        let zero = #expect(throws: RequestError.self) { try read(["timeout": "0"]) }
        #expect(zero?.status == 422)
        #expect(zero?.message.contains("timeout: value 0 invalid") == true)
    }
}
