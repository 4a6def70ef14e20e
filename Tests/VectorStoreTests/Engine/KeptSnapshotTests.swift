import Foundation
import TestSupport
import Testing
import VectorStore

/// A process that reads again and again keeps what it has read until somebody commits.
@Suite("Kept snapshots", .timeLimit(.minutes(60)))
struct KeptSnapshotTests {
    private static let docs = TestStore.collection
    private static let other = CollectionName(known: "other")

    /// Another store on the same directory, as a server has it.
    private static func kept(_ path: String) throws -> Store {
        var options = StoreOptions(access: .read)
        options.keepsFiles = true
        return try Store(path: path, options: options)
    }

    private static func search(_ store: Store, _ name: CollectionName = docs) throws -> [String] {
        try store.withReader(of: name, resolvingAliases: true) {
            try $0.search(SearchRequest(vector: [1, 2, 3, 4])).map(\.point.id.text)
        }
    }

    @Test("After each commit of another process all is read anew", arguments: UInt64(0)..<4)
    func model(seed: UInt64) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try Store.create(path: path)
        let writer = try Store(path: path, options: StoreOptions(access: .write))
        try FieldModel.create(in: writer)
        let kept = try Self.kept(path)
        var model = FieldModel(seed: seed)
        for round in 0..<40 {
            try writer.apply([try model.next()], to: FieldModel.name)
            if round % 13 == 12 { try writer.maintenance.compact(FieldModel.name) }
            for _ in 0..<2 { #expect(try FieldModel.read(kept) == model.points, "round \(round)") }
            for field in ["", "text", "image"] {
                guard case .dense(let query) = try model.randomVector(of: field) else { continue }
                let request = SearchRequest(vector: query, neighbourCount: 50)
                let hits = try kept.withReader(of: FieldModel.name) {
                    try $0.search(request, in: field)
                }
                let fresh = try writer.withReader(of: FieldModel.name) {
                    try $0.search(request, in: field)
                }
                #expect(hits == fresh, "round \(round)")
                let having = model.points.filter { $0.value.vectors[field] != nil }
                #expect(Set(hits.map(\.point.id)) == Set(having.keys), "round \(round)")
            }
            #expect(try kept.collection(FieldModel.name).pointCount == model.points.count)
        }
    }

    @Test("What a name means is asked again after each commit")
    func names() throws {
        let test = try TestStore()
        try test.store.put([TestPoint(id: "a", vector: [1, 2, 3, 4])])
        try test.store.createCollection(
            Self.other,
            configuration: CollectionConfiguration(dimension: 4)
        )
        let kept = try Self.kept(test.path)
        let alias = CollectionName(known: "alias")
        #expect(throws: VectorStoreError.self) { try Self.search(kept, alias) }
        try test.store.aliases.change([.create(alias, of: Self.docs)])
        for _ in 0..<2 { #expect(try Self.search(kept, alias) == ["a"]) }
        try test.store.aliases.change([.create(alias, of: Self.other)])
        for _ in 0..<2 { #expect(try Self.search(kept, alias) == []) }
        #expect(try kept.aliases.collectionName(resolving: alias) == Self.other)
        try test.store.renameCollection(Self.docs, to: CollectionName(known: "renamed"))
        #expect(throws: VectorStoreError.self) { try Self.search(kept) }
        #expect(try Self.search(kept, CollectionName(known: "renamed")) == ["a"])
        try test.store.dropCollection(CollectionName(known: "renamed"))
        try test.store.createCollection(
            Self.docs,
            configuration: CollectionConfiguration(dimension: 2)
        )
        #expect(throws: VectorStoreError.self) { try Self.search(kept) }
        #expect(try kept.withReader(of: Self.docs) { $0.info.configuration.dimension } == 2)
    }

    @Test("An alias is no collection where only collections are asked for")
    func exactNames() throws {
        let test = try TestStore()
        let alias = CollectionName(known: "alias")
        try test.store.aliases.change([.create(alias, of: Self.docs)])
        let kept = try Self.kept(test.path)
        for store in [kept, try test.reopened()] {
            #expect(try Self.search(store, alias) == [])
            #expect(throws: VectorStoreError.self) { try store.withReader(of: alias) { _ in } }
        }
    }

    @Test("Filters of several collections on one connection do not mix")
    func filters() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<8))
        try test.store.createCollection(
            Self.other,
            configuration: CollectionConfiguration(dimension: 4)
        )
        try test.store.put(samplePoints(4..<8), to: Self.other)
        let kept = try Self.kept(test.path)
        for filter in ["n < 3", "n >= 3", "n < 3", "not n exists", "n >= 5"] {
            let passing = try PointFilter(parsing: filter)
            let request = SearchRequest(
                vector: [1, 2, 3, 4],
                neighbourCount: 20,
                filter: passing
            )
            for name in [Self.docs, Self.other, Self.docs] {
                let hits = try kept.withReader(of: name) { try $0.search(request) }
                let fresh = try test.reopened().withReader(of: name) { try $0.search(request) }
                #expect(hits == fresh, "\(filter)")
            }
        }
    }

    @Test(
        "What a filter has asked ends with its reader, so later commits are seen",
        arguments: ["n >= 0", "n < 3", "even", "n in (1, 2)", "not n = 2", "n exists"]
    )
    func endOfFilters(filter: String) throws {
        for isIndexed in [false, true] {
            let test = try TestStore()
            try test.store.put(samplePoints(0..<40))
            try test.store.compact()
            try test.store.put(samplePoints(40..<60))
            if isIndexed { _ = try test.store.createIndex(on: "n", in: Self.docs) }
            let kept = try Self.kept(test.path)
            for number in 60..<70 {
                // Twice in one snapshot: then the filter is evaluated as a whole.
                try kept.withReader(of: Self.docs) { reader in
                    for k in [1, 5] {
                        let request = SearchRequest(
                            vector: [1, 2, 3, 4],
                            neighbourCount: k,
                            filter: try PointFilter(parsing: filter)
                        )
                        #expect(try reader.search(request).count > 0)
                    }
                }
                try test.store.put(samplePoints(number..<(number + 1)))
                #expect(try kept.withReader(of: Self.docs) { try $0.count() } == number + 1)
                let nearest = try kept.search(samplePoints(number..<(number + 1))[0].vector, k: 1)
                #expect(nearest.map(\.point.id.text) == ["p\(number)"])
            }
        }
    }

    /// Lines of the process's mappings that name a file below a path.
    private static func mappings(_ path: String) throws -> [Substring] {
        // Such a file has no size that a reader could go by.
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
        let maps = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        return maps.split(separator: "\n").filter { $0.contains(path) }
    }

    /// Those of files that are gone.
    private static func retired(_ path: String) throws -> [Substring] {
        try mappings(path).filter { $0.hasSuffix("(deleted)") }
    }

    @Test("A tail that grows and whose rows die stays mapped where it is")
    func growing() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<4))
        let kept = try Self.kept(test.path)
        #expect(try Self.search(kept).count == 4)
        let tail = try test.tail()
        let first = try Self.mappings(tail)
        #expect(first.count == 1)
        for number in 4..<300 {
            try test.store.put(samplePoints(number..<(number + 1)))
            if number % 3 == 0 {
                _ = try test.store.delete(test.store.ids("p\(number - 2)"), from: Self.docs)
            }
            let nearest = try kept.search(samplePoints(number..<(number + 1))[0].vector, k: 1)
            #expect(nearest.map(\.point.id.text) == ["p\(number)"])
        }
        #expect(try Self.mappings(tail) == first)
    }

    @Test("A segment whose rows die stays mapped where it is")
    func dying() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<40))
        try test.store.compact()
        let kept = try Self.kept(test.path)
        #expect(try Self.search(kept).count == 10)
        let segment = try #require(test.segments().first)
        let first = try Self.mappings(segment)
        for number in 0..<30 {
            _ = try test.store.delete(test.store.ids("p\(number)"), from: Self.docs)
            let found = try kept.search([1, 2, 3, 4], k: 50).map(\.point.id.text)
            #expect(Set(found) == Set((number + 1..<40).map { "p\($0)" }))
        }
        #expect(try Self.mappings(segment) == first)
    }

    @Test("A tail that was cut short is named, though it was mapped when it was whole")
    func cutShort() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<40))
        let kept = try Self.kept(test.path)
        #expect(try Self.search(kept).count == 10)
        try test.store.put(samplePoints(40..<41))
        try FileHandle(forUpdating: URL(filePath: test.tail())).truncate(atOffset: 100)
        let error = #expect(throws: VectorStoreError.self) { try Self.search(kept) }
        #expect(error?.kind == "corrupt")
    }

    @Test("Retired files are let go of when the store is told so, by all its connections")
    func refreshing() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<8))
        let kept = try Self.kept(test.path)
        // Each reader within another has a connection of its own.
        func nested(_ depth: Int) throws {
            try kept.withReader(of: Self.docs) { _ in
                if depth > 0 { try nested(depth - 1) }
            }
        }
        try nested(4)
        try kept.withReader(of: Self.docs) { _ in
            try test.store.maintenance.compact(Self.docs)
            #expect(try !Self.retired(test.path).isEmpty)
            // This reader's own connection lets go when it is given back.
            try kept.refresh()
        }
        #expect(try Self.retired(test.path).isEmpty)
        #expect(try Self.search(kept).count == 8)
    }
}
