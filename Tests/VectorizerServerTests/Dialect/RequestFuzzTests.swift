import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Bodies that are right or nearly so, read as every kind of request.
///
/// `VECTORIZER_FUZZ=10000000` asks for so many bodies instead of a few thousand.
@Suite("Requests that were damaged")
struct RequestFuzzTests {
    private static let bodyCount =
        ProcessInfo.processInfo.environment["VECTORIZER_FUZZ"].flatMap { Int($0) } ?? 4000
    private static let seedCount: UInt64 = 8

    private static let bodies = [
        #"{"points":[{"id":1,"vector":[0.1,2e-3,-4],"payload":{"a":[1,{"b":null}]}}]}"#,
        #"{"batch":{"ids":[1,"550e8400e29b41d4a716446655440000"],"vectors":{"a":[[1],[2]]}}}"#,
        #"{"operations":[{"upsert":{"points":[]}},{"delete":{"points":[1]}}]}"#,
        #"{"payload":{"x":1.0},"points":[1,2],"key":"a.b[0].\"c d\""}"#,
        #"{"keys":["a","b[].c"],"filter":{"must":[{"has_id":[1]}]},"vector":["a"],"ids":[1]}"#,
        #"{"query":{"nearest":[1,2],"mmr":{"diversity":0.5}},"limit":5,"with_payload":["a"]}"#,
        #"""
        {"prefetch":[{"query":7},{"query":{"indices":[1],"values":[2]}}],
        "query":{"fusion":"rrf"}}
        """#,
        #"""
        {"points":[{"id":1,"vector":[1]}],"update_mode":"insert_only",
        "update_filter":{"must":{"has_id":[1]}},"sample":5,"using":"a"}
        """#,
        #"""
        {"prefetch":{"query":[1]},"query":{"formula":{"sum":["$score[0]",{"mult":[2,"a.b"]},
        {"div":{"left":1,"right":{"abs":{"neg":3}},"by_zero_default":0}},
        {"key":"t","match":{"value":1}}]},"defaults":{"a.b":1}}}
        """#,
        #"""
        {"prefetch":{"query":[1]},"query":{"formula":{"gauss_decay":{"x":{"datetime_key":"d"},
        "target":{"datetime":"2020-01-01T00:00:00Z"},"scale":2,"midpoint":0.25}}}}
        """#,
        #"{"query":{"recommend":{"positive":[1],"negative":[[1,2]]}},"group_by":"a","limit":3}"#,
        #"""
        {"filter":{"should":{"key":"a","range":{"gte":1}},"min_should":{"conditions":[],
        "min_count":1}}}
        """#,
        #"""
        {"filter":{"must":[{"nested":{"key":"a",
        "filter":{"must_not":[{"is_empty":{"key":"b"}}]}}}]}}
        """#,
        #"""
        {"filter":{"must":{"key":"a","match":{"any":["x","y"]},"values_count":{"lt":3}}},
        "key":"a"}
        """#,
        #"""
        {"vectors":{"a":{"size":4,"distance":"Dot"}},"sparse_vectors":{"s":{}},
        "hnsw_config":{"m":8}}
        """#,
        #"{"actions":[{"create_alias":{"collection_name":"c","alias_name":"a"}}],"searches":[{}]}"#,
        #"""
        {"field_name":"a.b","field_schema":{"type":"integer","range":true},
        "location":"file:///x"}
        """#,
        #"""
        {"vector":{"name":"a","vector":[1,2]},"limit":3,"order_by":{"key":"n","start_from":1.5}}
        """#,
    ]

    private static let pieces = [
        """
        [", "]", "{", "}", ",", ":", "\"", "null", "true", "-1", "1e400", "0", \
        "18446744073709551616
        """,
        """
        \"a\"", "[]", "{}", "\\u0000", "\\ud83d", "\u{FFFF}", " ", "1.5", "\"must\":", \
        "\"key\":\"a\",
        """,
    ]

    private static let limits = RequestLimits()

    private static let readers: [@Sendable (JSONElement) throws -> Void] = [
        { _ = try UpdateOperation.upsert($0, limits: limits) },
        { _ = try UpdateOperation.delete($0, limits: limits) },
        { _ = try UpdateOperation.setPayload($0, limits: limits) },
        { _ = try UpdateOperation.overwritePayload($0, limits: limits) },
        { _ = try UpdateOperation.deletePayload($0, limits: limits) },
        { _ = try UpdateOperation.clearPayload($0, limits: limits) },
        { _ = try UpdateOperation.updateVectors($0, limits: limits) },
        { _ = try MatrixRequest($0, limits: limits) },
        { _ = try UpdateOperation.deleteVectors($0, limits: limits) },
        { _ = try UpdateOperation.batch($0, limits: limits) },
        { _ = try QueryRequest($0, limits: limits) },
        { _ = try QueryRequest(older: $0, limits: limits) },
        { _ = try GroupsRequest($0, limits: limits) },
        { _ = try RetrieveRequest($0, limits: limits) },
        { _ = try ScrollRequest($0, limits: limits) },
        { _ = try FacetRequest($0, limits: limits) },
        { _ = try CreateCollectionRequest($0, limits: limits) },
        { _ = try UpdateCollectionRequest($0) },
        { _ = try AliasOperation.list($0, limits: limits) },
        { _ = try CreateIndexRequest($0) },
        { _ = try RecoverRequest($0) },
        { body in
            guard let filter = try CountRequest(body, limits: limits).filter else { return }
            let payload = Array(#"{"a":[1,{"b":null},"x"],"c":{"d":2.5}}"#.utf8)
            _ = try PayloadFilter(filter).matches(payload.span, id: Array("1".utf8).span)
            let indexed: Set<FieldPath> = [FieldPath(components: ["a"])]
            _ = FilterPlan(filter, indexedFields: indexed, collection: 1)
        },
    ]

    @Test("They are answered or refused, and never trap", arguments: 0..<seedCount)
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<Self.bodyCount / Int(Self.seedCount) {
            let bytes = random.damaged(Array(random.pick(Self.bodies).utf8), Self.pieces)
            let body: JSONElement
            do throws(JSONSyntaxError) {
                body = try JSONDocument(parsing: bytes).root
            } catch {
                #expect(error.line >= 1 && error.column >= 1)
                continue
            }
            for reader in Self.readers {
                do {
                    try reader(body)
                } catch let error as RequestError {
                    #expect([400, 422].contains(error.status))
                }
            }
        }
    }
}

extension SplitMix64 {
    /// A text with a few bytes changed and a few pieces put in, taken out or doubled.
    fileprivate mutating func damaged(_ whole: [UInt8], _ pieces: [String]) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 0...4, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &self))
            switch Int.random(in: 0..<5, using: &self) {
            case 0 where place < bytes.count: bytes[place] = self.bytes(1)[0]
            case 1: bytes.insert(contentsOf: pick(pieces).utf8, at: place)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.replaceSubrange(place..<end, with: pick(pieces).utf8)
            default: bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }
}
