import VectorStore

/// API keys under `/v1/`.
///
/// A key hands out no more than it has: that is checked by the engine, in the transaction.
enum KeyRoutes {
    static let all: [Route] = [
        Route(.get, "/v1/keys", .store(.admin), title: "All keys, without their texts") {
            request in
            .result(.list(try request.store.keys.all().map { json($0) }))
        },
        Route(
            .post,
            "/v1/keys",
            .anyKey,
            title: "Make a key; its text is in this answer and nowhere else",
            handler: create
        ),
        Route(.get, "/v1/keys/{key_id}", .store(.admin), title: "One key") { request in
            .result(json(try request.store.keys.find(request.path("key_id"))))
        },
        Route(
            .post,
            "/v1/keys/{key_id}/rotate",
            .anyKey,
            title: "Give a key another text",
            handler: rotate
        ),
        Route(
            .delete,
            "/v1/keys/{key_id}",
            .store(.admin),
            title: "Take a key back, and all that were made with it"
        ) { request in
            let revoked = try request.store.keys.revoke(request.path("key_id"))
            return .result(PlainJSON.members(["revoked": .list(revoked.map { json($0) })]))
        },
    ]

    private static let usualSpan = TimeSpan(seconds: 90 * 86_400)

    private static func create(_ request: RouteRequest) throws -> RouteAnswer {
        let object = try request.object("name", "scopes", "expires", "rate", "burst")
        var scopes: [KeyScope] = []
        for element in try object.required("scopes").array() {
            guard let scope = KeyScope(text: try element.requireString()) else {
                throw ServerError.invalid("scopes", "a scope is COLLECTION:VERB or *:VERB")
            }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        let key = KeyRequest(
            name: try object.required("name").requireString(),
            scopes: scopes,
            expires: try expiry(object),
            rate: try rate(object)
        )
        let issued = try request.store.keys.create(key, maker: request.caller.key)
        return .result(shown(issued), status: 201)
    }

    /// A span such as `90d` from now, a moment, or `never`.
    private static func expiry(_ object: JSONElement) throws -> Timestamp? {
        guard let text = try object.optional("expires")?.requireString() else {
            return Timestamp.now.adding(seconds: usualSpan.seconds)
        }
        if text == "never" { return nil }
        if let span = TimeSpan(text) { return Timestamp.now.adding(seconds: span.seconds) }
        guard let time = Timestamp(text) else {
            throw ServerError.invalid("expires", "expected never, a span such as 90d, or a moment")
        }
        return time
    }

    private static func rate(_ object: JSONElement) throws -> KeyRate? {
        let burst = try object.optional("burst")?.requireCount(most: KeyRate.countMax)
        guard let text = try object.optional("rate")?.requireString() else {
            guard burst == nil else { throw ServerError.invalid("burst", "it needs a rate") }
            return nil
        }
        guard let rate = KeyRate(text: text, burst: burst) else {
            throw ServerError.invalid("rate", "expected a rate such as 600/min")
        }
        return rate
    }

    private static func rotate(_ request: RouteRequest) throws -> RouteAnswer {
        let text = try request.object("overlap").optional("overlap")?.requireString() ?? "24h"
        guard let span = text == "0" ? TimeSpan(seconds: 0) : TimeSpan(text) else {
            throw ServerError.invalid("overlap", "expected a span such as 24h")
        }
        let issued = try request.store.keys.rotate(
            request.path("key_id"),
            overlapSeconds: span.seconds,
            maker: request.caller.key
        )
        guard let issued else { throw ServerError.internal("the key was not rotated") }
        return .result(shown(issued))
    }

    private static func shown(_ issued: IssuedKey) -> PlainJSON {
        .object([
            ("key", .text(issued.secret.reveal())), ("info", json(issued.info)),
        ])
    }

    private static func json(_ key: KeyInfo) -> PlainJSON {
        PlainJSON.members([
            "id": .text(key.id), "name": .text(key.name),
            "state": .text(key.state(at: .now).rawValue),
            "scopes": .list(key.scopes.map { .text($0.text) }), "created": .time(key.created),
            "expires": .time(key.expires), "revoked": .time(key.revoked),
            "overlap_ends": .time(key.overlapEnds), "rate": key.rate.map { .text($0.text) },
            "burst": key.rate.map { .count($0.burst) }, "parent": key.parent.map { .text($0) },
            "last_used": .time(key.lastUsed),
        ])
    }
}
