import TestSupport
import Testing
import VectorStore

/// Fields that are not there, are of the other kind or are damaged, and what comes back of them.
@Suite("Errors of vector fields", .timeLimit(.minutes(5)))
struct VectorFieldErrorTests {
    private static let name = FieldModel.name

    private static func filled() throws -> (ScratchDirectory, Store, FieldModel) {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try Store.create(path: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        try FieldModel.create(in: store)
        var model = FieldModel(seed: 31)
        for _ in 0..<60 { try store.apply([try model.next()], to: name) }
        return (scratch, store, model)
    }

    private static func kind(_ body: () throws -> Void) -> String? {
        let error = #expect(throws: VectorStoreError.self) { try body() }
        return error?.kind
    }

    /// What a reader of a collection throws.
    private static func kind(
        _ store: Store,
        of collection: CollectionName = name,
        _ body: (CollectionReader) throws -> Void
    ) -> String? {
        kind { try store.withReader(of: collection, body) }
    }

    @Test("A search in a field that is not there, or of the other kind, says which")
    func searches() throws {
        let (scratch, store, _) = try Self.filled()
        let sparse = try SparseVector(indices: [1], values: [1])
        let dense = SearchRequest(vector: [1])
        let id = PointID(unchecked: "1")
        for (field, kind) in [("none", "vector_field_not_found"), ("words", "wrong_vector_kind")] {
            #expect(Self.kind(store) { _ = try $0.search(dense, in: field) } == kind)
        }
        for (field, kind) in [
            ("none", "vector_field_not_found"), ("image", "wrong_vector_kind"),
            ("", "wrong_vector_kind"),
        ] {
            let found = Self.kind(store) { reader in
                _ = try reader.search(sparse, in: field, neighbourCount: 1)
            }
            #expect(found == kind)
        }
        for count in [0, -1, Limits.neighbourCount + 1] {
            let found = Self.kind(store) { reader in
                _ = try reader.search(sparse, in: "words", neighbourCount: count)
            }
            #expect(found == "limit_exceeded")
        }
        let missing = Self.kind(store) { _ = try $0.vectors(of: id, in: ["none"]) }
        #expect(missing == "vector_field_not_found")
        let none = try store.withReader(of: Self.name) { reader in
            try reader.vectors(of: PointID(unchecked: "no"), in: ["text", ""])
        }
        #expect(none.isEmpty)
        withExtendedLifetime(scratch) {}
    }

    @Test("A collection without an unnamed field says so, to searches and to readers")
    func noUnnamed() throws {
        let (scratch, store, _) = try Self.filled()
        let other = CollectionName(known: "other")
        try store.createCollection(other, unnamed: nil, fields: [VectorField("s", .sparse)])
        let found = Self.kind(store, of: other) { reader in
            _ = try reader.search(SearchRequest(vector: [1]), in: "")
        }
        #expect(found == "vector_field_not_found")
        let vectors = Self.kind(store, of: other) { reader in
            _ = try reader.vectors(of: PointID(unchecked: "1"), in: [""])
        }
        #expect(vectors == "vector_field_not_found")
        withExtendedLifetime(scratch) {}
    }

    @Test("A sparse search stops when it is cancelled, and returns what is good enough")
    func sparse() throws {
        let (scratch, store, _) = try Self.filled()
        let query = try SparseVector(indices: Array(0..<12), values: Array(repeating: 1, count: 12))
        let hits = try store.withReader(of: Self.name) { reader in
            try reader.search(query, in: "words", neighbourCount: 100)
        }
        let middle = hits[hits.count / 2].score
        let above = try store.withReader(of: Self.name) { reader in
            try reader.search(query, in: "words", neighbourCount: 100, minimumScore: middle)
        }
        #expect(above.map(\.point.id) == hits.filter { $0.score >= middle }.map(\.point.id))
        let few = try store.withReader(of: Self.name) { reader in
            try reader.search(query, in: "words", neighbourCount: 2)
        }
        #expect(few.map(\.point.id) == hits.prefix(2).map(\.point.id))
        let late = store.with(RequestContext(cancellation: Cancellation { true }))
        #expect(throws: VectorStoreError.cancelled) {
            try late.withReader(of: Self.name) { reader in
                try reader.search(query, in: "words", neighbourCount: 1)
            }
        }
        withExtendedLifetime(scratch) {}
    }

    @Test("The ids that have a vector in a field are those of the model")
    func idsWithVectors() throws {
        let (scratch, store, model) = try Self.filled()
        for field in ["", "text", "image", "words"] {
            let expected = model.points.filter { $0.value.vectors[field] != nil }.keys
            let found = try store.withReader(of: Self.name) { try $0.idsWithVector(in: field) }
            #expect(found == Set(expected))
        }
        let missing = Self.kind(store) { _ = try $0.idsWithVector(in: "none") }
        #expect(missing == "vector_field_not_found")
        withExtendedLifetime(scratch) {}
    }

    @Test("An order of ids ends where its reader wants it to")
    func endedOrder() throws {
        let (scratch, store, _) = try Self.filled()
        let count = try store.withReader(of: Self.name) { reader in
            var count = 0
            try reader.forEachPoint(of: .number) { _ in
                count += 1
                return count < 3
            }
            return count
        }
        #expect(count == 3)
        #expect(throws: Unexpected.self) {
            try store.withReader(of: Self.name) { reader in
                try reader.forEachPoint(of: .number) { _ in throw Unexpected("a body's own") }
            }
        }
        withExtendedLifetime(scratch) {}
    }

    @Test("Collections with too many fields, with one twice or too long vectors are not made")
    func creation() throws {
        let (scratch, store, _) = try Self.filled()
        let other = CollectionName(known: "other")
        let large = try CollectionConfiguration(dimension: Limits.dimension)
        var options = StoreOptions(access: .write)
        options.limits.dimension = 16
        let narrow = try Store(path: store.path, options: options)
        let field = try VectorField("a", .sparse)
        let many = try (0...VectorField.countMax).map { try VectorField("f\($0)", .sparse) }
        for (store, fields, unnamed, kind) in [
            (store, many, nil, "limit_exceeded"),
            (store, [field, field], nil, "invalid_vector_field_name"),
            (narrow, [], large, "limit_exceeded"),
            (narrow, [try VectorField("b", .dense(large))], nil, "limit_exceeded"),
        ] as [(Store, [VectorField], CollectionConfiguration?, String)] {
            let found = Self.kind {
                try store.createCollection(other, unnamed: unnamed, fields: fields)
            }
            #expect(found == kind)
        }
        try store.aliases.change([.create(other, of: Self.name)])
        for (name, kind) in [(Self.name, "collection_exists"), (other, "alias_exists")] {
            let found = Self.kind {
                try store.createCollection(name, unnamed: nil, fields: [field])
            }
            #expect(found == kind)
        }
        #expect(try store.collections().map(\.name) == [Self.name])
        withExtendedLifetime(scratch) {}
    }

    @Test("A collection with fields comes back from a repository, with all fields and notes")
    func restored() throws {
        let (scratch, store, model) = try Self.filled()
        try store.maintenance.compact(Self.name)
        var after = model
        for _ in 0..<30 { try store.apply([try after.next()], to: Self.name) }
        let repository = try TestRepository()
        try repository.backUp(store)
        let open = try repository.open()
        let manifest = try open.snapshot(.latest).manifest
        let back = CollectionName(known: "back")
        _ = try store.backups.restore(
            Self.name,
            as: back,
            from: manifest,
            in: open,
            options: .quick
        )
        #expect(try FieldModel.read(Store(path: store.path), back) == after.points)
        #expect(try store.notes.all(of: back) == ["config": Array("{}".utf8)])
        #expect(try store.collection(back).fields == store.collection(Self.name).fields)
        #expect(try store.findings() == [])
        withExtendedLifetime(scratch) {}
    }

    // MARK: Damage

    private static func damaged(
        _ sql: (_ root: Int, _ words: Int) -> String,
        _ body: (Store) throws -> Void
    ) throws {
        let (scratch, store, _) = try Self.filled()
        let catalog = try RawCatalog(store.path + "/store/catalog.sqlite")
        let root = try catalog.integer("SELECT id FROM collections WHERE name = 'docs'")
        let words = try catalog.integer("SELECT id FROM collections WHERE name = 'docs/words'")
        try catalog.run(sql(root, words))
        try body(Store(path: store.path))
        #expect(try !store.findings().isEmpty)
        withExtendedLifetime(scratch) {}
    }

    private static func searchAll(_ store: Store) throws {
        let query = try SparseVector(indices: Array(0..<12), values: Array(repeating: 1, count: 12))
        try store.withReader(of: name) { reader in
            _ = try reader.search(query, in: "words", neighbourCount: 100)
        }
    }

    @Test("An index that names a vector which is not there is damage")
    func lostVectors() throws {
        try Self.damaged {
            "DELETE FROM points_\($1)"
        } _: { store in
            #expect(Self.kind { try Self.searchAll(store) } == "corrupt")
        }
    }

    @Test("A field with a vector of what is no point is damage")
    func lostPoints() throws {
        try Self.damaged { root, _ in
            "DELETE FROM points_\(root)"
        } _: { store in
            #expect(Self.kind { try Self.searchAll(store) } == "corrupt")
            let found = Self.kind {
                try store.withReader(of: Self.name) { reader in
                    _ = try reader.search(SearchRequest(vector: [1, 2, 3]), in: "image")
                }
            }
            #expect(found == "corrupt")
        }
    }

    @Test("A sparse vector that was changed behind the engine's back is damage")
    func changedVectors() throws {
        try Self.damaged {
            #"UPDATE points_\#($1) SET payload = '{"indices":[1],"values":[1]}'"#
        } _: { store in
            let found = Self.kind {
                try store.withReader(of: Self.name) { reader in
                    try reader.forEachPoint { point in
                        _ = try reader.vectors(of: point.id, in: ["words"])
                        return true
                    }
                }
            }
            #expect(found == "corrupt")
        }
    }
}
