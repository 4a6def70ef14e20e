import TestSupport
import Testing
import VectorStore

@Suite("Aliases and notes")
struct AliasTests {
    private static let docs = TestStore.collection
    private static let other = CollectionName(known: "other")
    private static let now = CollectionName(known: "now")
    private static let then = CollectionName(known: "then")

    private static func made() throws -> TestStore {
        let test = try TestStore()
        try test.store.createCollection(
            other,
            configuration: CollectionConfiguration(dimension: 4)
        )
        return test
    }

    @Test("An alias means its collection, in other processes too, whatever that is called")
    func resolving() throws {
        let test = try Self.made()
        try test.store.aliases.change([.create(Self.now, of: Self.docs)])
        let reader = try test.reopened()
        #expect(try reader.aliases.collectionName(resolving: Self.now) == Self.docs)
        #expect(try reader.aliases.collectionName(resolving: Self.docs) == Self.docs)
        try test.store.renameCollection(Self.docs, to: CollectionName(known: "renamed"))
        #expect(try reader.aliases.collectionName(resolving: Self.now).text == "renamed")
        let error = #expect(throws: VectorStoreError.self) {
            try reader.aliases.collectionName(resolving: Self.then)
        }
        #expect(error?.kind == "collection_not_found")
    }

    @Test("Several changes happen in order, or none of them")
    func together() throws {
        let test = try Self.made()
        let store = test.store
        try store.aliases.change([
            .create(Self.now, of: Self.docs), .delete(Self.now), .create(Self.now, of: Self.other),
            .rename(Self.now, to: Self.then), .delete(Self.now),
        ])
        let left = try store.aliases.all()
        #expect(left.map(\.name) == [Self.then] && left.map(\.collection) == [Self.other])
        let before = try store.aliases.all()
        for (bad, kind) in [
            (AliasChange.create(Self.now, of: Self.now), "collection_not_found"),
            (.create(Self.docs, of: Self.other), "collection_exists"),
            (.rename(Self.now, to: Self.then), "alias_not_found"),
            (.rename(Self.then, to: Self.docs), "collection_exists"),
        ] {
            let error = #expect(throws: VectorStoreError.self) {
                try store.aliases.change([
                    .delete(Self.then), .create(Self.then, of: Self.docs), bad,
                ])
            }
            #expect(error?.kind == kind)
            #expect(try store.aliases.all() == before)
        }
    }

    @Test(
        "A collection may not take the name of an alias, and takes its aliases along when it goes"
    )
    func collections() throws {
        let test = try Self.made()
        let store = test.store
        try store.aliases.change([.create(Self.now, of: Self.docs)])
        for make in [
            { try store.createCollection(Self.now, configuration: .init(dimension: 4)) },
            { try store.renameCollection(Self.other, to: Self.now) > 0 },
        ] {
            let error = #expect(throws: VectorStoreError.self) { _ = try make() }
            #expect(error?.kind == "alias_exists")
        }
        try store.dropCollection(Self.docs)
        #expect(try store.aliases.all() == [])
        try store.createCollection(Self.now, configuration: .init(dimension: 4))
    }

    @Test("Notes are kept with their collection until it goes, or they are removed")
    func notes() throws {
        let test = try Self.made()
        let store = test.store
        #expect(try store.notes.all(of: Self.docs) == [:])
        try store.notes.set(["a": Array("1".utf8), "b": Array("ü".utf8)], of: Self.docs)
        let changes: [String: [UInt8]?] = ["a": nil, "c": Array("3".utf8)]
        try store.notes.set(changes, of: Self.docs)
        #expect(
            try test.reopened().notes.all(of: Self.docs) == [
                "b": Array("ü".utf8), "c": Array("3".utf8),
            ]
        )
        #expect(try store.notes.all(of: Self.other) == [:])
        try store.dropCollection(Self.docs)
        try store.createCollection(Self.docs, configuration: .init(dimension: 4))
        #expect(try store.notes.all(of: Self.docs) == [:])
    }
}
