import Foundation
import Synchronization
import Testing
import VectorStore

/// Backups and what they restore to.
@Suite struct BackupTests {
    @Test("A snapshot restores to the state it was made of, to the bit")
    func roundTrip() throws {
        let bench = try BackupBench()
        try bench.fill()
        let before = try State(bench.store)
        let summary = try bench.backUp { $0.tag = "one" }
        #expect(summary.newPieceCount == summary.pieceCount && summary.storedByteCount > 0)
        try bench.store.put(samplePoints(60..<70))
        let restored = try bench.restored()
        #expect(try State(restored) == before)
        #expect(try restored.findings() == [])
        #expect(try bench.findings() == [])
        let query = samplePoints(7..<8)[0].vector
        let hits = try restored.search(query, filter: "n > 5")
        #expect(try hits == bench.store.search(query, filter: "n > 5").prefix(hits.count) + [])
        // Writing goes on where it ended.
        try restored.put(samplePoints(90..<95))
        try restored.compact()
        #expect(try restored.findings() == [])
    }

    @Test("A second backup of an unchanged store writes no piece")
    func unchanged() throws {
        let bench = try BackupBench()
        try bench.fill()
        let first = try bench.backUp()
        let pieces = try bench.files(below: "chunks")
        let second = try bench.backUp()
        #expect(second.newPieceCount == 0 && second.storedByteCount == 0)
        #expect(second.pieceCount == first.pieceCount)
        #expect(try bench.files(below: "chunks") == pieces)
        let listed = try bench.snapshots()
        #expect(listed.map(\.manifest.id) == [first.manifest.id, second.manifest.id])
        #expect(try bench.files(below: "tmp") == [])
    }

    @Test("A backup after new points reuses the segment's pieces")
    func incremental() throws {
        let bench = try BackupBench()
        try bench.fill()
        try bench.backUp()
        try bench.store.put(samplePoints(100..<110))
        let second = try bench.backUp()
        #expect(second.newPieceCount > 0 && second.newPieceCount < second.pieceCount)
        let restored = try bench.restored()
        #expect(try State(restored) == State(bench.store))
    }

    @Test("Pieces that are missing or cut short are written again")
    func heals() throws {
        let bench = try BackupBench()
        try bench.fill()
        try bench.backUp()
        let pieces = try bench.files(below: "chunks")
        let root = bench.repositoryPath + "/chunks/"
        for (number, piece) in pieces.enumerated() {
            if number % 2 == 0 {
                try FileManager.default.removeItem(atPath: root + piece)
            } else {
                try Data([1, 2, 3]).write(to: URL(filePath: root + piece))
            }
        }
        #expect(try bench.findings().count == pieces.count)
        try bench.backUp()
        #expect(try bench.findings() == [])
        _ = try bench.prove()
    }

    @Test("An unlisted piece that is damaged is not trusted")
    func doubtsOrphans() throws {
        let bench = try BackupBench()
        try bench.fill()
        try bench.backUp()
        for name in try bench.files(below: "snapshots") {
            try FileManager.default.removeItem(
                atPath: bench.repositoryPath + "/snapshots/" + name
            )
        }
        let piece = try #require(try bench.files(below: "chunks").first)
        let url = URL(filePath: bench.repositoryPath + "/chunks/" + piece)
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
        let summary = try bench.backUp()
        #expect(summary.newPieceCount == 1)
        #expect(try bench.findings() == [])
    }

    @Test("Writers and compactions go on while a backup runs, and are not in it")
    func besideWriters() throws {
        let bench = try BackupBench()
        try bench.fill()
        let before = try State(bench.store)
        let path = bench.test.path
        let hasWritten = Atomic(false)
        let failure = Mutex<String?>(nil)
        try bench.backUp { options in
            options.threadCount = 1
            options.progress = { _, _ in
                guard !hasWritten.exchange(true, ordering: .relaxed) else { return }
                do {
                    let patience = Patience(seconds: 0)
                    let options = StoreOptions(access: .write, patience: patience)
                    let writer = try Store(path: path, options: options)
                    try writer.put(samplePoints(200..<220))
                    try writer.compact()
                    _ = try writer.dropCollection(CollectionName("empty"))
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
            }
        }
        #expect(failure.withLock { $0 } == nil && hasWritten.load(ordering: .relaxed))
        let restored = try bench.restored()
        #expect(try State(restored) == before)
        #expect(try restored.findings() == [])
        #expect(try bench.store.allPoints().count > before.points["docs", default: []].count)
    }

    @Test("Each of ten backups under constant writing is exactly one committed state")
    func soak() throws {
        let bench = try BackupBench()
        let states = Mutex<[UInt64: State]>([:])
        let isOver = Atomic(false)
        let failure = Mutex<String?>(nil)
        let path = bench.test.path
        let writer = Thread {
            do {
                let store = try Store(path: path, options: StoreOptions(access: .write))
                var random = EngineRandom(seed: 3)
                while !isOver.load(ordering: .relaxed) {
                    let first = Int.random(in: 0..<60, using: &random)
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: _ = try store.delete(store.ids("p\(first)"), from: TestStore.collection)
                    case 1: try store.compact()
                    default: try store.put(samplePoints(first..<(first + 5)))
                    }
                    let state = try State(store)
                    states.withLock { $0[state.sequence] = state }
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
            isOver.store(true, ordering: .relaxed)
        }
        writer.start()
        var ids: [String] = []
        for _ in 0..<10 where !isOver.load(ordering: .relaxed) {
            ids.append(try bench.backUp().manifest.id)
        }
        isOver.store(true, ordering: .relaxed)
        while !writer.isFinished { usleep(1000) }
        #expect(failure.withLock { $0 } == nil && ids.count == 10)
        for id in ids {
            let restored = try bench.restored(.named(id))
            #expect(try restored.findings() == [])
            let found = try State(restored)
            // A commit that only sealed a tail or merged segments has the points of the one before.
            let known = states.withLock { $0 }
            let last = known.keys.filter { $0 <= found.sequence }.max()
            let next = known.keys.filter { $0 >= found.sequence }.min()
            let candidates = [last, next].compactMap { $0.flatMap { known[$0]?.points } }
            #expect(found.sequence == 1 || candidates.contains(found.points))
        }
    }

    @Test("A damaged store makes no snapshot", arguments: [".seg", ".tail"])
    func damagedStore(_ ending: String) throws {
        let bench = try BackupBench()
        try bench.fill()
        let file = try #require(bench.test.files(ending).first)
        let url = URL(filePath: file)
        var bytes = try Data(contentsOf: url)
        bytes[ending == ".seg" ? bytes.count / 2 : 100] ^= 4
        let handle = try FileHandle(forWritingTo: url)
        try handle.write(contentsOf: bytes)
        try handle.close()
        #expect {
            try bench.backUp()
        } throws: { error in
            guard case VectorStoreError.corrupt(let path, _, _) = error else { return false }
            return path.hasSuffix(ending)
        }
        #expect(try bench.snapshots().isEmpty)
        #expect(try bench.files(below: "tmp") == [])
    }

    @Test("An interrupted backup leaves the earlier snapshots and nothing else")
    func interrupted() throws {
        let bench = try BackupBench()
        try bench.fill()
        try bench.backUp()
        try bench.store.put(samplePoints(300..<310))
        let pending = Atomic(Int32(0))
        let patience = Patience(seconds: 1) { pending.load(ordering: .relaxed) }
        let store = try bench.test.reopened(.write, patience: patience)
        #expect(throws: VectorStoreError.interrupted(signal: SIGTERM)) {
            try BackupBench.backUp(store, to: bench.repositoryPath) { options in
                options.threadCount = 1
                options.progress = { _, _ in pending.store(SIGTERM, ordering: .relaxed) }
            }
        }
        #expect(try bench.snapshots().count == 1)
        #expect(try bench.files(below: "tmp") == [])
        #expect(try bench.findings() == [])
    }

    @Test("A repository inside the data directory is refused, by whatever name")
    func inside() throws {
        let bench = try BackupBench()
        let link = bench.newPath()
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: bench.test.path
        )
        for path in [
            bench.test.path, bench.test.path + "/repo", bench.test.path + "/store/../repo",
            link + "/deep/er/repo", bench.test.path + "/",
        ] {
            #expect {
                try BackupBench.backUp(bench.store, to: path)
            } throws: { error in
                guard case VectorStoreError.repositoryInsideDataDirectory = error else {
                    return false
                }
                return true
            }
        }
        #expect(try bench.store.checkBackupPlace(bench.repositoryPath))
    }

    @Test("A repository keeps the snapshots of one store")
    func anotherStore() throws {
        let bench = try BackupBench()
        try bench.backUp()
        let other = try TestStore()
        #expect(throws: VectorStoreError.repositoryOfAnotherStore(path: bench.repositoryPath)) {
            try BackupBench.backUp(other.store, to: bench.repositoryPath)
        }
    }

    @Test("A directory with other files, or a file, does not become a repository")
    func foreignPlace() throws {
        let bench = try BackupBench()
        let (folder, file) = (bench.newPath(), bench.newPath())
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        try Data().write(to: URL(filePath: folder + "/letter.txt"))
        try Data().write(to: URL(filePath: file))
        for path in [folder, file] {
            #expect {
                try BackupBench.backUp(bench.store, to: path)
            } throws: { error in
                guard case VectorStoreError.notARepository = error else { return false }
                return true
            }
        }
        #expect(throws: VectorStoreError.repositoryNotFound(path: folder)) {
            try BackupRepository(path: folder)
        }
    }

    @Test("Two backups at once into one repository are two snapshots")
    func twoAtOnce() throws {
        let bench = try BackupBench()
        try bench.fill()
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            do {
                try BackupBench.backUp(bench.test.reopened(), to: bench.repositoryPath)
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try bench.snapshots().count == 2)
        #expect(try bench.findings() == [])
    }

    @Test("Directories are 0700 and files 0600, in the repository and in a restored store")
    func modes() throws {
        let bench = try BackupBench()
        try bench.fill()
        try bench.backUp()
        let restored = try bench.restored()
        for root in [bench.repositoryPath, restored.path] {
            for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
                let facts = try FileManager.default.attributesOfItem(atPath: root + "/" + path)
                let isDirectory = facts[.type] as? FileAttributeType == .typeDirectory
                let mode = try #require(facts[.posixPermissions] as? Int)
                #expect(mode == (isDirectory ? 0o700 : 0o600), "\(path)")
            }
        }
    }
}
