import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

@Suite("Backup", .timeLimit(.minutes(10)))
struct BackupTests {
    private static let docs = TestStore.collection

    /// A segment with dead rows, a tail with dead rows, an index, and more collections.
    static func filled(count: Int = 60) throws -> TestStore {
        let test = try TestStore(dimension: 8)
        let store = test.store
        try store.put(randomPoints(0..<count, seed: 1))
        try store.compact()
        try store.put(randomPoints(count..<(count + 20), seed: 2))
        _ = try store.delete(store.ids("p3", "p\(count + 1)"), from: Self.docs)
        _ = try store.createIndex(on: "n", in: Self.docs)
        try store.createCollection(
            CollectionName("empty"),
            configuration: CollectionConfiguration(dimension: 3, metric: .cosine)
        )
        try store.createCollection(
            CollectionName("other"),
            configuration: CollectionConfiguration(dimension: 4, metric: .dot)
        )
        try store.put(samplePoints(0..<5), to: CollectionName("other"))
        return test
    }

    @Test("A snapshot restores to everything that a user can see of the store")
    func everything() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        let summary = try repository.backUp(test.store, tag: "first")
        let before = try State(test.store)
        #expect(summary.manifest.sequence == before.sequence)
        #expect(summary.manifest.tag == "first" && summary.manifest.pointCount == 83)
        #expect(summary.chunkCount == summary.newChunkCount && summary.storedByteCount > 0)
        #expect(try repository.chunks().count == summary.newChunkCount)
        #expect(try repository.restored() == before)
        #expect(try repository.findings() == [])
        #expect(try repository.leftovers() == [])
    }

    @Test("A store without anything is backed up and restored")
    func emptyStore() throws {
        let scratch = try ScratchDirectory()
        try Store.create(path: scratch.path + "/data")
        let store = try Store(path: scratch.path + "/data")
        let repository = try TestRepository()
        try repository.backUp(store)
        #expect(try repository.restored() == State(store))
    }

    @Test("A catalog of an older version is backed up, and restored with an audit trail")
    func olderCatalog() throws {
        let test = try TestStore()
        try RawCatalog(test.catalogPath).forgetTrust(version: 1)
        let store = try test.reopened(.write)
        try store.put(samplePoints(0..<5))
        _ = try store.delete(store.ids("p1"), from: Self.docs)
        let repository = try TestRepository()
        try repository.backUp(store)
        let path = repository.scratch.path + "/back"
        try repository.restore(to: path)
        #expect(try State(Store(path: path)) == State(store))
        let version = try RawCatalog(path + "/store/catalog.sqlite").integer("PRAGMA user_version")
        #expect(version == 4)
        let entries = try Store(path: path).auditEntries()
        #expect(entries.map(\.action) == ["backup.restore"])
        // One collection of it beside others, in a store of today.
        let living = try TestStore()
        try repository.backUp(store)
        let sequence = try living.store.backups.restore(
            Self.docs,
            as: CollectionName("back"),
            from: repository.open().snapshot(.latest).manifest,
            in: repository.open(),
            options: .quick
        )
        #expect(try sequence == living.store.commitSequence())
        #expect(try living.store.allPoints(of: CollectionName("back")) == store.allPoints())
        #expect(try living.store.findings() == [])
    }

    // MARK: Increments

    @Test("An unchanged store costs no piece, whatever the number of threads", arguments: [1, 3])
    func unchanged(threads: Int) throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        let first = try repository.backUp(test.store, threads: threads)
        let second = try repository.backUp(test.reopened(), threads: 4 - threads)
        #expect(second.newChunkCount == 0 && second.newByteCount == 0)
        #expect(second.storedByteCount == 0 && second.chunkCount == first.chunkCount)
        #expect(first.manifest.files == second.manifest.files)
        #expect(first.manifest.id != second.manifest.id)
        #expect(second.manifest.isLater(than: first.manifest))
        #expect(
            try repository.open().listing().snapshots.map(\.manifest.id)
                == [first.manifest.id, second.manifest.id]
        )
    }

    @Test("New points cost the pieces that they touch, and the segment's come again")
    func increment() throws {
        let test = try TestStore(dimension: 8)
        for batch in 0..<8 {
            try test.store.put(randomPoints(batch * 500..<(batch + 1) * 500, seed: UInt64(batch)))
        }
        try test.store.compact()
        let repository = try TestRepository()
        let first = try repository.backUp(test.store)
        try test.store.put(randomPoints(4000..<4010, seed: 9))
        let second = try repository.backUp(test.store)
        #expect(second.newChunkCount <= 7 && second.chunkCount > second.newChunkCount)
        #expect(second.newByteCount < first.newByteCount)
        #expect(try repository.restored() == State(test.store))
        #expect(try repository.restored(.named(first.manifest.id)).points["docs"]?.count == 4000)
    }

    @Test("A merge's large sections are cut where they begin, and pieces tile each file")
    func cuts() throws {
        let test = try TestStore(dimension: 64)
        var random = SplitMix64(seed: 3)
        let points = (0..<6000).map { TestPoint(id: "p\($0)", vector: random.vector(64)) }
        try test.store.put(Array(points[..<5500]))
        try test.store.compact()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let before = Set(try repository.chunks())
        try test.store.put(Array(points[5500...]))
        try test.store.compact()
        let second = try repository.backUp(test.store)
        let document = try repository.document()
        for file in document["files"] {
            let sizes = file["chunk_sizes"] as? [Int] ?? []
            #expect(sizes.reduce(0, +) == file["size"] as? Int && sizes.allSatisfy { $0 > 0 })
            let most = file["path"] as? String == "catalog.sqlite" ? 64 << 10 : 4 << 20
            #expect(sizes.allSatisfy { $0 <= most })
        }
        let segment = document["files"][try document.index(ofFile: ".seg")]
        let cuts = (segment["chunk_sizes"] as? [Int] ?? []).reduce(into: [0]) {
            $0.append(($0.last ?? 0) + $1)
        }
        let path = test.path + "/store/" + (segment["path"] as? String ?? "")
        let image = SegmentImage(bytes: [UInt8](try Data(contentsOf: URL(filePath: path))))
        for section in ["records", "vectors"] {
            #expect(cuts.contains(image.range(of: section).lowerBound), "\(section): \(cuts)")
        }
        #expect(second.newChunkCount < second.chunkCount)
        #expect(Set(try repository.chunks()).isSuperset(of: before))
        #expect(try repository.restored().points == State(test.store).points)
    }

    @Test("Pieces that are gone, cut short or empty are written anew by the next backup")
    func mendsPieces() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let whole = try FileTree(repository.path + "/chunks")
        for (number, chunk) in try repository.chunks().enumerated() {
            let path = repository.path + "/" + chunk
            switch number % 3 {
            case 0: #expect(unlink(path) == 0)
            case 1: #expect(truncate(path, 20) == 0)
            default: #expect(truncate(path, 0) == 0)
            }
        }
        let count = try repository.chunks().count
        #expect(try !repository.findings().isEmpty)
        let second = try repository.backUp(test.store)
        #expect(second.newChunkCount >= count)
        #expect(try FileTree(repository.path + "/chunks") == whole)
        #expect(try repository.findings() == [])
        for snapshot in try repository.open().listing().snapshots {
            #expect(try repository.restored(.named(snapshot.manifest.id)) == State(test.store))
        }
    }

    @Test("A piece that no snapshot names is read before it counts")
    func unvouchedPiece() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        for name in try repository.manifests() {
            #expect(unlink(repository.path + "/" + name) == 0)
        }
        for chunk in try repository.chunks() { try flipByte(repository.path + "/" + chunk, at: 20) }
        let again = try repository.backUp(test.store)
        #expect(again.newChunkCount == again.chunkCount)
        #expect(try repository.findings() == [])
        #expect(try repository.restored() == State(test.store))
    }

    // MARK: Beside others

    @Test("A writer commits while a backup is in its middle, and the snapshot is of before")
    func writerMeanwhile() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        let before = try State(test.store)
        let writer = try test.reopened(.write, lockTimeout: LockTimeout(seconds: 0))
        let isFirst = Mutex(true)
        try repository.backUp(test.store, threads: 1) { _, _ in
            guard
                isFirst.withLock({ first in
                    defer { first = false }; return first
                })
            else {
                return
            }
            do {
                try writer.put(randomPoints(500..<510, seed: 5))
                _ = try writer.delete(writer.ids("p7"), from: Self.docs)
                try writer.compact()
                _ = try writer.dropCollection(CollectionName("other"))
                try writer.put(randomPoints(0..<4, seed: 6))
            } catch {
                Issue.record(error)
            }
        }
        #expect(try writer.commitSequence() > before.sequence)
        #expect(try repository.restored() == before)
        #expect(try repository.findings() == [])
        try repository.backUp(test.store)
        #expect(try repository.restored() == State(writer))
    }

    @Test("Two backups into one new repository at once both count", arguments: 0..<8)
    func twoAtOnce(round: Int) throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        let works = (0..<3).map { _ in
            Thread.detached {
                let store = try test.reopened()
                for _ in 0..<2 { try repository.backUp(store) }
            }
        }
        for work in works { try work.join() }
        let snapshots = try repository.open().listing()
        #expect(snapshots.snapshots.count == 6 && snapshots.faults.isEmpty)
        #expect(try repository.findings() == [])
        #expect(try repository.restored() == State(test.store))
        #expect(try repository.leftovers() == [])
    }

    @Test("A backup that begins while another makes its scratch directory disturbs neither")
    func scratchRace() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let calls = Mutex(0)
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            guard path.hasPrefix(repository.path + "/tmp") else { return nil }
            let number = calls.withLock {
                $0 += 1; return $0
            }
            guard number < 12 else { return nil }
            do {
                try SystemCall.$fault.withValue(nil) {
                    _ = try repository.backUp(test.reopened())
                }
            } catch {
                Issue.record("\(name) \(path): \(error)")
            }
            return nil
        }
        try SystemCall.$fault.withValue(hook) { _ = try repository.backUp(test.store) }
        #expect(try repository.findings() == [])
        #expect(try repository.leftovers() == [])
    }

    @Test("A backup waits for nobody while snapshots are forgotten, and says so")
    func besideForgetting() throws {
        let test = try TestStore(lockTimeout: LockTimeout(seconds: 0))
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let lock = try HeldLock(repository.path + "/LOCK", exclusively: true)
        let error = #expect(throws: VectorStoreError.self) { try repository.backUp(test.store) }
        guard case .store(.busy(repository.path + "/LOCK", _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        _ = consume lock
        try repository.backUp(test.store)
    }

    @Test("Whoever wants a backup to end gets it, and nothing of it is left")
    func interrupted() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let listed = try repository.manifests()
        try test.store.put(randomPoints(200..<260, seed: 5))
        for limit in 0..<6 {
            let asked = Mutex(0)
            let stop = Cancellation {
                asked.withLock {
                    $0 += 1
                    return $0 > limit
                }
            }
            let lockTimeout = LockTimeout(seconds: 0, cancellation: stop)
            let store = try test.reopened(lockTimeout: lockTimeout)
            let error = #expect(throws: VectorStoreError.self) { try repository.backUp(store) }
            #expect(error == .cancelled, "\(limit)")
            #expect(try repository.manifests() == listed)
            #expect(try repository.leftovers() == [])
        }
        try repository.backUp(test.store)
        #expect(try repository.restored() == State(test.store))
    }
}
