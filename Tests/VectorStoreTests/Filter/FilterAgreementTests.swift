import TestSupport
import Testing
import VectorStore

@Suite("Three ways to evaluate a filter")
struct FilterAgreementTests {
    @Test("A payload's bytes, its tree and SQL give the same answer", arguments: UInt64(0)..<40)
    func agreement(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let payloads = (0..<30).map { _ in random.payload() }
        let expressions = (0..<25).map { random.expression(richly: $0 % 2 == 0) }
        let fields = Set(expressions.flatMap(\.paths)).sorted { $0.description < $1.description }
        let indexed = Set(fields.filter { _ in random.chance(Int(seed % 5) * 25) })

        let database = try FilterDatabase()
        for (key, payload) in payloads.enumerated() {
            try database.insert(payload, key: Int64(key), indexing: indexed)
        }
        let trees = payloads.map { PayloadTree($0) }
        for expression in expressions {
            let expected = trees.indices.filter {
                trees[$0].passes(expression, id: FilterWords.id(Int64($0)))
            }
            let filter = PayloadFilter(expression)
            let matched = try payloads.indices.filter { key in
                let bytes = Array(payloads[key].utf8)
                let id = Array(FilterWords.id(Int64(key)).utf8)
                return try filter.matches(bytes.span, id: id.span)
            }
            #expect(matched == expected, "\(expression.text)")

            let plan = FilterPlan(expression, indexedFields: indexed, collection: 7)
            #expect(try database.keys(plan) == expected.map { Int64($0) }, "\(expression.text)")
            let unindexed = FilterPlan(expression, indexedFields: nil, collection: 7)
            #expect(try database.keys(unindexed) == expected.map { Int64($0) })
            #expect(unindexed.condition.hasPrefix("payload_matches(?, p.payload"))
            if let keys = plan.indexedKeys {
                let found = try database.integers(keys.sql, keys.arguments).sorted()
                let all = Array(trees.indices)
                let wanted = keys.isComplement ? all.filter { !expected.contains($0) } : expected
                #expect(found == wanted.map { Int64($0) }, "\(expression.text)")
                let count = try database.integers(keys.countSQL, keys.arguments)
                #expect(count == [Int64(wanted.count)])
            }
        }
    }

    @Test("A filter reads back from its text", arguments: UInt64(0)..<40)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let expression = random.expression()
            #expect(try FilterExpression(parsing: expression.text) == expression)
        }
    }

    @Test("Deleting a payload's entries leaves nothing of it", arguments: UInt64(0)..<20)
    func deletion(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let database = try FilterDatabase()
        let fields = Set((0..<10).map { _ in random.field() })
        let payloads = (0..<20).map { _ in random.payload() }
        for (key, payload) in payloads.enumerated() {
            try database.insert(payload, key: Int64(key), indexing: fields)
        }
        for (key, payload) in payloads.enumerated() {
            try database.deleteEntries(of: payload, key: Int64(key), fields: fields)
        }
        #expect(try database.integers("SELECT count(*) FROM index_7") == [0])
    }

    @Test(
        "A damaged payload that is one still gets its own answer; any other never traps",
        arguments: UInt64(0)..<40
    )
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var counts = (sound: 0, refused: 0)
        for _ in 0..<40 {
            var bytes = Array(random.payload().utf8)
            if random.chance(50) {
                bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            }
            let fields = [random.field(), random.field()]
            let expression = random.expression()
            let filter = PayloadFilter(expression)
            let other = Array("{\"a\":1}".utf8)
            let isSound = Self.isSound(bytes)
            let refused = [
                wasRefused(bytes) { try filter.matches(bytes.span) },
                wasRefused(bytes) {
                    try PayloadIndex.entries(forField: fields[0], payload: bytes.span)
                },
                wasRefused(bytes) { try PayloadEditing.members(of: bytes.span) },
                wasRefused(bytes) {
                    try PayloadEditing.projection(of: bytes.span, fields: fields)
                },
                wasRefused(bytes) {
                    try PayloadEditing.removing(fields: fields, from: bytes.span)
                },
                wasRefused(bytes) { try PayloadEditing.merging(bytes.span, with: other.span) },
                wasRefused(bytes) { try PayloadEditing.merging(other.span, with: bytes.span) },
            ]
            counts.refused += refused.count { $0 }
            guard isSound else { continue }
            counts.sound += 1
            #expect(!refused.contains(true), "\(String(decoding: bytes, as: UTF8.self))")
            let tree = PayloadTree(String(decoding: bytes, as: UTF8.self))
            #expect(try filter.matches(bytes.span) == tree.passes(expression))
        }
        #expect(counts.sound > 0 && counts.refused > 0)
    }

    /// Whether the bytes are a payload as it may be stored: an object that can't be made shorter.
    private static func isSound(_ bytes: [UInt8]) -> Bool {
        var minifier = JSONMinifier()
        var minified: [UInt8] = []
        do throws(JSONError) {
            try minifier.minify(bytes.span, into: &minified)
            return minified == bytes && bytes.first == UInt8(ascii: "{")
        } catch {
            return false
        }
    }

    /// Whether a payload was refused, at a place that is in it.
    private func wasRefused<Value>(_ payload: [UInt8], _ body: () throws -> Value) -> Bool {
        do {
            _ = try body()
            return false
        } catch let error as MalformedPayloadError {
            #expect((0...max(payload.count, 7)).contains(error.offset))
            return true
        } catch {
            Issue.record("\(error)")
            return true
        }
    }
}

extension FilterExpression {
    /// The paths of which an index can answer something.
    fileprivate var paths: [FieldPath] {
        switch self {
        case .and(let terms), .or(let terms): return terms.flatMap(\.paths)
        case .not(let term): return term.paths
        default:
            guard case .payload(let steps) = field else { return [] }
            let names = steps.prefix { if case .member = $0 { true } else { false } }
            return [
                FieldPath(
                    components: names.map { step in
                        guard case .member(let name) = step else { return "" }
                        return String(decoding: name, as: UTF8.self)
                    }
                )
            ]
        }
    }
}
