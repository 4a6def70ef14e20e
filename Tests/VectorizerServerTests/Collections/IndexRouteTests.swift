import Foundation
import Testing
import VectorStore
import VectorizerServer

/// Indexes on fields of payloads.
@Suite(.timeLimit(.minutes(60))) struct IndexRouteTests {
    private static let done = #"200 {"operation_id":N,"status":"completed"}"#
    private static let said = #"200 {"operation_id":N,"status":"acknowledged"}"#
    private static let path = "/collections/docs/index"

    private static func prepare(_ store: Store) throws {
        let name = try CollectionName("docs")
        try store.createCollection(
            name,
            configuration: CollectionConfiguration(dimension: 2)
        )
        var batch = PointBatch(dimension: 2)
        let payloads = [
            #"{"word":"x","n":1,"f":1.5,"b":true,"t":"2024-01-02T03:04:05Z","#
                + #""u":"0b54a9c3-0000-4000-8000-00000000000a","g":{"lon":1,"lat":2},"#
                + #""a":{"b":["p"]},"1a":"y"}"#,
            #"{"word":["x",2],"n":"1","f":2,"b":"true","t":"today","u":"x","g":[1]}"#, "{}",
        ]
        for (number, payload) in payloads.enumerated() {
            batch.append(id: try PointID("\(number)"), vector: [1, 1], payload: payload.utf8)
        }
        _ = try store.write(batch, to: name)
    }

    private static func index(_ field: String, _ schema: String) -> String {
        #"{"field_name":"\#(field)","field_schema":\#(schema)}"#
    }

    @Test("Each kind of index is shown with the number of points that have a value of its kind")
    func kinds() async throws {
        let kinds = [
            ("word", "keyword", 2), ("n", "integer", 1), ("f", "float", 2), ("b", "bool", 1),
            ("t", "datetime", 1), ("u", "uuid", 1), ("g", "geo", 1),
        ]
        try await withServer(prepare: Self.prepare) { server throws in
            for (field, kind, _) in kinds {
                let body = Self.index(field, "\"\(kind)\"")
                try server.expect("PUT \(Self.path)?wait=true", body, Self.done)
            }
            let schema = try server.object("GET /collections/docs")["payload_schema"]
            let fields = try #require(schema as? [String: [String: Any]])
            for (field, kind, count) in kinds {
                #expect(fields[field]?["data_type"] as? String == kind, "\(field)")
                #expect(fields[field]?["points"] as? Int == count, "\(field)")
            }
            #expect(fields.count == kinds.count)
            let indexed = try server.reopened().collection(CollectionName("docs")).indexedFields
            #expect(indexed.sorted() == ["b", "f", "n", "u", "word"])
        }
    }

    @Test("Parameters are told again, and a second request replaces the first one's")
    func parameters() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let text = #"{"type": "text", "tokenizer": "word", "lowercase": true}"#
            try server.expect("PUT \(Self.path)", Self.index("word", text), Self.said)
            var told = try server.told("GET /collections/docs")
            let shown =
                #""word":{"data_type":"text","params":{"type":"text","tokenizer":"word","#
                + #""lowercase":true},"points":2}"#
            #expect(told.contains(shown), "\(told)")
            try server.expect("PUT \(Self.path)", Self.index("word", #""keyword""#), Self.said)
            try server.expect("PUT \(Self.path)", Self.index("word", #""keyword""#), Self.said)
            told = try server.told("GET /collections/docs")
            #expect(told.contains(#""payload_schema":{"word":{"data_type":"keyword","points":2}}"#))
            let older = #"{"field_name":"n","field_type":"integer"}"#
            try server.expect("PUT \(Self.path)?wait=false", older, Self.said)
            #expect(try server.told("GET /collections/docs").contains(#""n":{"data_type":"int"#))
        }
    }

    @Test("Paths through arrays and odd names are indexed under the name that they were given")
    func paths() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            for (field, shown) in [
                ("a.b", "a.b"), ("a.b[]", "a.b[]"), (#"\"1a\""#, #"\"1a\""#), ("1a", "1a"),
                ("in", "in"),
            ] {
                try server.expect("PUT \(Self.path)", Self.index(field, #""keyword""#), Self.said)
                let told = try server.told("GET /collections/docs")
                let schema = told.components(separatedBy: #""payload_schema":"#).last ?? ""
                #expect(schema.contains(#""\#(shown)":{"data_type":"keyword""#), "\(schema)")
                #expect(schema.components(separatedBy: "data_type").count == 2, "\(schema)")
                let name = field.replacing("\\\"", with: "%22").replacing("[]", with: "%5B%5D")
                try server.expect("DELETE \(Self.path)/\(name)", nil, Self.said)
                let after = try server.told("GET /collections/docs")
                #expect(after.hasSuffix(#""payload_schema":{}}"#), "\(after)")
            }
            #expect(try server.reopened().collection(CollectionName("docs")).indexedFields == [])
        }
    }

    @Test("Indexes are removed, also those of the command line and those that are not there")
    func removal() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            _ = try server.store.createIndex(on: "n", in: CollectionName("docs"))
            try server.expect("DELETE \(Self.path)/n?wait=true", nil, Self.done)
            try server.expect("DELETE \(Self.path)/none", nil, Self.said)
            #expect(try server.reopened().collection(CollectionName("docs")).indexedFields == [])
            try server.expect("DELETE /collections/none/index/n", nil, "404 Not found: …")
        }
    }

    @Test("Requests for an index are checked, and a bad one changes nothing")
    func bad() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            try server.expect([
                ("PUT \(Self.path)", "{}", "400 Format error in JSON body: …"),
                (
                    "PUT \(Self.path)", #"{"field_name":"n"}"#,
                    "400 Bad request: field_schema or field_type must be given"
                ),
                ("PUT \(Self.path)", Self.index("n", #""number""#), "400 Format error …"),
                ("PUT \(Self.path)", Self.index("n", "{}"), "400 Format error …"),
                ("PUT \(Self.path)", Self.index("", #""integer""#), "400 Format error …"),
                ("PUT \(Self.path)", Self.index("a..b", #""integer""#), "400 Format error …"),
                (
                    "PUT \(Self.path)",
                    Self.index("n", #"{"type":"integer","lookup":false,"range":false}"#),
                    "422 Validation error in JSON body: …"
                ),
                (
                    "PUT \(Self.path)?ordering=odd", Self.index("n", #""integer""#),
                    "400 Deserialize error in query parameters: …"
                ),
                (
                    "PUT /collections/none/index", Self.index("n", #""integer""#),
                    "404 Not found: Collection `none` doesn't exist!"
                ),
            ])
            #expect(try server.told("GET /collections/docs").hasSuffix(#""payload_schema":{}}"#))
        }
    }
}
