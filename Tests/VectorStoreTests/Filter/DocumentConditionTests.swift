import TestSupport
import Testing
import VectorStore

@Suite("Conditions on documents")
struct DocumentConditionTests {
    private func passes(_ payload: String, _ filter: FilterExpression) throws -> Bool {
        try PayloadFilter(filter).matches(Array(payload.utf8).span)
    }

    private func steps(_ names: String...) -> [FilterField.Step] {
        names.map {
            $0 == "[]" ? .anyElement : Int($0).map { .element($0) } ?? .member(Array($0.utf8))
        }
    }

    private func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test(
        "A value other than those excepted must be there",
        arguments: [
            (#"{"a":"x"}"#, true), (#"{"a":"y"}"#, false), (#"{"a":["y","z"]}"#, true),
            (#"{"a":["y"]}"#, false), (#"{"a":null}"#, false), (#"{"a":[null]}"#, false),
            (#"{}"#, false), (#"{"a":[]}"#, false), (#"{"a":7}"#, true), (#"{"a":{}}"#, true),
            (#"{"a":[["y"]]}"#, true), (#"{"a":false}"#, true), (#"{"a":"\u0079"}"#, false),
        ]
    )
    func except(payload: String, expected: Bool) throws {
        let condition = DocumentCondition(steps("a"), .exceptTexts(texts("y")))
        #expect(try passes(payload, .document(condition)) == expected)
    }

    @Test(
        "Integers excepted are those written as integers",
        arguments: [
            (#"{"a":1}"#, false), (#"{"a":1.0}"#, true), (#"{"a":[1,2]}"#, true),
            (#"{"a":"1"}"#, true), (#"{"a":null}"#, false),
        ]
    )
    func exceptIntegers(payload: String, expected: Bool) throws {
        let condition = DocumentCondition(steps("a"), .exceptIntegers([1]))
        #expect(try passes(payload, .document(condition)) == expected)
        let match = FilterExpression.isInteger(.payload(steps("a")), [1])
        #expect(try passes(payload, match) == (payload == #"{"a":1}"#))
    }

    @Test(
        "A count is that of an array's elements, 1 for other values and 0 for none",
        arguments: [
            (#"{"a":[1,2]}"#, 2), (#"{"a":[]}"#, 0), (#"{"a":null}"#, 0), (#"{}"#, 0),
            (#"{"a":{"b":1}}"#, 1), (#"{"a":[[1,2,3]]}"#, 1), (#"{"a":[null]}"#, 1),
        ]
    )
    func counts(payload: String, count: UInt64) throws {
        var range = CountRange()
        (range.atLeast, range.atMost) = (count, count)
        #expect(try passes(payload, .document(DocumentCondition(steps("a"), .count(range)))))
        (range.atLeast, range.atMost) = (nil, nil)
        (range.above, range.below) = (count, nil)
        #expect(try !passes(payload, .document(DocumentCondition(steps("a"), .count(range)))))
    }

    @Test(
        "Empty and null",
        arguments: [
            (#"{"a":null}"#, true, true), (#"{}"#, true, false), (#"{"a":[]}"#, true, false),
            (#"{"a":[null]}"#, false, true), (#"{"a":""}"#, false, false),
            (#"{"a":{}}"#, false, false), (#"{"a":[1,null]}"#, false, true),
            (#"{"a":[[null]]}"#, false, false), (#"{"b":null}"#, true, false),
        ]
    )
    func emptiness(payload: String, isEmpty: Bool, isNull: Bool) throws {
        let empty = FilterExpression.document(DocumentCondition(steps("a"), .isEmpty))
        #expect(try passes(payload, empty) == isEmpty)
        let null = FilterExpression.document(DocumentCondition(steps("a"), .isNull))
        #expect(try passes(payload, null) == isNull)
        #expect(try passes(payload, .not(null)) == !isNull)
    }

    @Test("A nested filter holds for one element, not for several together")
    func nested() throws {
        let filter = FilterExpression.and([
            .isInteger(.payload(steps("c")), [1]), .isInteger(.payload(steps("d")), [2]),
        ])
        let nested = FilterExpression.document(DocumentCondition(steps("a"), .nested(filter)))
        #expect(try passes(#"{"a":[{"c":0},{"c":1,"d":2}]}"#, nested))
        #expect(try !passes(#"{"a":[{"c":1},{"d":2}]}"#, nested))
        #expect(try !passes(#"{"a":{"c":1,"d":2}}"#, nested))
        #expect(try !passes(#"{"a":[7,null,"x",[]]}"#, nested))
        #expect(try !passes(#"{}"#, nested))
        #expect(
            try passes(#"{"a":[{}]}"#, .document(DocumentCondition(steps("a"), .nested(.and([])))))
        )
    }

    @Test("Paths go through arrays")
    func paths() throws {
        let payload = #"{"grid":[[1,2],[3]],"a":{"b":[{"c":"x"},{"c":"y"}]}}"#
        let second = FilterExpression.isInteger(.payload(steps("grid", "[]", "1")), [2])
        #expect(try passes(payload, second))
        let contains = DocumentCondition.Test.containsText(texts("y"))
        #expect(
            try passes(payload, .document(DocumentCondition(steps("a", "b", "[]", "c"), contains)))
        )
        #expect(
            try passes(payload, .document(DocumentCondition(steps("a", "b", "1", "c"), contains)))
        )
        #expect(
            try !passes(payload, .document(DocumentCondition(steps("a", "b", "0", "c"), contains)))
        )
        #expect(try !passes(payload, .document(DocumentCondition(steps("a", "b", "c"), contains))))
    }

    @Test("A place is an object with two numbers")
    func places() throws {
        let berlin = GeoPoint(latitude: 52.52, longitude: 13.4)
        let near = DocumentCondition.Test.place(.circle(center: berlin, radius: 5000))
        let filter = FilterExpression.document(DocumentCondition(steps("p"), near))
        #expect(try passes(#"{"p":{"lat":52.521,"lon":13.41}}"#, filter))
        #expect(try passes(#"{"p":[{"lat":0,"lon":0},{"lon":13.41,"lat":52.521}]}"#, filter))
        for payload in [
            #"{"p":{"lat":52.521}}"#, #"{"p":{"lat":"52.521","lon":13.41}}"#, #"{"p":[52.5,13.4]}"#,
            #"{"p":{"lat":1e400,"lon":13.41}}"#, #"{"p":null}"#, #"{}"#, #"{"p":"here"}"#,
        ] {
            #expect(try !passes(payload, filter), "\(payload)")
        }
    }

    @Test("Texts that are moments lie in a range of moments, all others in none")
    func moments() throws {
        var range = MomentRange()
        range.atOrAfter = Moment("2024-03-01".utf8)
        range.before = Moment("2024-07-01T00:00:00Z".utf8)
        let filter = FilterExpression.document(DocumentCondition(steps("t"), .moment(range)))
        #expect(try passes(#"{"t":"2024-03-01T00:00:00Z"}"#, filter))
        #expect(try passes(#"{"t":["x","2024-06-30T23:59:59.999999Z"]}"#, filter))
        #expect(try !passes(#"{"t":"2024-07-01"}"#, filter))
        #expect(try !passes(#"{"t":"soon"}"#, filter))
        #expect(try !passes(#"{"t":1709251200}"#, filter))
    }

    @Test("Some of several, and keys")
    func others() throws {
        let terms = ["a", "b", "c"].map { FilterExpression.exists(.payload(steps($0))) }
        #expect(try passes(#"{"a":1,"c":2}"#, .atLeast(2, terms)))
        #expect(try !passes(#"{"a":1}"#, .atLeast(2, terms)))
        #expect(try passes("{}", .atLeast(0, terms)))
        #expect(try !passes(#"{"a":1,"b":1,"c":1}"#, .atLeast(4, terms)))

        let even = PayloadFilter(.atLeast(1, [.isKey(KeySet { $0 % 2 == 0 })]))
        #expect(try even.matches(Span(), id: Span(), key: 4))
        #expect(try !even.matches(Span(), id: Span(), key: 5))

        let database = try FilterDatabase()
        for key in 0..<10 {
            try database.insert(#"{"a":\#(key)}"#, key: Int64(key), indexing: [])
        }
        let filter = FilterExpression.and([
            .isKey(KeySet { $0 % 2 == 0 }),
            .not(.isInteger(.payload(steps("a")), [4])),
        ])
        let plan = FilterPlan(filter, indexedFields: nil, collection: 7)
        #expect(try database.keys(plan) == [0, 2, 6, 8])
    }

    @Test("Vectors are asked for before a filter is planned")
    func vectors() {
        let filter = FilterExpression.or([
            .not(.hasVector("a")), .atLeast(1, [.hasVector("")]), .and([.hasVector("b")]),
        ])
        let resolved = filter.resolvingVectors { $0.isEmpty ? .and([]) : .or([]) }
        #expect(resolved == .or([.not(.or([])), .atLeast(1, [.and([])]), .and([.or([])])]))
    }

    @Test("A range is one of values and not of several together, with an index too")
    func ranges() throws {
        let database = try FilterDatabase()
        let payloads = [
            #"{"a":5}"#, #"{"a":[1,9]}"#, #"{"a":[1,4.5]}"#, #"{"a":"5"}"#, #"{"a":[7.0,7]}"#, "{}",
        ]
        let path = FieldPath(components: ["a"])
        for (key, payload) in payloads.enumerated() {
            try database.insert(payload, key: Int64(key), indexing: [path])
        }
        func keys(_ filter: FilterExpression) throws -> [Int64] {
            let indexed = FilterPlan(filter, indexedFields: [path], collection: 7)
            #expect(indexed.isFullyIndexed)
            let plain = FilterPlan(filter, indexedFields: nil, collection: 7)
            let found = try database.keys(indexed)
            #expect(try database.keys(plain) == found)
            return found
        }
        let range = FilterRange(
            lower: .init(.integer(4), isIncluded: false),
            upper: .init(.real(7), isIncluded: false)
        )
        let field = FilterField(path)
        let elements = FilterField.payload([.member(Array("a".utf8)), .anyElement])
        #expect(try keys(.or([.range(field, range), .range(elements, range)])) == [0, 2])
        #expect(try keys(.isInteger(elements, [7, 8])) == [4])
        #expect(try keys(.isInteger(elements, [])) == [])
        #expect(try keys(.not(.isInteger(field, [5]))) == [1, 2, 3, 4, 5])
        #expect(try keys(.range(field, FilterRange(lower: nil, upper: nil))) == [0])
    }

    @Test("Damaged payloads are judged or refused, and never trap", arguments: UInt64(0)..<20)
    func damage(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let filter = PayloadFilter(random.expression(richly: true))
            var bytes = Array(random.payload().utf8)
            for _ in 0..<3 where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                if random.chance(50) {
                    bytes.remove(at: place)
                } else {
                    bytes[place] = random.bytes(1)[0]
                }
            }
            do throws(MalformedPayloadError) {
                _ = try filter.matches(bytes.span)
            } catch {
                #expect(error.offset >= 0)
            }
        }
    }
}
