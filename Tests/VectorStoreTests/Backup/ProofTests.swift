import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Proofs")
struct ProofTests {
    @Test("A proof is listed, says what was done, and a later one takes its place")
    func proves() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        let manifest = try repository.backUp(test.store).manifest
        let open = try repository.open()
        #expect(try open.snapshot(.latest).proof == nil)
        let first = try open.prove(manifest, tool: "one", options: .quick)
        #expect(try open.snapshot(.latest).proof == first)
        #expect(Timestamp.now.seconds - first.provenAt.seconds < 600)
        let scratch = try ScratchDirectory()
        let second = try open.prove(manifest, tool: "two", in: scratch.path, options: .quick)
        #expect(try open.snapshot(.latest).proof == second && first != second)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
        #expect(try repository.leftovers() == [])
        let name = "/snapshots/\(manifest.name).proof.json"
        let document = try RawDocument(repository.path + name)
        // Each collection has 20 canaries, or as many as it has points.
        #expect(document.members["canaries"] as? Int == 25)
        #expect(document.members["tool"] as? String == "two")
        #expect(try repository.findings() == [])
    }

    enum Lie: CaseIterable, Sendable { case score, id, order, fewer, more, unknown, collection }

    @Test("Another answer than the store gave is no proof", arguments: Lie.allCases)
    func otherAnswers(lie: Lie) throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        var document = try repository.document()
        var answers = document["canaries"][0]["answers"] as? [[String: Any]] ?? []
        let score = try #require(answers[1]["score"] as? Double)
        switch lie {
        case .score: answers[1]["score"] = Double(Float(score).nextUp)
        case .id: answers[1]["id"] = "p999"
        case .order: answers.swapAt(1, 2)
        case .fewer: answers.removeLast()
        case .more: answers.append(answers[1])
        case .unknown: document["canaries"][0]["id"] = "nobody"
        case .collection: document["canaries"][0]["collection"] = "empty"
        }
        document["canaries"][0]["answers"] = answers
        try document.write()
        let open = try repository.open()
        let manifest = try open.snapshot(.latest).manifest
        let error = #expect(throws: VectorStoreError.self) {
            try open.prove(manifest, tool: "test", options: .quick)
        }
        guard case .backup(.unprovenSnapshot(manifest.name, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try open.snapshot(.latest).proof == nil)
        #expect(try repository.leftovers() == [])
    }

    @Test("A catalog that was damaged before the backup is no proof")
    func damagedCatalog() throws {
        let test = try BackupTests.filled()
        try RawCatalog(test.catalogPath).run("UPDATE points_1 SET crc = crc + 1 WHERE id = 'p30'")
        let repository = try TestRepository()
        do {
            let manifest = try repository.backUp(test.reopened()).manifest
            let open = try repository.open()
            let error = #expect(throws: VectorStoreError.self) {
                try open.prove(manifest, tool: "test", options: .quick)
            }
            guard case .backup(.unprovenSnapshot) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let target = repository.scratch.path + "/target"
            _ = try? repository.restore(to: target)
        } catch VectorStoreError.file(.corrupt) {
            // The row was among the answers that are written down.
            #expect(try repository.manifests() == [])
        }
    }

    @Test("A proof that is interrupted leaves none")
    func interrupted() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        let manifest = try repository.backUp(test.store).manifest
        for limit in [0, 2, 5] {
            let asked = Counter()
            var options = RestoreOptions.quick
            options.lockTimeout = LockTimeout(
                seconds: 0,
                cancellation: Cancellation { asked.next() > limit }
            )
            let error = #expect(throws: VectorStoreError.self) {
                try repository.open().prove(manifest, tool: "test", options: options)
            }
            #expect(error == .cancelled)
            #expect(try repository.open().snapshot(.latest).proof == nil)
            #expect(try repository.leftovers() == [])
        }
    }
}

@Suite("Differences of snapshots")
struct SnapshotDifferenceTests {
    private static let docs = TestStore.collection

    private static func differences(
        _ repository: TestRepository
    ) throws -> [String: CollectionDifference] {
        let open = try repository.open()
        let all = try open.listing().snapshots.map(\.manifest)
        let list = try open.difference(from: all[0], to: all[1], options: .quick)
        #expect(list.map(\.name) == list.map(\.name).sorted())
        #expect(try repository.leftovers() == [])
        return Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })
    }

    @Test("Collections that came, went, were renamed or stayed")
    func collections() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        try test.store.renameCollection(CollectionName("other"), to: CollectionName("named"))
        try test.store.createCollection(
            CollectionName("fresh"),
            configuration: CollectionConfiguration(dimension: 2)
        )
        _ = try test.store.dropCollection(CollectionName("empty"))
        try repository.backUp(test.store)
        let found = try Self.differences(repository)
        #expect(
            found.mapValues(\.change) == [
                "docs": .same, "other": .removed, "named": .added, "fresh": .added,
                "empty": .removed,
            ]
        )
        #expect(found["other"]?.removedCount == 5 && found["named"]?.addedCount == 5)
        #expect(found["docs"]?.sameAnswerShare == 1 && found["docs"]?.queryCount == 20)
        #expect(found["fresh"]?.sameAnswerShare == nil)
    }

    @Test("Points that came, went, changed, or were written again as they were")
    func points() throws {
        let test = try BackupTests.filled()
        let store = test.store
        let repository = try TestRepository()
        try repository.backUp(store)
        let all = try store.allPoints()
        let points = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        var vector = try #require(points["p10"])
        vector.vector[3] += 1
        var payload = try #require(points["p11"])
        payload.payload = #"{"n":11,"x":1}"#
        // Written again as they were: no change.
        try store.put([vector, payload, try #require(points["p12"]), try #require(points["p70"])])
        try store.put(randomPoints(300..<303, seed: 5))
        _ = try store.delete(store.ids("p20", "p21"), from: Self.docs)
        _ = try store.setPayload(
            Array(#"{"y":1}"#.utf8),
            of: .ids([PointID(known: "p22")]),
            in: Self.docs
        )
        try store.compact()
        try repository.backUp(store)
        let docs = try #require(try Self.differences(repository)["docs"])
        #expect(docs.change == .changed && !docs.hasOtherSettings)
        #expect(docs.addedCount == 3 && docs.removedCount == 2 && docs.changedCount == 3)
        #expect(docs.pointCounts == (78, 79))
        let share = try #require(docs.sameAnswerShare)
        #expect(share > 0.3 && share < 1)
    }

    @Test("A collection that was made anew is compared by what is in it")
    func recreated() throws {
        let test = try TestStore(dimension: 8)
        let repository = try TestRepository()
        try test.store.put(randomPoints(0..<30, seed: 1))
        try repository.backUp(test.store)
        _ = try test.store.dropCollection(Self.docs)
        try test.store.createCollection(
            Self.docs,
            configuration: CollectionConfiguration(dimension: 8, metric: .euclidean)
        )
        try test.store.put(randomPoints(0..<30, seed: 1).reversed())
        try repository.backUp(test.store)
        let same = try #require(try Self.differences(repository)["docs"])
        #expect(same.change == .same && same.changedCount == 0)
    }

    @Test("A collection with another dimension or metric has other settings")
    func otherSettings() throws {
        let test = try TestStore(dimension: 8)
        let repository = try TestRepository()
        try test.store.put(randomPoints(0..<9, seed: 1))
        try repository.backUp(test.store)
        _ = try test.store.dropCollection(Self.docs)
        try test.store.createCollection(
            Self.docs,
            configuration: CollectionConfiguration(dimension: 4)
        )
        try test.store.put(
            (0..<9).map {
                TestPoint(id: "p\($0)", vector: [1, 2, 3, Float($0)], payload: #"{"n":\#($0)}"#)
            }
        )
        try repository.backUp(test.store)
        let docs = try #require(try Self.differences(repository)["docs"])
        #expect(docs.hasOtherSettings && docs.change == .changed && docs.changedCount == 9)
        #expect(docs.addedCount == 0 && docs.removedCount == 0)
    }

    @Test("A snapshot is the same as itself, and what a restore brings back is the same")
    func restored() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        let first = try repository.backUp(test.store).manifest
        let open = try repository.open()
        let itself = try open.difference(from: first, to: first, options: .quick)
        #expect(itself.allSatisfy { $0.change == .same })
        let path = repository.scratch.path + "/back"
        try repository.restore(to: path)
        try repository.backUp(Store(path: path))
        #expect(try Self.differences(repository).values.allSatisfy { $0.change == .same })
    }
}
