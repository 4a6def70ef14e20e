import TestSupport
import Testing
import VectorStore

@Suite("Every way to use a filter")
struct FilterWaysTests {
    /// A store with random payloads, a part of them in a segment.
    private struct Filtered {
        let test: TestStore
        let points: [TestPoint]
        let trees: [PayloadTree]

        init(_ random: inout SplitMix64, segmentCount: Int, tailCount: Int) throws {
            test = try TestStore()
            var points: [TestPoint] = []
            for number in 0..<segmentCount + tailCount {
                let vector = (0..<4).map { _ in Float.random(in: -1...1, using: &random) }
                let id = FilterWords.id(Int64(number))
                points.append(TestPoint(id: id, vector: vector, payload: random.payload()))
            }
            try test.store.put(Array(points[..<segmentCount]))
            _ = try test.store.compact(TestStore.collection)
            try test.store.put(Array(points[segmentCount...]))
            self.points = points
            trees = points.map { PayloadTree($0.payload) }
        }

        func ids(passing expression: FilterExpression) -> [String] {
            points.indices.filter { trees[$0].passes(expression, id: points[$0].id) }
                .map { points[$0].id }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    @Test(
        "Listing, counting, searching and changing agree, with an index and without",
        arguments: UInt64(0)..<8
    )
    func agreement(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let filtered = try Filtered(&random, segmentCount: 120, tailCount: 40)
        let expressions = (0..<20).map { _ in random.expression() }
        for expression in expressions { try check(filtered, expression) }
        for name in ["a", "b", "c.a", "\"\(FilterWords.names[3])\""] {
            _ = try filtered.test.store.createIndex(on: name, in: TestStore.collection)
        }
        for expression in expressions { try check(filtered, expression) }
    }

    private func check(_ filtered: Filtered, _ expression: FilterExpression) throws {
        let (store, name) = (filtered.test.store, TestStore.collection)
        let filter = PointFilter(expression)
        let expected = filtered.ids(passing: expression)
        let text = Comment(rawValue: expression.text)
        try store.withReader(of: name) { snapshot in
            #expect(try snapshot.count(filter) == expected.count, text)
            var listed: [String] = []
            try snapshot.forEachPoint(filter: filter) { point in
                listed.append(point.id.text)
                return true
            }
            #expect(listed == expected, text)
        }
        for effort in [SearchEffort.default, .exact] {
            // A snapshot of its own, as one that knows the filter would not test points again.
            try store.withReader(of: name) { snapshot in
                let found = try snapshot.search(
                    SearchRequest(
                        vector: [1, 0, 0, 0],
                        neighbourCount: filtered.points.count,
                        filter: filter,
                        effort: effort
                    )
                )
                #expect(Set(found.map(\.point.id.text)) == Set(expected), text)
                #expect(found.count == expected.count, text)
            }
        }
        let deleted = try store.delete(.filter(filter), from: name, dryRun: true)
        #expect(deleted.matchedCount == expected.count, text)
        let object = Array("{}".utf8)
        let changed = try store.setPayload(object, of: .filter(filter), in: name, dryRun: true)
        #expect(changed.matchedCount == expected.count, text)
    }

    @Test("Points are tested one by one in a large segment, by their ids as well")
    func keyed() throws {
        var random = SplitMix64(seed: 7)
        let vectors = (0..<12_000).map { _ in random.vector(8) }
        let indexed = try IndexedStore(vectors) { number, _ in
            #"{"n":\#(number),"rows":[{"k":\#(number % 3)},{"k":9}]}"#
        }
        for (filter, share) in [
            ("$id like '%1%' and n >= 0", { "p\($0)".contains("1") }),
            ("not ($id prefix 'p1' or n < 0)", { !"p\($0)".hasPrefix("p1") }),
            ("rows[0].k = 1 or rows[].k = 2", { $0 % 3 != 0 }),
        ] as [(String, (Int) -> Bool)] {
            let (hits, explanation) = try indexed.search(vectors[5], filter: filter)
            #expect(explanation.testedCount > 0, "\(filter)")
            let exact = try indexed.search(vectors[5], filter: filter, effort: .exact).hits
            #expect(hits.map(\.point.id) == exact.map(\.point.id), "\(filter)")
            let count = try indexed.test.store.withReader(of: TestStore.collection) {
                try $0.count(try PointFilter(parsing: filter))
            }
            #expect(count == (0..<12_000).count(where: share), "\(filter)")
        }
    }

    @Test("Lists longer than SQL takes variables find what is there", arguments: [false, true])
    func longLists(isIndexed: Bool) throws {
        let test = try TestStore()
        let points = (0..<50).map { number in
            TestPoint(
                id: "p\(number)",
                vector: [1, 0, 0, Float(number)],
                payload: #"{"n":\#(number * 1000),"t":["x\#(number)",\#(number)]}"#
            )
        }
        try test.store.put(points)
        if isIndexed {
            for field in ["n", "t"] {
                _ = try test.store.createIndex(on: field, in: TestStore.collection)
            }
        }
        let numbers = (1..<40_000).map(String.init).joined(separator: ",")
        let ids = (10..<40_000).map { "'p\($0)'" }.joined(separator: ",")
        let texts = (40..<20_000).map { "'x\($0)',\($0)" }.joined(separator: ",")
        for (filter, expected) in [
            ("n in (\(numbers))", 39), ("n not in (\(numbers))", 11),
            ("$id in (\(ids))", 40), ("$id in (\(ids)) and n in (\(numbers))", 30),
            ("$id not in (\(ids)) and n > 0", 9), ("t[] in (\(texts))", 10),
            ("t[] in (\(texts)) or n in (\(numbers))", 49),
        ] {
            let parsed = try PointFilter(parsing: filter)
            try test.store.withReader(of: TestStore.collection) { snapshot in
                #expect(try snapshot.count(parsed) == expected, "\(filter.prefix(20))")
                var listed = 0
                try snapshot.forEachPoint(filter: parsed) { _ in
                    listed += 1
                    return true
                }
                #expect(listed == expected, "\(filter.prefix(20))")
                let request = SearchRequest(
                    vector: [1, 0, 0, 0],
                    neighbourCount: 50,
                    filter: parsed
                )
                #expect(try snapshot.search(request).count == expected)
            }
            let deleted = try test.store.delete(
                .filter(parsed),
                from: TestStore.collection,
                dryRun: true
            )
            #expect(deleted.matchedCount == expected)
        }
    }

    // MARK: Fields that no point has

    private func missing(_ filter: String, in test: TestStore) throws -> MissingFields {
        try test.store.withReader(of: TestStore.collection) {
            try $0.missingFields(of: try PointFilter(parsing: filter))
        }
    }

    @Test("Fields that no point has are found out, with an index and without")
    func missingFields() throws {
        let test = try TestStore()
        #expect(try missing("id = 'x'", in: test).names.isEmpty)
        let payloads = [#"{"n":1,"o":{"p":null}}"#, #"{"rows":[{"k":1}]}"#, "{}"]
        try test.store.put(
            payloads.enumerated().map {
                TestPoint(id: "p\($0)", vector: [1, 0, 0, 0], payload: $1)
            }
        )
        for isIndexed in [false, true] {
            if isIndexed {
                for field in ["n", "id", "o.q"] {
                    _ = try test.store.createIndex(on: field, in: TestStore.collection)
                }
            }
            #expect(try missing("id = 'x' and n = 2", in: test).names == ["id"])
            let several = "o.p = 1 or o.q = 1 or m > 1 or m < 0"
            #expect(try missing(several, in: test).names == ["o.q", "m"])
            #expect(try missing("rows[].k = 3 and rows[1].k = 1", in: test).names == ["rows[1].k"])
            #expect(try missing("$id = 'x' and nothing exists", in: test).names.isEmpty)
            #expect(try missing("not (x = 1) or y is null", in: test).names == ["x", "y"])
            #expect(try missing("x", in: test).sampleCount == nil)
        }
    }
}
