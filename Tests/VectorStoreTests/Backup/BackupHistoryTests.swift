import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// What becomes of backups when a store is damaged, or goes back to an older state and on from
/// there.
@Suite("Histories of backups")
struct BackupHistoryTests {
    private let test: TestStore
    private let repository: TestRepository

    init() throws {
        test = try TestStore()
        repository = try TestRepository()
        try test.store.put(samplePoints(0..<40))
    }

    private static func restore(
        _ choice: SnapshotChoice,
        of repository: TestRepository,
        over path: String
    ) throws {
        let open = try repository.open()
        try open.restore(
            open.snapshot(choice).manifest,
            to: .replacing(path),
            options: .quick
        )
    }

    private static func policy(last: Int) -> RetentionPolicy {
        var policy = RetentionPolicy()
        policy.last = last
        return policy
    }

    @Test(
        "A catalog with a damaged row makes no snapshot, and the error names the store's own file"
    )
    func damagedCatalog() throws {
        try repository.backUp(test.store)
        // Kept out of the engine's hands: the row's checksum does not follow.
        try RawCatalog(test.catalogPath)
            .run("UPDATE points_1 SET payload = replace(payload, '7', '8') WHERE id = 'p7'")
        #expect {
            try repository.backUp(test.store)
        } throws: { error in
            guard case VectorStoreError.file(.corrupt(let file, _, _)) = error else { return false }
            return file == test.catalogPath
        }
        #expect(try repository.open().listing().snapshots.count == 1)
        #expect(try repository.leftovers() == [])
    }

    @Test("After an older state was restored, the next backup is the latest and is kept")
    func goesBack() throws {
        let first = try repository.backUp(test.store).manifest.id
        try test.store.put(samplePoints(40..<60))
        for _ in 0..<3 { try test.store.put(samplePoints(60..<61)) }
        try repository.backUp(test.store)
        let path = repository.scratch.path + "/data"
        try repository.restore(.named(first), to: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        try store.put(samplePoints(90..<91))
        let last = try repository.backUp(store).manifest.id
        let open = try repository.open()
        #expect(try open.snapshot(.latest).manifest.id == last)
        let summary = try open.forget(Self.policy(last: 1), options: .quick)
        #expect(summary.decisions.filter(\.isKept).map(\.snapshot.manifest.id) == [last])
        #expect(try repository.restored() == State(store))
    }

    @Test("Two copies of one store may back up in turns: what was made last is the latest")
    func twoCopies() throws {
        try repository.backUp(test.store)
        let path = repository.scratch.path + "/copy"
        try repository.restore(to: path)
        let copy = try Store(path: path, options: StoreOptions(access: .write))
        for round in 0..<3 {
            for store in [copy, test.store] {
                try store.put(samplePoints((100 + round)..<(102 + round)))
                let made = try repository.backUp(store).manifest.id
                let open = try repository.open()
                let summary = try open.forget(
                    Self.policy(last: 1),
                    keeping: made,
                    options: .quick
                )
                #expect(summary.decisions.last?.snapshot.manifest.id == made)
                #expect(try repository.restored() == State(store))
            }
        }
    }

    @Test("A snapshot that was just made is kept, whatever the policy says")
    func justMade() throws {
        let ids = try (0..<3).map { _ in try repository.backUp(test.store).manifest.id }
        var policy = RetentionPolicy()
        policy.tags = ["no such tag"]
        let summary = try repository.open().forget(policy, keeping: ids[0], options: .quick)
        #expect(summary.decisions.filter(\.isKept).map(\.snapshot.manifest.id) == [ids[0], ids[2]])
    }

    @Test("Where no snapshot is whole, nothing is forgotten")
    func nothingWhole() throws {
        for _ in 0..<2 { try repository.backUp(test.store) }
        let chunk = try #require(repository.chunks().first)
        try FileManager.default.removeItem(atPath: repository.path + "/" + chunk)
        let before = try FileTree(repository.path)
        #expect {
            try repository.open().forget(Self.policy(last: 1), options: .quick)
        } throws: { error in
            guard case VectorStoreError.backup(.corruptRepository) = error else { return false }
            return true
        }
        #expect(try FileTree(repository.path) == before)
    }

    @Test("Points that were given the same keys in two histories are compared, not taken for same")
    func differenceOfHistories() throws {
        let first = try repository.backUp(test.store).manifest.id
        var point = samplePoints(70..<71)
        try test.store.put(point)
        let second = try repository.backUp(test.store).manifest
        let path = repository.scratch.path + "/data"
        try repository.restore(.named(first), to: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        point[0].vector[0] += 5
        try store.put(point)
        let third = try repository.backUp(store).manifest
        let open = try repository.open()
        let differences = try open.difference(from: second, to: third, options: .quick)
        #expect(differences.map(\.changedCount) == [1] && differences.map(\.change) == [.changed])
    }

    @Test("A snapshot's time is that of its state, not that of its last byte")
    func timeOfState() throws {
        let times = Mutex<[Int64]>([])
        let hasBegun = Mutex(false)
        var options = BackupOptions(tool: "test")
        options.progress = { _, _ in hasBegun.withLock { $0 = true } }
        // A clock that goes an hour further each time that it is looked at, and at a moment when
        // one more point comes into the store: the state is not older than its time.
        let store = test.store
        options.now = {
            #expect(!hasBegun.withLock { $0 })
            #expect(throws: Never.self) { try store.put(samplePoints(50..<51)) }
            return Timestamp(
                seconds: times.withLock { times in
                    times.append(1_800_000_000 + 3600 * Int64(times.count))
                    return times[times.count - 1]
                }
            )
        }
        let snapshot = try store.backups.make(in: repository.path, options: options)
        #expect(hasBegun.withLock { $0 } && times.withLock { $0 } == [1_800_000_000])
        #expect(snapshot.manifest.createdAt.seconds == 1_800_000_000)
        #expect(snapshot.manifest.pointCount == 41)
    }

    @Test("A damaged proof keeps nobody from restoring the latest snapshot")
    func damagedProof() throws {
        try repository.backUp(test.store)
        let open = try repository.open()
        _ = try open.prove(open.snapshot(.latest).manifest, tool: "test", options: .quick)
        let proof = try #require(repository.files().first { $0.hasSuffix(".proof.json") })
        try Data().write(to: URL(filePath: repository.path + "/" + proof))
        #expect(try repository.restored() == State(test.store))
        #expect(try repository.findings().count == 1)
        #expect(try open.listing().snapshots.last?.proof == nil)
    }

    @Test("A snapshot that is forgotten before work on it begins is not found")
    func forgottenMeanwhile() throws {
        let first = try repository.backUp(test.store).manifest
        let second = try repository.backUp(test.store).manifest
        let open = try repository.open()
        _ = try open.forget(Self.policy(last: 1), options: .quick)
        let missing = VectorStoreError.backup(
            .snapshotNotFound(
                snapshot: first.id,
                repository: repository.path
            )
        )
        #expect(throws: missing) { try open.prove(first, tool: "test", options: .quick) }
        #expect(throws: missing) {
            try open.difference(from: first, to: second, options: .quick)
        }
        #expect(throws: missing) {
            try open.restore(
                first,
                to: .new(repository.scratch.path + "/new"),
                options: .quick
            )
        }
    }

    @Test("A link in the place of the store is refused before anything is done")
    func linkedStore() throws {
        try repository.backUp(test.store)
        let path = repository.scratch.path + "/data"
        try repository.restore(to: path)
        try FileManager.default.moveItem(atPath: path + "/store", toPath: path + "-elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: path + "/store",
            withDestinationPath: path + "-elsewhere"
        )
        #expect {
            try Self.restore(.latest, of: repository, over: path)
        } throws: { error in
            guard case VectorStoreError.store(.notADataDirectory) = error else { return false }
            return true
        }
        #expect(try State(Store(path: path)) == State(test.store))
    }
}
