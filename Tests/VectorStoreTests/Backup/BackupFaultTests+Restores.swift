import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

extension BackupFaultTests {
    @Test(
        "A fault at any call of a restore leaves the old store or the new one, complete",
        arguments: Fault.allCases
    )
    func restore(fault: Fault) throws {
        let bench = try Bench()
        let open = try bench.repository.open()
        let scratch = try ScratchDirectory()
        for call in fault.calls {
            let path = scratch.path + "/\(call)"
            try FileManager.default.copyTree(bench.test.path, to: path)
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run {
                try open.restore(bench.first, to: .replacing(path), options: Self.options())
            }
            let found = try State(Store(path: path))
            #expect(found == bench.before || (hasFailed && found == bench.after), "call \(call)")
            #expect(try Store(path: path).findings() == [], "call \(call)")
            try open.restore(bench.first, to: .replacing(path), options: .quick)
            try Self.expectOnlyStore(path, bench, "call \(call)")
            guard plan.wasMet else { return }
        }
        Issue.record("a restore makes fewer calls than that")
    }

    private static func expectOnlyStore(
        _ path: String,
        _ bench: Bench,
        _ comment: Comment
    ) throws {
        #expect(try State(Store(path: path)) == bench.before, comment)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        let locks = ["LOCK.compact", "LOCK.open", "LOCK.queue", "LOCK.write"]
        #expect(names == locks + ["store"], comment)
    }

    @Test(
        "A fault at any call of a restore into a new directory leaves a store or none",
        arguments: Fault.allCases
    )
    func restoreNew(fault: Fault) throws {
        let bench = try Bench()
        let open = try bench.repository.open()
        let scratch = try ScratchDirectory()
        for call in fault.calls {
            let path = scratch.path + "/\(call)/data"
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run {
                try open.restore(bench.first, to: .new(path), options: Self.options())
            }
            do {
                #expect(try State(Store(path: path)) == bench.before, "call \(call)")
                try open.restore(bench.first, to: .replacing(path), options: .quick)
            } catch VectorStoreError.store(.notFound) {
                #expect(hasFailed, "call \(call)")
                let isLeft = access(scratch.path + "/\(call)", F_OK) == 0
                #expect(!isLeft || fault == .gone, "call \(call) leaves a directory")
                try open.restore(bench.first, to: .new(path), options: .quick)
            }
            try Self.expectOnlyStore(path, bench, "call \(call)")
            guard plan.wasMet else { return }
        }
        Issue.record("a restore makes fewer calls than that")
    }

    @Test(
        "Without an exchange of names no store is lost at any call",
        arguments: Fault.allCases
    )
    func restoreWithoutExchange(fault: Fault) throws {
        let bench = try Bench()
        let open = try bench.repository.open()
        let scratch = try ScratchDirectory()
        for call in 1..<30 {
            let path = scratch.path + "/\(call)"
            try FileManager.default.copyTree(bench.test.path, to: path)
            let count = Mutex(0)
            // Begins to count with the exchange, which the file system does not know.
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, place in
                let isExchange =
                    name == .rename && place.hasSuffix("/store")
                    && place.contains("/restore-")
                let number = count.withLock { count in
                    if count > 0 || isExchange { count += 1 }
                    return count
                }
                if number == 1 { return EINVAL }
                guard number > 1 else { return nil }
                return number == call + 1 || (fault == .gone && number > call + 1) ? EIO : nil
            }
            var hasFailed = false
            do {
                try SystemCall.$fault.withValue(hook) {
                    try open.restore(bench.first, to: .replacing(path), options: Self.options())
                }
            } catch VectorStoreError.file(.system) {
                hasFailed = true
            }
            // The snapshot is lost, too, so that nothing but the old store could help.
            var broken = bench.first
            if hasFailed, access(path + "/store", F_OK) != 0 {
                broken = try Self.unusable(bench)
                #expect(throws: VectorStoreError.self) {
                    try open.restore(broken, to: .replacing(path), options: .quick)
                }
            }
            let found = try State(Store(path: path))
            #expect(found == bench.before || (hasFailed && found == bench.after), "call \(call)")
            try open.restore(bench.first, to: .replacing(path), options: .quick)
            try Self.expectOnlyStore(path, bench, "call \(call)")
            guard count.withLock({ $0 }) > call else { return }
        }
    }

    /// A snapshot that passes the first look and can't be restored.
    private static func unusable(_ bench: Bench) throws -> SnapshotManifest {
        let repository = try bench.copy()
        var document = try repository.document()
        document["files"][0]["sha256"] = String(repeating: "0", count: 64)
        try document.write()
        return try repository.open().listing().snapshots[0].manifest
    }

    @Test("While the exchange is not on the medium the old store is kept")
    func exchangeNotForced() throws {
        let bench = try Bench()
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try FileManager.default.copyTree(bench.test.path, to: path)
        let isExchanged = Mutex(false)
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, place in
            if name == .rename, place.hasSuffix("/store") { isExchanged.withLock { $0 = true } }
            return isExchanged.withLock { $0 } && name == .fsync ? EIO : nil
        }
        #expect(throws: VectorStoreError.self) {
            try SystemCall.$fault.withValue(hook) {
                try bench.repository.open().restore(
                    bench.first,
                    to: .replacing(path),
                    options: Self.options()
                )
            }
        }
        var states = [try State(Store(path: path))]
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where name.hasPrefix("restore-") {
            states.append(try State(Store(path: path + "/" + name)))
        }
        #expect(states.contains(bench.after))
    }

    @Test(
        "A fault at any call of restoring a collection leaves all of it or nothing",
        arguments: Fault.allCases
    )
    func restoreCollection(fault: Fault) throws {
        let bench = try Bench()
        try bench.repository.backUp(bench.test.store)
        let open = try bench.repository.open()
        let manifest = try open.snapshot(.latest).manifest
        let scratch = try ScratchDirectory()
        let back = CollectionName(known: "back")
        for call in fault.calls {
            let path = scratch.path + "/\(call)"
            try FileManager.default.copyTree(bench.test.path, to: path)
            func run(_ name: CollectionName, _ options: RestoreOptions) throws {
                let store = try Store(path: path, options: StoreOptions(access: .write))
                _ = try store.backups.restore(
                    Self.docs,
                    as: name,
                    from: manifest,
                    in: open,
                    options: options
                )
            }
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run { try run(back, Self.options()) }
            let store = try Store(path: path, options: StoreOptions(access: .write))
            let found = try State(store).points
            #expect(found["docs"] == bench.after.points["docs"], "call \(call)")
            #expect(found["back"] == (hasFailed ? nil : found["docs"]), "call \(call)")
            #expect(try store.findings() == [], "call \(call)")
            try run(CollectionName(known: "again"), .quick)
            #expect(try store.allPoints(of: CollectionName(known: "again")) == found["docs"])
            // The sweep of a merge leaves nothing but what the catalog names.
            _ = try store.compact()
            #expect(try store.findings() == [], "call \(call)")
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(!names.contains { $0.hasPrefix("restore-") }, "call \(call)")
            guard plan.wasMet else { return }
        }
        Issue.record("restoring a collection makes fewer calls than that")
    }
}
