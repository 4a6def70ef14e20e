import TestSupport
import Testing
import VectorStore

@Suite("Vector fields", .timeLimit(.minutes(5)))
struct VectorFieldTests {
    private static let name = FieldModel.name

    /// A data directory with the model's collection.
    private static func made() throws -> (ScratchDirectory, Store) {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try Store.create(path: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        try FieldModel.create(in: store)
        return (scratch, store)
    }

    private static func findings(_ store: Store) throws -> [String] {
        var problems: [String] = []
        _ = try store.verify(depth: .full, includesGraph: true) { problems.append($0.problem) }
        return problems
    }

    private static func id(_ text: String) -> PointID { PointID(unchecked: text) }

    private static func point(_ id: String, _ vectors: NamedVector...) -> FieldPoint {
        FieldPoint(id: Self.id(id), payload: Array("{}".utf8), vectors: vectors)
    }

    @Test(
        "Random changes of all fields leave what a model says, also after compaction",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func model(seed: UInt64) throws {
        let (scratch, store) = try Self.made()
        var model = FieldModel(seed: seed)
        for round in 0..<6 {
            for size in [1, 3, 17] {
                try store.apply(try (0..<size).map { _ in try model.next() }, to: Self.name)
            }
            if round == 3 { try store.maintenance.compact(Self.name) }
            let other = try Store(path: store.path)
            #expect(try FieldModel.read(other) == model.points, "round \(round)")
            #expect(try other.collection(Self.name).pointCount == model.points.count)
            #expect(try Self.findings(other) == [])
        }
        withExtendedLifetime(scratch) {}
    }

    @Test("A search in a field is exact, and its filter is about the points", arguments: [5, 6])
    func search(seed: UInt64) throws {
        let (scratch, store) = try Self.made()
        var model = FieldModel(seed: seed)
        for _ in 0..<80 { try store.apply([try model.next()], to: Self.name) }
        try store.maintenance.compact(Self.name)
        for _ in 0..<40 { try store.apply([try model.next()], to: Self.name) }
        let filter = try PointFilter(parsing: "n >= 2")
        for field in ["", "text", "image", "words"] {
            let query = try model.randomVector(of: field)
            for filter in [nil, filter] {
                let expected = model.points.filter { $0.value.vectors[field] != nil }
                    .filter { filter == nil || $0.value.payload.contains(#/"n":[23]/#) }
                let hits = try store.withReader(of: Self.name) { reader in
                    try Self.hits(reader, query, field, filter)
                }
                for hit in hits {
                    let point = try #require(expected[hit.point.id])
                    #expect(String(decoding: hit.point.payload, as: UTF8.self) == point.payload)
                }
                // A point that shares no component is no answer of a sparse query.
                if field != "words" { #expect(hits.count == min(expected.count, 1000)) }
                let scores = hits.map { field.isEmpty ? -$0.score : $0.score }
                #expect(scores == scores.sorted(by: >))
            }
        }
        withExtendedLifetime(scratch) {}
    }

    private static func hits(
        _ reader: CollectionReader,
        _ query: FieldVector,
        _ field: String,
        _ filter: PointFilter?
    ) throws -> [SearchHit] {
        switch query {
        case .dense(let vector):
            return try reader.search(
                SearchRequest(
                    vector: vector,
                    neighbourCount: 1000,
                    filter: filter,
                    effort: .exact
                ),
                in: field
            )
        case .sparse(let vector):
            let hits = try reader.search(vector, in: field, neighbourCount: 1000, filter: filter)
            for hit in hits {
                guard
                    case .sparse(let own) = try reader.vectors(of: hit.point.id, in: [field])
                        .first?.vector
                else { throw Unexpected("no sparse vector") }
                #expect(own.dotProduct(vector).map { abs($0 - hit.score) < 1e-4 } == true)
            }
            return hits
        }
    }

    @Test("A batch with one bad vector changes nothing, in no field")
    func atomic() throws {
        let (scratch, store) = try Self.made()
        var model = FieldModel(seed: 7)
        for _ in 0..<30 { try store.apply([try model.next()], to: Self.name) }
        let good = Self.point("7", NamedVector("image", .dense([1, 2, 3])))
        let bad: [(NamedVector, String)] = [
            (NamedVector("image", .dense([1, 2])), "dimension_mismatch"),
            (NamedVector("none", .dense([1, 2])), "vector_field_not_found"),
            (
                NamedVector("image", .sparse(try SparseVector(indices: [1], values: [1]))),
                "wrong_vector_kind"
            ),
            (NamedVector("words", .dense([1])), "wrong_vector_kind"),
            (NamedVector("text", .dense([0, 0, 0, 0, 0, 0, 0, 0])), "zero_length"),
            (NamedVector("", .dense([.nan, 0, 0, 0])), "not_finite"),
        ]
        for (vector, kind) in bad {
            let error = #expect(throws: VectorStoreError.self) {
                try store.apply([.put([good]), .put([Self.point("8", vector)])], to: Self.name)
            }
            #expect(error?.kind == kind)
            #expect(try FieldModel.read(Store(path: store.path)) == model.points)
        }
        #expect(try Self.findings(store) == [])
        withExtendedLifetime(scratch) {}
    }

    @Test("Vectors of a point that is not there are refused, and so is a payload")
    func missing() throws {
        let (scratch, store) = try Self.made()
        let vectors = Self.point("404", NamedVector("image", .dense([1, 2, 3])))
        for operation in [
            PointOperation.setVectors([vectors]),
            .changePayloads(of: .ids([Self.id("404")])) { $0 },
        ] {
            #expect(throws: VectorStoreError.self) { try store.apply([operation], to: Self.name) }
        }
        try store.apply([.remove(.ids([Self.id("404")]))], to: Self.name)
        withExtendedLifetime(scratch) {}
    }

    @Test("Renaming and dropping a collection take its fields along")
    func names() throws {
        let (scratch, store) = try Self.made()
        var model = FieldModel(seed: 8)
        for _ in 0..<30 { try store.apply([try model.next()], to: Self.name) }
        let other = CollectionName(known: "other")
        try store.renameCollection(Self.name, to: other)
        #expect(try FieldModel.read(store, other) == model.points)
        #expect(try store.collections().map(\.name) == [other])
        #expect(try store.notes.all(of: other) == ["config": Array("{}".utf8)])
        try store.dropCollection(other)
        try FieldModel.create(in: store)
        #expect(try FieldModel.read(store) == [:])
        #expect(try Self.findings(store) == [])
        withExtendedLifetime(scratch) {}
    }

    @Test("The points' own commands know the fields: what they remove is gone from all")
    func commands() throws {
        let (scratch, store) = try Self.made()
        let all = ["", "text", "image", "words"]
        var model = FieldModel(seed: 9)
        let vectors = try all.map { NamedVector($0, try model.randomVector(of: $0)) }
        let points = ["1", "2"].map {
            FieldPoint(id: Self.id($0), payload: Array("{}".utf8), vectors: vectors)
        }
        try store.apply([.put(points)], to: Self.name)
        _ = try store.delete(.ids([Self.id("1")]), from: Self.name)
        try store.put([TestPoint(id: "2", vector: [1, 2, 3, 4])])
        let left = try store.withReader(of: Self.name) { reader in
            try ["1", "2"].map { try reader.vectors(of: Self.id($0), in: all).map(\.field) }
        }
        #expect(left == [[], [""]])
        #expect(try Self.findings(store) == [])
        withExtendedLifetime(scratch) {}
    }

    @Test("A collection without an unnamed field keeps points of any fields, and of none")
    func unnamed() throws {
        let scratch = try ScratchDirectory()
        try Store.create(path: scratch.path + "/data")
        let store = try Store(
            path: scratch.path + "/data",
            options: StoreOptions(access: .write)
        )
        let field = try VectorField("a b", .dense(CollectionConfiguration(dimension: 2)))
        try store.createCollection(Self.name, unnamed: nil, fields: [field])
        try store.apply(
            [.put([Self.point("1"), Self.point("2", NamedVector("a b", .dense([1, 0])))])],
            to: Self.name
        )
        let hits = try store.withReader(of: Self.name) { reader in
            try reader.search(SearchRequest(vector: [1, 1]), in: "a b").map(\.point.id.text)
        }
        #expect(hits == ["2"])
        let error = #expect(throws: VectorStoreError.self) {
            try store.put([TestPoint(id: "3", vector: [1])])
        }
        #expect(error?.kind == "vector_field_not_found")
        #expect(try store.collection(Self.name).pointCount == 2)
        #expect(try Self.findings(store) == [])
        withExtendedLifetime(scratch) {}
    }

    @Test(
        "Names of fields are what other programs allow",
        arguments: [
            ("text", true), ("a b.c", true), ("ü", true), ("", false), ("a/b", false),
            ("a<b", false),
            ("a\0", false), ("a\u{1F}", false), (String(repeating: "x", count: 200), true),
            (String(repeating: "x", count: 201), false), ("what?", false), ("a\"b", false),
        ]
    )
    func fieldNames(name: String, isAllowed: Bool) {
        #expect(VectorField.isName(name) == isAllowed)
    }

    @Test("Points are changed only where a condition lets them, as they are at that moment")
    func conditions() throws {
        let (scratch, store) = try Self.made()
        func point(_ id: String, _ payload: String, _ x: Float) -> FieldPoint {
            FieldPoint(
                id: Self.id(id),
                payload: Array(payload.utf8),
                vectors: [NamedVector("", .dense([x, 0, 0, 0]))]
            )
        }
        func held() throws -> [String] {
            try FieldModel.read(Store(path: store.path)).sorted { $0.key.text < $1.key.text }
                .map { id, held in
                    guard case .dense(let vector) = held.vectors[""] else { return id.text }
                    return "\(id) \(held.payload) \(vector[0])"
                }
        }
        let old = [point("1", #"{"n":1}"#, 1), point("2", #"{"n":2}"#, 1)]
        let new = ["1", "2", "3"].map { point($0, #"{"n":9}"#, 2) }
        let first = ChangeCondition(filter: try PointFilter(parsing: "n = 1"))
        let cases: [(PointOperation, [String])] = [
            (.put(new, if: first), [#"1 {"n":9} 2.0"#, #"2 {"n":2} 1.0"#, #"3 {"n":9} 2.0"#]),
            (
                .put(new, if: ChangeCondition(changesKnown: false)),
                [#"1 {"n":1} 1.0"#, #"2 {"n":2} 1.0"#, #"3 {"n":9} 2.0"#]
            ),
            (
                .put(new, if: ChangeCondition(addsNew: false)),
                [#"1 {"n":9} 2.0"#, #"2 {"n":9} 2.0"#]
            ),
            (.put([], if: first), [#"1 {"n":1} 1.0"#, #"2 {"n":2} 1.0"#]),
            (
                .setVectors(Array(new.prefix(2)), if: first),
                [#"1 {"n":1} 2.0"#, #"2 {"n":2} 1.0"#]
            ),
        ]
        for (operation, expected) in cases {
            try store.apply([.remove(.filter(PointFilter(parsing: "n exists")))], to: Self.name)
            try store.apply([.put(old)], to: Self.name)
            try store.apply([operation], to: Self.name)
            #expect(try held() == expected)
        }
        // A change sees what those before it in its batch did.
        try store.apply([.remove(.filter(PointFilter(parsing: "n exists")))], to: Self.name)
        try store.apply([.put(old), .put(new, if: first), .put(old, if: first)], to: Self.name)
        #expect(try held() == [#"1 {"n":9} 2.0"#, #"2 {"n":2} 1.0"#, #"3 {"n":9} 2.0"#])
        #expect(try Self.findings(store) == [])
        withExtendedLifetime(scratch) {}
    }

    @Test("Ids come in the order of numbers, then of UUIDs, then of other texts")
    func order() throws {
        let (scratch, store) = try Self.made()
        let uuids = [
            "0b54a9c3-0000-4000-8000-00000000000a", "a0000000-0000-4000-8000-00000000000a",
        ]
        let numbers = ["0", "2", "10", "999", "1000", "18446744073709551615"]
        let others = [
            "+1", "01", "18446744073709551616", "A0000000-0000-4000-8000-00000000000A", "x",
        ]
        let points = (uuids + numbers + others).shuffled(seed: 3).map { Self.point($0) }
        try store.apply([.put(points)], to: Self.name)
        func ids(_ form: IDForm, from first: String? = nil, limit: Int? = nil) throws -> [String] {
            try store.withReader(of: Self.name) { reader in
                var ids: [String] = []
                try reader.forEachPoint(of: form, from: first, limit: limit) {
                    ids.append($0.id.text)
                    return true
                }
                return ids
            }
        }
        #expect(try ids(.number) == numbers)
        #expect(try ids(.uuid) == uuids)
        #expect(try ids(.other) == others)
        #expect(try ids(.number, from: "11", limit: 2) == ["999", "1000"])
        #expect(try ids(.number, from: "10") == Array(numbers.dropFirst(2)))
        #expect(try ids(.uuid, from: "1") == [uuids[1]])
        withExtendedLifetime(scratch) {}
    }
}

extension Array {
    /// The elements in an order that a seed tells.
    fileprivate func shuffled(seed: UInt64) -> Self {
        var random = SplitMix64(seed: seed)
        return shuffled(using: &random)
    }
}
