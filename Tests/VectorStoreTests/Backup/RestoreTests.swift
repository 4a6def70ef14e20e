import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Restore")
struct RestoreTests {
    private static let docs = TestStore.collection

    /// A store with a snapshot, changed since.
    private static func changed() throws -> (TestRepository, path: String, before: State) {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let before = try State(test.store)
        // A copy, which nothing holds open.
        let path = repository.scratch.path + "/data"
        try test.store.put(randomPoints(300..<310, seed: 9))
        _ = try test.store.dropCollection(CollectionName("other"))
        try FileManager.default.copyTree(test.path, to: path)
        return (repository, path, before)
    }

    private static func epoch(_ path: String) throws -> Int {
        try RawCatalog(path + "/store/catalog.sqlite").integer("SELECT epoch FROM store")
    }

    private static func restore(
        _ repository: TestRepository,
        over path: String,
        _ choice: SnapshotChoice = .latest
    ) throws {
        let open = try repository.open()
        let manifest = try open.snapshot(choice).manifest
        try open.restore(manifest, to: .replacing(path), options: .quick)
    }

    @Test("The snapshot takes the store's place, with a new epoch, and nothing else is left")
    func replaces() throws {
        let (repository, path, before) = try Self.changed()
        try Data("a: 1\n".utf8).write(to: URL(filePath: path + "/config.yaml"))
        try Self.restore(repository, over: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        #expect(try State(store) == before)
        #expect(try store.findings() == [])
        #expect(try Self.epoch(path) >> 20 == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(
            names == [
                "LOCK.compact", "LOCK.open", "LOCK.queue", "LOCK.write", "config.yaml", "store",
            ]
        )
        for point in before.points["docs", default: []].prefix(5) {
            #expect(try store.search(point.vector, k: 1)[0].point.id.text == point.id)
        }
        try store.put(randomPoints(0..<3, seed: 4))
        #expect(try store.commitSequence() == before.sequence + 1)
        #expect(try store.findings() == [])
    }

    @Test("Searches give the same answers, to the last bit of a score")
    func sameAnswers() throws {
        let test = try BackupTests.filled(count: 300)
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let path = repository.scratch.path + "/back"
        try repository.restore(to: path)
        let store = try Store(path: path)
        for query in randomPoints(0..<20, seed: 77).map(\.vector) {
            for filter in [nil, "n > 20", "n = 5 or n = 6"] {
                let expected = try test.store.search(query, k: 7, filter: filter)
                #expect(try store.search(query, k: 7, filter: filter) == expected)
            }
        }
    }

    @Test("The epoch is past every epoch that the repository knows, though the store is destroyed")
    func epochs() throws {
        let (repository, path, _) = try Self.changed()
        let first = try repository.open().snapshot(.latest).manifest.id
        try Self.restore(repository, over: path)
        try repository.backUp(Store(path: path))
        #expect(try Self.epoch(path) >> 20 == 1)
        try Data("no catalog".utf8)
            .write(to: URL(filePath: path + "/store/catalog.sqlite"))
        for suffix in ["-wal", "-shm"] { unlink(path + "/store/catalog.sqlite" + suffix) }
        try Self.restore(repository, over: path, .named(first))
        #expect(try Self.epoch(path) >> 20 == 2)
        let last = try repository.backUp(Store(path: path)).manifest.id
        #expect(try repository.open().snapshot(.latest).manifest.id == last)
    }

    @Test("A process that had the old store open notices")
    func oldProcess() throws {
        let (repository, path, before) = try Self.changed()
        let old = try Store(path: path, options: StoreOptions(access: .write))
        #expect(throws: VectorStoreError.self) { try Self.restore(repository, over: path) }
        old.releaseOpenLock()
        try Self.restore(repository, over: path)
        #expect(try !old.reacquireOpenLock())
        let error = #expect(throws: VectorStoreError.self) {
            try old.put(randomPoints(0..<1, seed: 1))
        }
        #expect(error == .store(.replaced(path: path)))
        #expect(try State(Store(path: path)) == before)
    }

    @Test("A live store is never replaced", arguments: [StoreOptions.Access.read, .write])
    func live(access: StoreOptions.Access) throws {
        let (repository, path, _) = try Self.changed()
        let before = try FileTree(store: path)
        let holder = try Store(path: path, options: StoreOptions(access: access))
        let error = #expect(throws: VectorStoreError.self) {
            try Self.restore(repository, over: path)
        }
        guard case .store(.busy("LOCK.open", _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try FileTree(store: path) == before)
        _ = try holder.commitSequence()
    }

    @Test("A store that somebody opens during the work is not replaced")
    func openedMeanwhile() throws {
        let (repository, path, _) = try Self.changed()
        let before = try FileTree(store: path)
        let holder = Holder()
        var options = RestoreOptions.quick
        options.progress = { _, _ in holder.open(path) }
        let open = try repository.open()
        let manifest = try open.snapshot(.latest).manifest
        #expect(throws: VectorStoreError.self) {
            try open.restore(manifest, to: .replacing(path), options: options)
        }
        holder.close()
        #expect(try FileTree(store: path) == before)
    }

    /// Holds a store open from the first moment it is asked to.
    private final class Holder: @unchecked Sendable {
        // Protected by `lock`.
        private var store: Store?
        private let lock = NSLock()

        func open(_ path: String) {
            lock.withLock {
                do { store = try store ?? Store(path: path) } catch { Issue.record(error) }
            }
        }

        func close() { lock.withLock { store = nil } }
    }

    @Test("A new directory must not hold a store or other files")
    func newDirectory() throws {
        let (repository, path, before) = try Self.changed()
        let exists = #expect(throws: VectorStoreError.self) { try repository.restore(to: path) }
        #expect(exists == .store(.exists(path: path)))
        let photos = repository.scratch.path + "/photos"
        #expect(mkdir(photos, 0o755) == 0)
        let fresh = photos + "/deep/er/data"
        try repository.restore(to: fresh)
        #expect(try State(Store(path: fresh)) == before)
        let foreign = #expect(throws: VectorStoreError.self) { try repository.restore(to: photos) }
        #expect(foreign == .store(.directoryNotEmpty(path: photos)))
        let empty = repository.scratch.path + "/empty"
        #expect(mkdir(empty, 0o755) == 0)
        try repository.restore(to: empty)
        #expect(try State(Store(path: empty)) == before)
    }

    @Test("A directory that never was a data directory does not become one")
    func mistyped() throws {
        let (repository, _, _) = try Self.changed()
        let path = repository.scratch.path + "/typo"
        for _ in 0..<2 {
            let error = #expect(throws: VectorStoreError.self) {
                try Self.restore(repository, over: path)
            }
            #expect(error == .store(.notFound(path: path)))
            mkdir(path, 0o755)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    }

    @Test("A data directory whose store is gone or destroyed gets the snapshot", arguments: 0..<4)
    func destroyed(kind: Int) throws {
        let (repository, path, before) = try Self.changed()
        let catalog = path + "/store/catalog.sqlite"
        switch kind {
        case 0: try FileManager.default.removeItem(atPath: path + "/store")
        case 1: #expect(truncate(catalog, 0) == 0)
        case 2: try Data(repeating: 7, count: 9000).write(to: URL(filePath: catalog))
        default:
            #expect(unlink(catalog) == 0)
            #expect(mkdir(catalog, 0o700) == 0)
        }
        try Self.restore(repository, over: path)
        let store = try Store(path: path)
        #expect(try State(store) == before)
        #expect(try store.findings() == [])
    }

    @Test("A damaged snapshot is refused before anything changes")
    func damaged() throws {
        let (repository, path, _) = try Self.changed()
        let before = try FileTree(store: path)
        for chunk in try repository.chunks() {
            try flipByte(repository.path + "/" + chunk, at: 18)
            let error = #expect(throws: VectorStoreError.self) {
                try Self.restore(repository, over: path)
            }
            guard case .backup(.corruptRepository) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try flipByte(repository.path + "/" + chunk, at: 18)
        }
        #expect(try FileTree(store: path) == before)
    }

    // MARK: Choosing

    @Test("Snapshots are found by id, by its beginning, by name, by time, and as the latest")
    func choices() throws {
        let test = try TestStore()
        let repository = try TestRepository()
        var ids: [String] = []
        for number in 0..<4 {
            try test.store.put(samplePoints(number..<(number + 1)))
            ids.append(try repository.backUp(test.store).manifest.id)
        }
        for (number, name) in try repository.manifests().enumerated() {
            var document = try RawDocument(repository.path + "/" + name)
            document.members["created"] = "2026-01-0\(number + 1)T00:00:00Z"
            document.members["id"] =
                [
                    "ab00000000000000", "ab00000000000001", "cd00000000000000",
                    "ab" + "f0000000000000",
                ][number]
            try document.writeUnderItsName()
        }
        let open = try repository.open()
        func find(_ choice: SnapshotChoice) throws -> UInt64 {
            try open.snapshot(choice).manifest.sequence
        }
        let sequences = try open.listing().snapshots.map(\.manifest.sequence)
        #expect(sequences.count == 4 && sequences == sequences.sorted())
        #expect(try find(.latest) == sequences[3])
        #expect(try find(.named("cd")) == sequences[2])
        #expect(try find(.named("ab00000000000001")) == sequences[1])
        #expect(try find(.named("abf")) == sequences[3])
        #expect(try find(.named(open.listing().snapshots[0].manifest.name)) == sequences[0])
        for (text, number) in [("2026-01-01", 0), ("2026-01-02T23:59", 1), ("2027-01-01", 3)] {
            let time = try #require(Timestamp(text))
            #expect(try find(.asOf(time)) == sequences[number])
        }
        let ambiguous = #expect(throws: VectorStoreError.self) { try find(.named("ab0")) }
        #expect(
            ambiguous
                == .backup(
                    .ambiguousSnapshot(
                        snapshot: "ab0",
                        candidates: ["ab00000000000000", "ab00000000000001"]
                    )
                )
        )
        for text in ["", "zz", "AB", "ab000000000000000", "../repository"] {
            let error = #expect(throws: VectorStoreError.self) { try find(.named(text)) }
            #expect(
                error == .backup(.snapshotNotFound(snapshot: text, repository: repository.path))
            )
        }
        let early = try #require(Timestamp("2025-01-01"))
        #expect(throws: VectorStoreError.self) { try find(.asOf(early)) }
    }

    @Test("With a snapshot that can't be read, the latest is not guessed")
    func unreadable() throws {
        let test = try TestStore()
        let repository = try TestRepository()
        let first = try repository.backUp(test.store).manifest
        try test.store.put(samplePoints(0..<2))
        let second = try repository.backUp(test.store).manifest
        let path = repository.path + "/" + (try repository.manifests()[1])
        try flipByte(path, at: 30)
        let open = try repository.open()
        let now = Timestamp(seconds: Timestamp.now.seconds + 5)
        for choice in [SnapshotChoice.latest, .asOf(now), .named(second.name), .named(second.id)] {
            let error = #expect(throws: VectorStoreError.self) { try open.snapshot(choice) }
            guard case .backup(.corruptRepository(path, _)) = error else {
                Issue.record("\(choice): \(String(describing: error))")
                continue
            }
        }
        #expect(try open.snapshot(.named(first.id)).manifest == first)
        // The next backup goes on beside it.
        let third = try repository.backUp(test.store).manifest
        #expect(third.sequence == second.sequence)
        #expect(try open.listing().snapshots.count == 2)
    }
}
