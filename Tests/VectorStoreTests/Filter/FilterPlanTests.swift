import Testing
import VectorStore

@Suite("Filters in SQL")
struct FilterPlanTests {
    private let indexed: Set<FieldPath> = [
        FieldPath(components: ["a"]), FieldPath(components: ["b"]),
    ]

    private func plan(_ text: String) throws -> FilterPlan {
        FilterPlan(
            try FilterExpression(parsing: text),
            indexedFields: indexed,
            collection: 7
        )
    }

    @Test(
        "Every condition on an indexed field is answered without payloads",
        arguments: [
            "a = 1", "a != 'x'", "a < 2", "a <= 'x'", "a > 1", "a >= 1.5", "a in (1, 'x', true)",
            "a not in ('x')", "a contains 'x'", "a contains 1", "a contains true", "a prefix 'x'",
            "a prefix ''", "a exists", "a is null", "a", "not a", "a < true",
            "a > 1 and a < 5 and a != 3", "a = 1 and not (b = 2 or a contains 'x')",
            "a between 1 and 5", "a not between 'x' and 'y'", "a like 'x%'", "a like 'x\\%'",
            "a[] = 1", "a[] in (1, 'x')", "a[] > 1", "a[] prefix 'x'", "a[] between 1 and 2",
            "not a and not b", "not a or b", "not a or not b", "(a or b) and (a = 1 or b = 2)",
        ]
    )
    func fullyIndexed(text: String) throws {
        let plan = try plan(text)
        #expect(plan.isFullyIndexed)
        #expect(plan.payloadFilters.isEmpty)
        let database = try FilterDatabase()
        let keys = try #require(plan.indexedKeys)
        let steps = try database.plan(of: keys.countSQL, keys.arguments)
        #expect(
            !steps.contains { $0.hasPrefix("SCAN index_7") || $0.contains("points_7") },
            "\(steps)"
        )
    }

    @Test("Conditions on one value are one range of the index")
    func oneRange() throws {
        let plan = try plan("a > 1 and a <= 5")
        #expect(
            plan.indexedKeys?.sql
                == "SELECT key FROM index_7 WHERE field = ? AND kind = 'number' "
                + "AND value > ? AND value <= ?"
        )
        #expect(plan.arguments == [.text("a"), .integer(1), .integer(5)])
    }

    @Test("Elements of an array are not one range")
    func elements() throws {
        let database = try FilterDatabase()
        try database.insert(#"{"a":["x","y"]}"#, key: 1, indexing: indexed)
        #expect(try database.keys(try plan("a contains 'x' and a contains 'y'")) == [1])
    }

    @Test("Of a mixed filter the index is asked first, and the payload is read once")
    func mixed() throws {
        let plan = try plan("x = 1 and a = 1 and (y or b) and b = 2")
        #expect(!plan.isFullyIndexed)
        #expect(plan.payloadFilters.count == 1)
        #expect(plan.condition.hasPrefix("(p.key IN (SELECT key FROM index_7"))
        #expect(plan.condition.hasSuffix("AND payload_matches(?, p.payload))"))
        #expect(plan.arguments.last == .integer(0))
        let database = try FilterDatabase()
        try database.register(plan.payloadFilters)
        let steps = try database.plan(
            of: "SELECT * FROM points_7 p WHERE " + plan.condition,
            plan.arguments
        )
        #expect(steps.contains("SEARCH p USING INTEGER PRIMARY KEY (rowid=?)"), "\(steps)")
    }

    @Test("A part that the index knows in part is planned in the same way")
    func nested() throws {
        let plan = try plan("a = 1 or not (b != 2 or x)")
        let index = "SELECT key FROM index_7 WHERE field = ? AND kind = 'number' AND value = ?"
        #expect(
            plan.condition == "(p.key IN (\(index)) OR "
                + "(p.key IN (\(index)) AND payload_matches(?, p.payload)))"
        )
    }

    @Test("Nothing that the user wrote is part of the SQL")
    func bound() throws {
        let path = FieldPath(components: ["drop'); --"])
        let field = FilterField(path)
        let expression = FilterExpression.and([
            .comparison(field, .equal, .text(Array("'); DROP TABLE points_7; --".utf8))),
            .hasPrefix(field, Array("evil".utf8)),
            .isIn(field, [.number(.integer(4711)), .text(Array("evil\u{0}".utf8))]),
        ])
        let plan = FilterPlan(expression, indexedFields: [path], collection: 7)
        for word in ["drop", "DROP", "evil", "4711"] {
            #expect(!plan.condition.contains(word))
        }
        #expect(plan.isFullyIndexed)
    }

    @Test("Filters beyond what SQL can nest are answered from payloads")
    func limits() throws {
        let wide = (0..<2000).map { "a = \($0)" }.joined(separator: " or ")
        var deep = "a = 1"
        for level in 0..<60 {
            deep = "b = \(level) \(level % 2 == 0 ? "and" : "or") (\(deep))"
        }
        let manyMixed = (0..<60).reduce("x") { "a = \($1) \($1 % 2 == 0 ? "and" : "or") (\($0))" }
        let list = "a in (" + (0..<4000).map { "\($0)" }.joined(separator: ",") + ")"
        let database = try FilterDatabase()
        let payloads = [#"{"a":1,"b":59}"#, #"{"a":1999,"b":58}"#, #"{"a":"x","x":true}"#]
        for (key, payload) in payloads.enumerated() {
            try database.insert(payload, key: Int64(key), indexing: indexed)
        }
        for text in [wide, deep, manyMixed, list] {
            let expression = try FilterExpression(parsing: text)
            let expected = payloads.indices.filter { PayloadTree(payloads[$0]).passes(expression) }
            #expect(try database.keys(try plan(text)) == expected.map { Int64($0) })
        }
        #expect(try !plan(wide).isFullyIndexed)
        #expect(try !plan(deep).isFullyIndexed)
        #expect(try plan(list).isFullyIndexed)
    }

    @Test("The largest indexed filter is within what SQL takes", arguments: [true, false])
    func largest(beginsWithAnd: Bool) throws {
        var isAnd = beginsWithAnd
        var text = "a in (1, 'x', true)"
        for level in 0..<8 {
            let terms = (0..<7).map { "b in (\($0), 'x\(level)', false)" } + ["(\(text))"]
            text = terms.joined(separator: isAnd ? " and " : " or not ")
            isAnd.toggle()
        }
        let plan = try plan(text)
        #expect(plan.isFullyIndexed)
        let database = try FilterDatabase()
        try database.insert(#"{"a":1,"b":3}"#, key: 1, indexing: indexed)
        let tree = PayloadTree(#"{"a":1,"b":3}"#)
        let passes = tree.passes(try FilterExpression(parsing: text))
        #expect(try database.keys(plan) == (passes ? [1] : []))
    }

    @Test("A text that the index cuts off is looked for in payloads")
    func longText() throws {
        let database = try FilterDatabase()
        let limit = PayloadIndex.textByteCountMax
        let texts = [limit - 1, limit, limit + 1, limit + 2].map {
            String(repeating: "k", count: $0)
        }
        for (key, text) in texts.enumerated() {
            try database.insert(#"{"a":"\#(text)"}"#, key: Int64(key), indexing: indexed)
        }
        for (key, text) in texts.enumerated() {
            let plan = try plan("a = '\(text)'")
            #expect(plan.isFullyIndexed == (text.utf8.count <= limit))
            #expect(try database.keys(plan) == [Int64(key)])
            #expect(try database.keys(try self.plan("a in ('\(text)')")) == [Int64(key)])
            #expect(try database.keys(try self.plan("a < '\(text)'")).count == key)
            #expect(try database.keys(try self.plan("a prefix '\(text)'")).count == 4 - key)
        }
    }

    @Test("Without indexed fields everything is read from payloads")
    func noIndex() throws {
        let expression = try FilterExpression(parsing: "a = 1 and b")
        let plan = FilterPlan(expression, indexedFields: [], collection: 7)
        #expect(plan.condition == "payload_matches(?, p.payload)")
        #expect(plan.arguments == [.integer(0)])
        #expect(plan.indexedKeys == nil)
        let none = FilterPlan(.and([]), indexedFields: indexed, collection: 7)
        #expect(none.condition == "payload_matches(?, p.payload)")
    }

    @Test(
        "Ids are asked of their own index, and payloads are not read",
        arguments: [
            "$id = 'x'", "$id in ('x', 'y')", "$id prefix 'x'", "$id > 'x'", "$id like 'x%'",
            "$id between 'x' and 'y'", "$id > 'a' and $id < 'b'", "$id = 'x' and a = 1",
        ]
    )
    func ids(text: String) throws {
        let plan = try plan(text)
        let keys = try #require(plan.indexedKeys)
        let database = try FilterDatabase()
        let steps = try database.plan(of: keys.countSQL, keys.arguments)
        #expect(!steps.contains { $0.hasPrefix("SCAN points_7") }, "\(steps)")
        let sql = "SELECT p.payload FROM points_7 p WHERE \(plan.condition) AND p.id > ''"
        let reading = try database.plan(of: sql + " ORDER BY p.id", plan.arguments)
        #expect(!reading.contains { $0.hasPrefix("SCAN p") }, "\(reading)")
        #expect(!text.hasPrefix("$id") || plan.payloadFilters.isEmpty)
    }

    @Test("Elements of an array that meet a range twice are one point")
    func distinctElements() throws {
        let database = try FilterDatabase()
        try database.insert(#"{"a":[1,2,"xa","xb"]}"#, key: 1, indexing: indexed)
        try database.insert(#"{"a":[5,"y"]}"#, key: 2, indexing: indexed)
        for text in ["a[] < 3", "a[] in (1, 2)", "a[] prefix 'x'", "a[] between 0 and 4"] {
            let keys = try #require(try plan(text).indexedKeys)
            #expect(try database.integers(keys.sql, keys.arguments) == [1], "\(text)")
        }
    }

    @Test("A list of any length is bound as one value, and its values stay what they are")
    func longList() throws {
        let database = try FilterDatabase()
        let payloads = [
            #"{"a":9007199254740993}"#, #"{"a":0.1}"#, #"{"a":"x\u0000y"}"#, #"{"a":""}"#,
            #"{"a":true}"#, #"{"a":"199999"}"#, #"{"a":7.0}"#, #"{"a":-1}"#,
        ]
        for (key, payload) in payloads.enumerated() {
            try database.insert(payload, key: Int64(key), indexing: indexed)
        }
        try database.register([])
        let others = (0..<100_000).map { FilterValue.number(.integer($0)) }
        let texts = (0..<100_000).map { FilterValue.text(Array("\($0)".utf8)) }
        let values: [FilterValue] = [
            .number(.integer(9_007_199_254_740_993)), .number(.real(0.1)), .boolean(true),
            .text(Array("x\u{0}y".utf8)), .text([]),
        ]
        let field = FilterField(FieldPath(components: ["a"]))
        let plan = FilterPlan(
            .isIn(field, others + values + texts),
            indexedFields: indexed,
            collection: 7
        )
        #expect(plan.isFullyIndexed && plan.needsValueLists)
        #expect(try database.keys(plan) == [0, 1, 2, 3, 4, 6])
        let keys = try #require(plan.indexedKeys)
        #expect(try database.integers(keys.countSQL, keys.arguments) == [6])
        let unindexed = FilterPlan(
            .isIn(field, others + values + texts),
            indexedFields: nil,
            collection: 7
        )
        #expect(try database.keys(unindexed) == [0, 1, 2, 3, 4, 6])
    }
}
