import Foundation
import TestSupport
import Testing
import VectorStore

/// Random operations on a store and on a dictionary, which must stay the same.
@Suite("Sequences of operations")
struct OperationSequenceTests {
    private static let docs = TestStore.collection
    private static let dimension = 5

    @Test("A store is what a dictionary is after the same operations", arguments: UInt64(0)..<6)
    func sameAsModel(seed: UInt64) throws {
        let metric = Metric.allCases[Int(seed % 3)]
        let test = try TestStore(dimension: Self.dimension, metric: metric)
        var run = Run(store: test.store, random: SplitMix64(seed: seed), metric: metric)
        for step in 1...24 {
            try run.step()
            if step % 8 == 0 {
                try run.compare(with: test.reopened())
                #expect(try test.store.findings() == [], "step \(step)")
            }
        }
    }

    private struct Run {
        let store: Store
        var random: SplitMix64
        let metric: Metric
        var model: [String: TestPoint] = [:]
        var indexes: Set<String> = []

        mutating func step() throws {
            switch Int.random(in: 0..<14, using: &random) {
            case 0..<4: try write()
            case 4..<6: try delete()
            case 6: try deleteByFilter()
            case 7: try merge()
            case 8: try replace()
            case 9: try removeFields()
            case 10: try toggleIndex()
            case 11: try store.compact(rebuilds: Bool.random(using: &random))
            case 12: _ = try store.maintenance.compactIfDue(docs, threshold: 10)
            default: try refuse()
            }
        }

        private mutating func id() -> String { "p\(Int.random(in: 0..<40, using: &random))" }

        private mutating func payload() -> String {
            let n = Int.random(in: 0..<10, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: return "{}"
            case 1: return #"{"n":\#(n),"tags":["a","b\#(n)",\#(n)]}"#
            case 2: return #"{"n":"\#(n)","deep":{"n":\#(n)}}"#
            case 3: return #"{"n":\#(n),"flag":\#(n % 2 == 0)}"#
            case 4: return #"{"n":\#(n),"text":"\#(String(repeating: "long ", count: 400))"}"#
            default: return #"{"n":\#(n).5,"deep":null}"#
            }
        }

        private mutating func write() throws {
            var points: [TestPoint] = []
            for _ in 0..<Int.random(in: 1...15, using: &random) {
                points.append(
                    TestPoint(id: id(), vector: random.vector(dimension), payload: payload())
                )
            }
            let distinct = Set(points.map(\.id))
            let known = distinct.filter { model[$0] != nil }.count
            let result = try store.put(points)
            #expect(result.updatedCount == known)
            #expect(result.insertedCount == distinct.count - known)
            for point in points { model[point.id] = point }
        }

        /// A batch that fails at its end changes nothing.
        private mutating func refuse() throws {
            let good = TestPoint(id: id(), vector: random.vector(dimension), payload: payload())
            let bad = TestPoint(id: id(), vector: [Float](repeating: .infinity, count: dimension))
            #expect(throws: VectorStoreError.self) { try store.put([good, bad]) }
        }

        private mutating func delete() throws {
            let ids = (0..<Int.random(in: 1...6, using: &random)).map { _ in id() }
            let known = Set(ids.filter { model[$0] != nil })
            let selection = PointSelection.ids(ids.map(PointID.init(known:)))
            let preview = try store.delete(selection, from: docs, dryRun: true)
            #expect(preview.matchedCount == known.count && preview.changedCount == 0)
            let result = try store.delete(selection, from: docs)
            #expect(result.matchedCount == known.count && result.changedCount == known.count)
            for id in known { model[id] = nil }
        }

        private mutating func deleteByFilter() throws {
            let n = Int.random(in: 0..<10, using: &random)
            let gone = model.values.filter { $0.payload.hasPrefix(#"{"n":\#(n),"#) }
            let filter = try PointFilter(parsing: "n = \(n)")
            #expect(try store.delete(.filter(filter), from: docs).changedCount == gone.count)
            for point in gone { model[point.id] = nil }
        }

        /// Some points that are there.
        private mutating func known() -> [String] {
            model.keys.sorted().filter { _ in Bool.random(using: &random) }
        }

        private mutating func merge() throws {
            let ids = known()
            let member = #"{"extra":[1,"x"]}"#
            let selection = PointSelection.ids(ids.map(PointID.init(known:)))
            _ = try store.setPayload(Array(member.utf8), of: selection, in: docs)
            for id in ids {
                let payload = model[id]?.payload ?? ""
                guard !payload.contains("extra") else { continue }
                let open = payload == "{}" ? "{" : payload.dropLast() + ","
                model[id]?.payload = open + member.dropFirst()
            }
        }

        private mutating func replace() throws {
            let ids = known()
            let payload = payload()
            let selection = PointSelection.ids(ids.map(PointID.init(known:)))
            let different = ids.filter { model[$0]?.payload != payload }
            let result = try store.setPayload(
                Array(payload.utf8),
                replaces: true,
                of: selection,
                in: docs
            )
            #expect(result.matchedCount == ids.count && result.changedCount == different.count)
            for id in ids { model[id]?.payload = payload }
        }

        private mutating func removeFields() throws {
            let ids = known()
            let selection = PointSelection.ids(ids.map(PointID.init(known:)))
            let field = FieldPath(components: ["extra"])
            let having = ids.filter { model[$0]?.payload.contains("extra") == true }
            let result = try store.deletePayload(fields: [field], of: selection, in: docs)
            #expect(result.changedCount == having.count)
            for id in having {
                let payload = model[id]?.payload ?? ""
                model[id]?.payload =
                    payload
                    .replacingOccurrences(of: #","extra":[1,"x"]"#, with: "")
                    .replacingOccurrences(of: #""extra":[1,"x"]"#, with: "")
            }
        }

        private mutating func toggleIndex() throws {
            let field = ["n", "deep.n", "tags", "flag"].randomElement(using: &random) ?? "n"
            if indexes.remove(field) != nil {
                try store.dropIndex(on: field, in: docs)
            } else {
                indexes.insert(field)
                _ = try store.createIndex(on: field, in: docs)
            }
        }

        mutating func compare(with other: Store) throws {
            let expected = model.values.sorted { $0.id < $1.id }
            #expect(try other.allPoints() == expected)
            let info = try other.collection(docs)
            #expect(info.pointCount == model.count && info.unindexedPointCount <= model.count)
            #expect(Set(info.indexedFields) == indexes)
            let query = random.vector(dimension)
            SearchTests.check(
                try other.search(query, k: 7),
                query,
                k: 7,
                among: expected,
                metric
            )
            for filter in ["n = 3", "n > 4", "tags contains 'a'", "flag", "deep.n exists"] {
                let passing = try PointFilter(parsing: filter)
                let matcher = PayloadFilter(passing.expression)
                let points = try expected.filter {
                    try matcher.matches(Array($0.payload.utf8).span)
                }
                let count = try other.withReader(of: docs) { try $0.count(passing) }
                #expect(count == points.count, "\(filter)")
                let hits = try other.search(query, k: 4, filter: filter)
                SearchTests.check(hits, query, k: 4, among: points, metric)
            }
        }

        private var docs: CollectionName { OperationSequenceTests.docs }
        private var dimension: Int { OperationSequenceTests.dimension }
    }
}
