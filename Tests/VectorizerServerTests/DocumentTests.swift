import Foundation
import Testing
import VectorizerServer

/// The OpenAPI document and the page.
@Suite(.timeLimit(.minutes(60))) struct DocumentTests {
    private typealias Object = [String: Any]

    @Test("The document names every route with who may ask, and no other")
    func document() async throws {
        try await withServer { server throws in
            let answer = try server.ask("GET /openapi.json")
            #expect(answer.header("content-type") == "application/json")
            let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? Object
            #expect(object?["openapi"] as? String == "3.1.0")
            let paths = try #require(object?["paths"] as? [String: Object])
            var told: Set<String> = []
            for (path, methods) in paths {
                for (method, operation) in methods {
                    told.insert("\(method.uppercased()) \(path)")
                    let facts = operation as? Object
                    #expect(facts?["summary"] as? String != "")
                    let names = (facts?["parameters"] as? [Object])?.compactMap {
                        $0["name"] as? String
                    }
                    for name in names ?? [] { #expect(path.contains("{\(name)}")) }
                }
            }
            let routes = Set(AllRoutes.list.map { "\($0.method.rawValue) \($0.template)" })
            #expect(told == routes)
            #expect(routes.count == AllRoutes.list.count)
        }
    }

    @Test("The page needs nothing from elsewhere, and may not be framed")
    func page() async throws {
        try await withServer { server throws in
            let answer = try server.ask("GET /docs")
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            let policy = try #require(answer.header("content-security-policy"))
            #expect(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
            )
            for word in ["http://", "https://", "src=", "<script", "<style", "style="] {
                #expect(!answer.text.contains(word), "\(word)")
            }
            for route in AllRoutes.list { #expect(answer.text.contains(route.template)) }
        }
    }
}
