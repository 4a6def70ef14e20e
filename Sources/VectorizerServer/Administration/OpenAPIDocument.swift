import VectorStore

/// The OpenAPI document, made from the routes themselves.
enum OpenAPIDocument {
    static let routes: [Route] = [
        Route(.get, "/openapi.json", .anyKey, title: "This document") { request in
            .json(json(request.server.routes.routes, version: request.server.version).bytes)
        },
        Route(.get, "/docs", .anyKey, title: "The routes, as a page") { request in
            var answer = RouteAnswer.text(
                DocumentPage.html(request.server.routes.routes, request.server.version),
                contentType: "text/html; charset=utf-8"
            )
            answer.headers.append(("content-security-policy", DocumentPage.policy))
            return answer
        },
    ]

    /// The document.
    static func json(_ routes: [Route], version: String) -> PlainJSON {
        var paths: [(name: String, value: [(name: String, value: PlainJSON)])] = []
        for route in routes {
            let method = (name: route.method.rawValue.lowercased(), value: operation(route))
            if let place = paths.firstIndex(where: { $0.name == route.template }) {
                paths[place].value.append(method)
            } else {
                paths.append((route.template, [method]))
            }
        }
        let scheme = PlainJSON.members([
            "type": .text("apiKey"), "in": .text("header"), "name": .text("api-key"),
        ])
        let bearer = PlainJSON.members(["type": .text("http"), "scheme": .text("bearer")])
        return PlainJSON.members([
            "openapi": .text("3.1.0"),
            "info": PlainJSON.members(["title": .text("vectorizer"), "version": .text(version)]),
            "paths": .object(paths.map { ($0.name, .object($0.value)) }),
            "components": PlainJSON.members([
                "securitySchemes": PlainJSON.members(["key": scheme, "bearer": bearer])
            ]),
        ])
    }

    private static func operation(_ route: Route) -> PlainJSON {
        let parameters = route.parameterNames.map { name in
            PlainJSON.members([
                "name": .text(name), "in": .text("path"), "required": .flag(true),
                "schema": PlainJSON.members(["type": .text("string")]),
            ])
        }
        return PlainJSON.members([
            "summary": .text(route.title), "x-access": .text(route.access.words),
            "parameters": parameters.isEmpty ? nil : .list(parameters),
            "requestBody": body(route),
            "security": route.access == .free
                ? nil
                : .list([
                    PlainJSON.members(["key": .list([])]),
                    PlainJSON.members(["bearer": .list([])]),
                ]),
            "responses": responses(route),
        ])
    }

    private static func body(_ route: Route) -> PlainJSON? {
        let type: String
        switch route.body {
        case .none: return nil
        case .json: type = AnswerText.jsonType
        case .upload: type = "multipart/form-data"
        }
        return .object([("content", .object([(type, .object([]))]))])
    }

    private static func responses(_ route: Route) -> PlainJSON {
        let codes =
            ["200": "done"].map { ($0.key, $0.value) }
            + (route.access == .free
                ? [] : [("401", "a valid key is needed"), ("403", "the key does not permit this")])
            + [("default", "what is wrong, in status.error")]
        return .object(
            codes.map { code, words in
                (code, PlainJSON.members(["description": .text(words)]))
            }
        )
    }
}

extension RouteAccess {
    /// Who may ask, in words.
    var words: String {
        switch self {
        case .free: "free"
        case .anyKey: "any key"
        case .store(let verb): "*:\(verb.rawValue)"
        case .collection(let verb): "COLLECTION:\(verb.rawValue)"
        }
    }
}
