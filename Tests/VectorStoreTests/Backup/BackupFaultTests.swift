import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// "Fail at call N, for every N": whatever happens to a backup, a proof, a forgetting or a restore,
/// every snapshot that was there and every store that was there is there or has its successor.
@Suite("Backups that fail")
struct BackupFaultTests {
    typealias Fault = PlantedFault

    static let docs = TestStore.collection

    /// A store whose repository has a proven snapshot of an earlier state.
    struct Bench {
        let test: TestStore
        let repository: TestRepository
        let first: SnapshotManifest
        let before: State
        let after: State

        init() throws {
            test = try TestStore(dimension: 8)
            repository = try TestRepository()
            try test.store.put(randomPoints(0..<20, seed: 1))
            try test.store.compact()
            before = try State(test.store)
            first = try repository.backUp(test.store).manifest
            try repository.prune()
            let open = try repository.open()
            _ = try open.prove(first, tool: "test", options: .quick)
            try test.store.put(randomPoints(20..<30, seed: 2))
            _ = try test.store.delete(test.store.ids("p4"), from: docs)
            after = try State(test.store)
        }

        /// A copy of the repository to work on.
        func copy() throws -> TestRepository {
            let copy = try TestRepository()
            try FileManager.default.copyTree(repository.path, to: copy.path)
            return copy
        }
    }

    static func options() -> RestoreOptions {
        var options = RestoreOptions.quick
        options.threadCount = 1
        return options
    }

    /// What must hold of a repository after anything.
    static func expectWhole(
        _ repository: TestRepository,
        _ bench: Bench,
        _ comment: Comment,
        restores: Bool
    ) throws {
        let listing = try repository.open().listing()
        #expect(listing.faults.isEmpty, comment)
        #expect(listing.snapshots.contains { $0.manifest == bench.first }, comment)
        #expect(try repository.findings() == [], comment)
        guard restores else { return }
        for snapshot in listing.snapshots {
            let expected = snapshot.manifest == bench.first ? bench.before : bench.after
            let found = try repository.restored(.named(snapshot.manifest.id))
            #expect(found == expected, comment)
        }
    }

    @Test(
        "A fault at any call of a backup loses no snapshot, and the next one goes on",
        arguments: Fault.allCases
    )
    func backUp(fault: Fault) throws {
        let bench = try Bench()
        for call in fault.calls {
            let repository = try bench.copy()
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run {
                try repository.backUp(bench.test.store, threads: 1)
            }
            let count = try repository.manifests().count
            #expect(hasFailed || count == 2, "call \(call)")
            try Self.expectWhole(repository, bench, "call \(call)", restores: call % 9 == 0)
            try repository.backUp(bench.test.store)
            #expect(try repository.leftovers() == [], "call \(call)")
            try Self.expectWhole(repository, bench, "call \(call), again", restores: call % 9 == 0)
            guard plan.wasMet else { return }
        }
        Issue.record("a backup makes fewer calls than that")
    }

    @Test(
        "A fault at any call of the first backup leaves no half repository",
        arguments: Fault.allCases
    )
    func firstBackUp(fault: Fault) throws {
        let bench = try Bench()
        let twins = try Self.callsLikeOthers(of: bench.test.store)
        for call in fault.calls where !twins.contains(call) {
            let repository = try TestRepository()
            let plan = FaultPlan(call: call, fault)
            _ = try plan.run { try repository.backUp(bench.test.store, threads: 1) }
            try repository.backUp(bench.test.store)
            #expect(try repository.leftovers() == [], "call \(call)")
            #expect(try repository.findings() == [], "call \(call)")
            if call % 9 == 0 { #expect(try repository.restored() == bench.after) }
            guard plan.wasMet else { return }
        }
    }

    /// The calls of a first backup that are between others of the same kind: most of those that
    /// make its 256 directories.
    private static func callsLikeOthers(of store: Store) throws -> Set<Int> {
        let calls = Mutex<[String]>([])
        let repository = try TestRepository()
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            let home = URL(filePath: path).deletingLastPathComponent().path
            calls.withLock { $0.append("\(name) \(home)") }
            return nil
        }
        try SystemCall.$fault.withValue(hook) { _ = try repository.backUp(store, threads: 1) }
        let kinds = calls.withLock { $0 }
        let twins = kinds.indices.filter { place in
            let around = kinds[max(place - 2, 0)..<min(place + 3, kinds.count)]
            return place % 16 != 0 && around.count == 5 && Set(around).count == 1
        }
        return Set(twins.map { $0 + 1 })
    }

    @Test("Pieces whose names an interrupted backup gave are forced to the medium by the next one")
    func namesAreDurable() throws {
        let bench = try Bench()
        for call in 1..<200 {
            let repository = try bench.copy()
            let known = Set(try repository.chunks())
            let plan = FaultPlan(call: call, .gone)
            _ = try plan.run { try repository.backUp(bench.test.store, threads: 1) }
            let named = Set(try repository.chunks()).subtracting(known)
            guard plan.wasMet, try repository.manifests().count == 1 else { return }
            guard !named.isEmpty else { continue }
            let forced = Mutex<Set<String>>([])
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
                if name == .fsync { forced.withLock { _ = $0.insert(path) } }
                return nil
            }
            try SystemCall.$fault.withValue(hook) {
                _ = try repository.backUp(bench.test.store, threads: 1)
            }
            let paths = forced.withLock { $0 }
            for chunk in named {
                let home = URL(filePath: repository.path + "/" + chunk)
                    .deletingLastPathComponent().path
                #expect(paths.contains(home), "call \(call): \(chunk)")
            }
            #expect(paths.contains(repository.path + "/chunks"), "call \(call)")
        }
    }

    @Test(
        "A fault at any call of a proof leaves the snapshot, proven or not",
        arguments: Fault.allCases
    )
    func prove(fault: Fault) throws {
        let bench = try Bench()
        for call in fault.calls {
            let repository = try bench.copy()
            let plan = FaultPlan(call: call, fault)
            let open = try repository.open()
            _ = try plan.run {
                _ = try open.prove(bench.first, tool: "new", options: Self.options())
            }
            try Self.expectWhole(repository, bench, "call \(call)", restores: false)
            #expect(try open.listing().snapshots[0].proof != nil, "call \(call)")
            _ = try open.prove(bench.first, tool: "new", options: .quick)
            try repository.backUp(bench.test.store)
            #expect(try repository.leftovers() == [], "call \(call)")
            guard plan.wasMet else { return }
        }
        Issue.record("a proof makes fewer calls than that")
    }

    @Test(
        "A fault at any call of forgetting loses none that is kept, and the next one ends it",
        arguments: Fault.allCases
    )
    func forget(fault: Fault) throws {
        let bench = try Bench()
        try bench.repository.backUp(bench.test.store)
        try bench.test.store.put(randomPoints(40..<45, seed: 3))
        try bench.repository.backUp(bench.test.store)
        let last = try bench.repository.open().snapshot(.latest).manifest
        for call in fault.calls {
            let repository = try bench.copy()
            let plan = FaultPlan(call: call, fault)
            let open = try repository.open()
            let hasFailed = try plan.run {
                _ = try open.forget(RetentionPolicy(), options: Self.options())
            }
            // The first is proven and the last the latest: only the middle one goes.
            let listing = try open.listing()
            #expect(listing.faults.isEmpty, "call \(call)")
            #expect(hasFailed || listing.snapshots.count == 2, "call \(call)")
            #expect(listing.snapshots.first?.manifest == bench.first, "call \(call)")
            #expect(listing.snapshots.first?.proof != nil, "call \(call)")
            #expect(listing.snapshots.last?.manifest == last, "call \(call)")
            #expect(try repository.findings() == [], "call \(call)")
            _ = try open.forget(RetentionPolicy(), options: .quick)
            #expect(try repository.manifests().count == 2, "call \(call)")
            let named = Set(
                try open.listing().snapshots.flatMap { snapshot in
                    try RawDocument(repository.path + "/snapshots/\(snapshot.manifest.name).json")[
                        "files"
                    ].flatMap { $0["chunks"] as? [String] ?? [] }
                }
            )
            #expect(try repository.chunks().count == named.count, "call \(call)")
            guard plan.wasMet else { return }
        }
        Issue.record("forgetting makes fewer calls than that")
    }

    @Test("Snapshots are gone for good before the first of their pieces goes")
    func forgetOrder() throws {
        let bench = try Bench()
        try bench.repository.backUp(bench.test.store)
        try bench.test.store.put(randomPoints(40..<45, seed: 3))
        try bench.repository.backUp(bench.test.store)
        let repository = bench.repository
        for isSecond in [false, true] {
            let calls = Mutex<[String]>([])
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
                guard path.hasPrefix(repository.path) else { return nil }
                calls.withLock { $0.append("\(name) " + path.dropFirst(repository.path.count)) }
                // The medium is gone as soon as the snapshots are.
                return !isSecond && name == .fsync ? EIO : nil
            }
            do {
                try SystemCall.$fault.withValue(hook) {
                    _ = try repository.open().forget(RetentionPolicy(), options: .quick)
                }
            } catch VectorStoreError.file(.system) {
                #expect(!isSecond)
            }
            let all = calls.withLock { $0 }
            let chunk = all.firstIndex { $0.hasPrefix("unlink /chunks") }
            let forced = all.firstIndex { $0 == "fsync /snapshots" }
            if isSecond { #expect(chunk != nil) }
            #expect(chunk.map { $0 > (forced ?? .max) } ?? true, "\(all)")
        }
    }
}
