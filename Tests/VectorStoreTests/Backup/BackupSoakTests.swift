import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// Backups beside a writer that never rests.
@Suite("Backups under constant writing", .timeLimit(.minutes(10)))
struct BackupSoakTests {
    private static let docs = TestStore.collection

    /// What the store held after each of its commits.
    private final class History: Sendable {
        private let states = Mutex<[UInt64: [TestPoint]]>([:])

        func record(_ sequence: UInt64, _ model: [String: TestPoint]) {
            states.withLock { $0[sequence] = model.values.sorted { $0.id < $1.id } }
        }

        func points(at sequence: UInt64) -> [TestPoint]? {
            states.withLock { states in
                // Commits of compactions change no point and are not recorded.
                let known = states.keys.filter { $0 <= sequence }.max()
                return known.flatMap { states[$0] }
            }
        }
    }

    private static func write(_ test: TestStore, _ history: History, until isDone: Flag) throws {
        let store = try test.reopened(.write, lockTimeout: LockTimeout(seconds: 30))
        var random = SplitMix64(seed: 11)
        var model: [String: TestPoint] = [:]
        for point in try store.allPoints() { model[point.id] = point }
        for step in 0... {
            guard !isDone.isSet else { break }
            let sequence: UInt64
            if step % 4 == 3 {
                let ids = model.keys.sorted().filter { _ in random.next() % 9 == 0 }
                guard !ids.isEmpty else { continue }
                let selection = PointSelection.ids(ids.map(PointID.init(known:)))
                sequence = try store.delete(selection, from: docs).sequence
                for id in ids { model[id] = nil }
            } else {
                let first = Int.random(in: 0..<200, using: &random)
                let points = randomPoints(first..<first + 8, seed: random.next())
                sequence = try store.put(points).sequence
                for point in points { model[point.id] = point }
            }
            history.record(sequence, model)
        }
    }

    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    @Test("Ten backups taken under constant writing each restore to exactly one committed state")
    func tenBackups() throws {
        let test = try TestStore(dimension: 8, lockTimeout: LockTimeout(seconds: 30))
        try test.store.put(randomPoints(0..<150, seed: 1))
        try test.store.compact()
        let (history, isDone) = (History(), Flag())
        let start = try test.store.allPoints()
        history.record(
            try test.store.commitSequence(),
            Dictionary(uniqueKeysWithValues: start.map { ($0.id, $0) })
        )
        let repository = try TestRepository()
        let writing = Thread.detached { try Self.write(test, history, until: isDone) }
        let compacting = Thread.detached {
            let store = try test.reopened(.write, lockTimeout: LockTimeout(seconds: 30))
            while !isDone.isSet { _ = try store.maintenance.compactIfDue(Self.docs, threshold: 60) }
        }
        let reader = try test.reopened()
        var manifests: [SnapshotManifest] = []
        for _ in 0..<10 { manifests.append(try repository.backUp(reader).manifest) }
        isDone.set()
        try writing.join()
        try compacting.join()
        #expect(Set(manifests.map(\.sequence)).count > 5)
        #expect(manifests.map(\.sequence) == manifests.map(\.sequence).sorted())
        for manifest in manifests {
            let state = try repository.restored(.named(manifest.id))
            #expect(state.sequence == manifest.sequence)
            let expected = try #require(history.points(at: manifest.sequence))
            #expect(state.points["docs"] == expected, "sequence \(manifest.sequence)")
        }
        #expect(try repository.findings() == [])
        let open = try repository.open()
        _ = try open.prove(manifests[9], tool: "test", options: .quick)
    }
}
