import Dispatch
import Foundation
import Testing
import VectorStore
import VectorizerServer

extension TestServer {
    /// What an answer says: its status, and its `result` as it came or the error's sentence.
    ///
    /// The number of an operation is written as `N`.
    func told(_ line: String, _ body: String? = nil, key: String? = nil) throws -> String {
        let answer = try ask(line, key: key, body: body)
        let text = answer.text
        guard let start = text.range(of: #"{"result":"#),
            let end = text.range(of: #","status":"ok""#, options: .backwards)
        else { return "\(answer.status) \(try answer.error())" }
        let result = text[start.upperBound..<end.lowerBound]
        return "\(answer.status) "
            + result.replacing(#/"operation_id":[0-9]+/#, with: #""operation_id":N"#)
    }

    /// Expects what an answer says; one that ends in `…` is only how it begins.
    func expect(
        _ line: String,
        _ body: String? = nil,
        _ wanted: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let told = try told(line, body)
        let isRight =
            wanted.hasSuffix("…") ? told.hasPrefix(wanted.dropLast()) : told == wanted
        if !isRight {
            Issue.record(
                "\(line) \(body ?? "")\n  said \(told)\n  not  \(wanted)",
                sourceLocation: sourceLocation
            )
        }
    }

    /// Expects that each of several requests is answered so.
    func expect(
        _ table: [(line: String, body: String?, wanted: String)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for row in table {
            try expect(row.line, row.body, row.wanted, sourceLocation: sourceLocation)
        }
    }

    /// The `result` as an object.
    func object(_ line: String, _ body: String? = nil) throws -> [String: Any] {
        try #require(try ask(line, body: body).result() as? [String: Any])
    }

    /// The ids and scores of the points that a query is answered with.
    func hits(_ line: String, _ body: String) throws -> [(id: String, score: Double)] {
        let result = try ask(line, body: body).result()
        let points = (result as? [String: Any])?["points"] ?? result
        return try #require(points as? [[String: Any]]).map { point in
            ("\(point["id"] ?? "")", (point["score"] as? NSNumber)?.doubleValue ?? .nan)
        }
    }

    /// The ids of the points that are answered.
    func ids(_ line: String, _ body: String) throws -> [String] {
        try hits(line, body).map(\.id)
    }

    /// Waits until the server knows that there are keys, which takes half a second.
    func waitUntilKeysAreNeeded() throws {
        let deadline = DispatchTime.now() + 20
        while try ask("GET /collections").status != 401 {
            try #require(DispatchTime.now() < deadline, "keys are not needed")
        }
    }

    /// What another store, opened now, finds.
    func reopened() throws -> Store { try Store(path: store.path) }

    /// What a verification of everything finds.
    func findings() throws -> [String] {
        var problems: [String] = []
        _ = try reopened().verify(depth: .full, includesGraph: true) {
            problems.append($0.problem)
        }
        return problems
    }
}
