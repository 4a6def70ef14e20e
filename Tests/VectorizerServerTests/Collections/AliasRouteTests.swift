import Testing
import VectorStore
import VectorizerServer

/// Other names of collections.
@Suite(.timeLimit(.minutes(60))) struct AliasRouteTests {
    private static let path = "POST /collections/aliases"

    private static func prepare(_ store: Store) throws {
        for name in ["a", "b"] {
            try store.createCollection(
                CollectionName(name),
                configuration: CollectionConfiguration(dimension: 2)
            )
        }
    }

    private static func create(_ alias: String, _ collection: String) -> String {
        #"{"create_alias":{"alias_name":"\#(alias)","collection_name":"\#(collection)"}}"#
    }

    private static func delete(_ alias: String) -> String {
        #"{"delete_alias":{"alias_name":"\#(alias)"}}"#
    }

    private static func rename(_ old: String, _ new: String) -> String {
        #"{"rename_alias":{"old_alias_name":"\#(old)","new_alias_name":"\#(new)"}}"#
    }

    private static func actions(_ actions: String...) -> String {
        #"{"actions":[\#(actions.joined(separator: ","))]}"#
    }

    @Test("Aliases are made, listed, turned, renamed and deleted, and stand for their collections")
    func life() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            try server.expect([
                ("GET /aliases", nil, #"200 {"aliases":[]}"#),
                (Self.path, Self.actions(Self.create("x", "a"), Self.create("y", "b")), "200 true"),
                (
                    "GET /aliases", nil,
                    #"200 {"aliases":[{"alias_name":"x","collection_name":"a"},"#
                        + #"{"alias_name":"y","collection_name":"b"}]}"#
                ),
                (
                    "GET /collections/x/aliases", nil,
                    #"200 {"aliases":[{"alias_name":"x","collection_name":"a"}]}"#
                ),
                ("GET /collections/x/exists", nil, #"200 {"exists":true}"#),
                (
                    "PUT /collections/x/points",
                    #"{"points":[{"id":1,"vector":[1,0],"payload":null}]}"#,
                    #"200 {"operation_id":N,"status":"acknowledged"}"#
                ),
                ("POST /collections/a/points/count", "{}", #"200 {"count":1}"#),
                (Self.path, Self.actions(Self.rename("x", "z"), Self.create("y", "a")), "200 true"),
                ("POST /collections/y/points/count", nil, #"200 {"count":1}"#),
                ("GET /collections/x", nil, "404 Not found: Collection `x` doesn't exist!"),
                (Self.path, Self.actions(Self.delete("y"), Self.delete("never")), "200 true"),
            ])
            let left = try server.reopened().aliases.all().map(\.name.text)
            #expect(left == ["z"])
        }
    }

    @Test("Several changes happen all or not at all")
    func together() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let first = Self.create("x", "a")
            try server.expect([
                (
                    Self.path, Self.actions(first, Self.create("y", "none")),
                    "404 Not found: Collection `none` doesn't exist!"
                ),
                (
                    Self.path, Self.actions(first, Self.create("b", "a")),
                    "409 Wrong input: Collection `b` already exists!"
                ),
                (
                    Self.path, Self.actions(first, Self.rename("none", "y")),
                    "404 Not found: Alias none does not exists!"
                ),
                (Self.path, Self.actions(first, "{}"), "400 Format error in JSON body: …"),
                (Self.path, Self.actions(first, #"{"drop":{}}"#), "400 Format error …"),
                (Self.path, Self.actions(first, Self.create("-", "a")), "422 Validation error …"),
                (Self.path, Self.actions(first, Self.create("c", "-")), "422 Validation error …"),
                (Self.path, "{}", "400 Format error in JSON body: …"),
                (Self.path, "[", "400 Format error in JSON body: …"),
                (Self.path + "?timeout=0", Self.actions(first), "422 Validation error …"),
                ("GET /aliases", nil, #"200 {"aliases":[]}"#),
                (Self.path, #"{"actions":[]}"#, "200 true"),
                ("GET /collections/none/aliases", nil, "404 Not found: …"),
            ])
        }
    }

    @Test("No collection takes the name of an alias, and none is removed by one")
    func names() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            try server.expect([
                (Self.path, Self.actions(Self.create("x", "a")), "200 true"),
                (
                    "PUT /collections/x", "{}",
                    "400 Wrong input: Can't create collection with name x. "
                        + "Alias with the same name exists"
                ),
                ("DELETE /collections/x", nil, "200 false"),
                ("GET /collections/a/exists", nil, #"200 {"exists":true}"#),
                ("DELETE /collections/a", nil, "200 true"),
                ("GET /aliases", nil, #"200 {"aliases":[]}"#),
            ])
        }
    }

    @Test("A key turns only aliases of collections that it manages, and to such")
    func scopes() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            try server.expect(Self.path, Self.actions(Self.create("of-b", "b")), "200 true")
            let key = try server.issue("a:admin", "a:read").secret.reveal()
            let reader = try server.issue("a:read").secret.reveal()
            try server.waitUntilKeysAreNeeded()
            func status(_ body: String, _ key: String) throws -> Int {
                try server.ask(Self.path, key: key, body: body).status
            }
            #expect(try status(Self.actions(Self.create("of-a", "a")), key) == 200)
            for body in [
                Self.create("y", "b"), Self.create("of-b", "a"), Self.delete("of-b"),
                Self.rename("of-b", "y"), Self.rename("of-a", "of-b"),
            ] {
                #expect(try status(Self.actions(body), key) == 404, "\(body)")
            }
            #expect(try status(Self.actions(Self.delete("of-a")), reader) == 403)
            let list = try server.told("GET /aliases", key: key)
            #expect(list == #"200 {"aliases":[{"alias_name":"of-a","collection_name":"a"}]}"#)
        }
    }
}
