import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Over HTTP everything is answered as the engine's own API answers it.
@Suite(.timeLimit(.minutes(60))) struct DifferentialTests {
    private static let words = ["ab", "b", "c d", "ü", "E\\\"e"]

    /// A filter in the dialect and in the engine's own language.
    private struct Pair {
        let json: String
        let text: String
    }

    private static func leaf(_ random: inout SplitMix64) -> Pair {
        let number = Int(random.next() % 10)
        let word = words[Int(random.next() % 4)]
        switch random.next() % 7 {
        case 0:
            return Pair(json: #"{"key":"n","match":{"value":\#(number)}}"#, text: "n = \(number)")
        case 1:
            return Pair(json: #"{"key":"c","match":{"value":"\#(word)"}}"#, text: "c = '\(word)'")
        case 2:
            return Pair(
                json: #"{"key":"c","match":{"any":["\#(word)","b"]}}"#,
                text: "c in ('\(word)', 'b')"
            )
        case 3:
            return Pair(
                json: #"{"key":"n","range":{"gte":\#(number),"lt":8.5}}"#,
                text: "n >= \(number) and n < 8.5"
            )
        case 4: return Pair(json: #"{"is_empty":{"key":"c"}}"#, text: "not c exists")
        case 5:
            return Pair(json: #"{"key":"deep.b","match":{"value":true}}"#, text: "deep.b = true")
        default:
            return Pair(
                json: #"{"has_id":[\#(number),\#(number * 7),9999]}"#,
                text: "$id in ('\(number)', '\(number * 7)', '9999')"
            )
        }
    }

    private static func filter(_ random: inout SplitMix64, depth: Int = 0) -> Pair {
        guard depth < 3, random.next() % 3 > 0 else {
            let leaf = leaf(&random)
            return Pair(json: #"{"must":[\#(leaf.json)]}"#, text: "(\(leaf.text))")
        }
        let parts = (0..<(1 + random.next() % 3)).map { _ in filter(&random, depth: depth + 1) }
        let json = parts.map(\.json).joined(separator: ",")
        let texts = parts.map(\.text)
        switch random.next() % 3 {
        case 0:
            return Pair(
                json: #"{"must":[\#(json)]}"#,
                text: "(\(texts.joined(separator: " and ")))"
            )
        case 1:
            return Pair(
                json: #"{"should":[\#(json)]}"#,
                text: "(\(texts.joined(separator: " or ")))"
            )
        default:
            let none = texts.map { "not \($0)" }.joined(separator: " and ")
            return Pair(json: #"{"must_not":[\#(json)]}"#, text: "(\(none))")
        }
    }

    private static func payload(_ random: inout SplitMix64) -> String {
        var members: [String] = []
        if random.next() % 4 > 0 { members.append(#""n":\#(random.next() % 10)"#) }
        if random.next() % 4 > 0 { members.append(#""c":"\#(words[Int(random.next() % 5)])""#) }
        if random.next() % 3 > 0 { members.append(#""deep":{"b":\#(random.next() % 2 == 0)}"#) }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func vector(_ random: inout SplitMix64) -> String {
        let components = (0..<5).map { _ in "\(Float(Int64(random.next() % 4001) - 2000) / 1024)" }
        return "[" + components.joined(separator: ",") + "]"
    }

    @Test(
        "Random filters and queries find the same points with the same scores",
        arguments: [(Metric.cosine, "Cosine"), (.dot, "Dot"), (.euclidean, "Euclid")],
        [false, true]
    )
    func agreement(metric: (Metric, String), hasIndexes: Bool) async throws {
        try await withServer { server throws in
            var random = SplitMix64(seed: hasIndexes ? 77 : 78)
            let name = try CollectionName("docs")
            try PointSamples.make(server, #"{"vectors":{"size":5,"distance":"\#(metric.1)"}}"#)
            for round in 0..<3 {
                let points = (0..<100).map { number in
                    #"{"id":\#(round * 100 + number),"vector":\#(Self.vector(&random)),"#
                        + #""payload":\#(Self.payload(&random))}"#
                }
                try PointSamples.put(server, points.joined(separator: ","))
                if round == 1 { try server.store.maintenance.compact(name) }
            }
            for (field, kind) in [("n", "integer"), ("c", "keyword"), ("deep.b", "bool")]
            where hasIndexes {
                let body = #"{"field_name":"\#(field)","field_schema":"\#(kind)"}"#
                try server.expect("PUT /collections/docs/index", body, PointSamples.said)
            }
            let engine = try server.reopened()
            for _ in 0..<60 {
                let filter = Self.filter(&random)
                try Self.compare(server, engine, filter, Self.vector(&random))
            }
        }
    }

    private static func compare(
        _ server: TestServer,
        _ engine: Store,
        _ filter: Pair,
        _ vector: String
    ) throws {
        let path = "POST /collections/docs/points"
        let components = vector.dropFirst().dropLast().split(separator: ",").compactMap {
            Float($0)
        }
        let own = try PointFilter(parsing: filter.text)
        try engine.withReader(of: CollectionName("docs")) { reader in
            let count = try reader.count(own)
            try server.expect(
                path + "/count",
                #"{"filter":\#(filter.json)}"#,
                #"200 {"count":\#(count)}"#
            )
            var ids: [UInt64] = []
            try reader.forEachPoint(filter: own) {
                ids.append(UInt64($0.id.text) ?? .max)
                return true
            }
            let page = #"{"filter":\#(filter.json),"limit":1000,"with_payload":false}"#
            let points = ids.sorted().map { #"{"id":\#($0)}"# }.joined(separator: ",")
            try server.expect(
                path + "/scroll",
                page,
                #"200 {"points":[\#(points)],"next_page_offset":null}"#
            )
            let request = SearchRequest(
                vector: components,
                neighbourCount: 7,
                filter: own,
                effort: .exact
            )
            let hits = try reader.search(request)
            let found = try server.ask(
                path + "/query",
                body: #"{"query":\#(vector),"limit":7,"filter":\#(filter.json),"#
                    + #""params":{"exact":true}}"#
            )
            let answered = (try found.result() as? [String: Any])?["points"] as? [[String: Any]]
            #expect(
                answered?.map { "\($0["id"] ?? "")" } == hits.map(\.point.id.text),
                "\(filter.text)"
            )
            #expect(answered?.map { Float("\($0["score"] ?? "")") } == hits.map { $0.score })
        }
    }
}
