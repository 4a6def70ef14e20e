import Testing
import VectorizerServer

/// Finding routes.
@Suite struct RouteTableTests {
    private static func route(_ method: RequestMethod, _ template: String) -> Route {
        Route(method, template, .free, title: template) { _ in .text(template) }
    }

    private let table = RouteTable([
        route(.get, "/"),
        route(.get, "/collections"),
        route(.get, "/collections/{collection_name}"),
        route(.put, "/collections/{collection_name}"),
        route(.post, "/collections/aliases"),
        route(.get, "/collections/{collection_name}/points/{id}"),
        route(.post, "/collections/{collection_name}/points/scroll"),
    ])

    private func found(_ method: RequestMethod?, _ target: String) -> String {
        guard let parts = PathSegments.split(target) else { return "none" }
        return switch table.match(method, parts.segments) {
        case .route(let route, let values):
            route.template + (values.isEmpty ? "" : " " + values.joined(separator: "|"))
        case .otherMethods(let methods): methods.map(\.rawValue).joined(separator: ",")
        case .nothing: "none"
        }
    }

    @Test(
        "A path leads to its route, with its parameters decoded",
        arguments: [
            ("/", "/"), ("/collections", "/collections"), ("/collections/", "/collections"),
            ("/collections/docs", "/collections/{collection_name} docs"),
            ("/collections/docs?wait=true", "/collections/{collection_name} docs"),
            ("/collections/a%2Eb", "/collections/{collection_name} a.b"),
            ("/collections/d/points/7", "/collections/{collection_name}/points/{id} d|7"),
            ("/collections/d/points/%C3%A9", "/collections/{collection_name}/points/{id} d|é"),
            ("/collections/a%2526", "/collections/{collection_name} a%26"),
        ]
    )
    func finding(target: String, expected: String) {
        #expect(found(.get, target) == expected)
    }

    @Test("A part that is written out wins over a parameter, and a parameter takes the rest")
    func precedence() {
        #expect(found(.post, "/collections/aliases") == "/collections/aliases")
        #expect(found(.get, "/collections/aliases") == "/collections/{collection_name} aliases")
        #expect(
            found(.get, "/collections/d/points/scroll")
                == "/collections/{collection_name}/points/{id} d|scroll"
        )
    }

    @Test("A known path with another method names the methods that it takes")
    func otherMethods() {
        #expect(found(.delete, "/collections/docs") == "GET,PUT")
        #expect(found(nil, "/collections") == "GET")
    }

    @Test(
        "What could lead elsewhere is no path",
        arguments: [
            "", "collections", "*", "http://other/collections", "//collections", "/collections//x",
            "/collections/..", "/collections/.", "/collections/%2e%2e", "/collections/a%2fb",
            "/collections/a%00b", "/collections/a%5Cb", "/collections/a\\b", "/collections/%",
            "/collections/%4", "/collections/%zz", "/collections/%ff", "/collections/%0a", "/none",
            "/collections/%2e%2e/collections", "/collections/\u{7f}",
        ]
    )
    func noPath(target: String) {
        #expect(found(.get, target) == "none")
    }

    @Test("A target of more than 16 KiB is no path")
    func longTarget() {
        #expect(found(.get, "/collections/" + String(repeating: "a", count: 16 << 10)) == "none")
    }

    @Test("Query parameters are decoded, the last one of a name counts, broken ones are left out")
    func query() throws {
        let query = QueryParameters("wait=true&wait=false&a=b+c%26&broken=%zz&timeout=7&empty=&x")
        #expect(query["wait"] == "false" && query["a"] == "b c&" && query["broken"] == nil)
        #expect(query["empty"] == "" && query["x"] == "")
        #expect(try query.number("timeout") == 7)
        #expect(try query.flag("wait", default: true) == false)
        #expect(try query.flag("none", default: true))
        #expect(throws: ServerError.self) { try query.flag("a", default: true) }
        #expect(throws: ServerError.self) { try query.number("a") }
        #expect(throws: ServerError.self) { try QueryParameters("n=-1").number("n") }
        #expect(throws: ServerError.self) {
            try QueryParameters("n=99999999999999999999").number("n")
        }
    }
}
