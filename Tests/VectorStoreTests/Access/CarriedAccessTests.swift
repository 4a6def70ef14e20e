import Foundation
import TestSupport
import Testing
import VectorStore

/// Keys and audit trail when a store is replaced by one of its snapshots.
@Suite("Carried trust")
struct CarriedAccessTests {
    private struct Bench {
        let repository: TestRepository
        let path: String
        let kept: IssuedKey
        let revoked: IssuedKey
        let later: IssuedKey
        let entries: [AuditEntry]
    }

    /// A store that was changed since its snapshot was made.
    private static func bench() throws -> Bench {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<5))
        let (kept, revoked) = (try test.store.issue("docs:read"), try test.store.issue("docs:read"))
        let repository = try TestRepository()
        try repository.backUp(test.store)
        _ = try test.store.keys.revoke(revoked.info.id)
        let later = try test.store.issue("docs:write")
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        _ = try authority.ask(kept.secret.reveal())
        #expect(try authority.writeDown())
        let path = repository.scratch.path + "/data"
        try FileManager.default.copyTree(test.path, to: path)
        return Bench(
            repository: repository,
            path: path,
            kept: kept,
            revoked: revoked,
            later: later,
            entries: try test.store.auditEntries()
        )
    }

    private static func restore(_ bench: Bench, to target: BackupRepository.Target) throws -> Bool {
        try restore(bench.repository, to: target)
    }

    private static func restore(
        _ repository: TestRepository,
        to target: BackupRepository.Target
    ) throws -> Bool {
        let opened = try repository.open()
        return try opened.restore(
            try opened.snapshot(.latest).manifest,
            to: target,
            options: .quick
        )
    }

    /// Another store that goes on from a snapshot of one.
    private static func twin(
        of test: TestStore,
        _ repository: TestRepository
    ) throws -> Store {
        try repository.backUp(test.store)
        let path = repository.scratch.path + "/other"
        try repository.restore(to: path)
        return try Store(path: path, options: StoreOptions(access: .write))
    }

    @Test("Keys and trail of the store that is replaced go on, and sequences are never used twice")
    func carried() throws {
        let bench = try Self.bench()
        #expect(try Self.restore(bench, to: .replacing(bench.path)))
        let store = try Store(path: bench.path)
        let entries = try store.auditEntries()
        #expect(entries.dropLast() == bench.entries[...])
        #expect(entries.last?.action == "backup.restore")
        #expect(entries.map(\.sequence) == Array(1...Int64(entries.count)))
        let authority = KeyAuthority(store: store, clock: AccessClock().keys())
        #expect(try authority.ask(bench.kept.secret.reveal()).isAllowed)
        #expect(try authority.ask(bench.revoked.secret.reveal()).refusal == .revoked)
        #expect(try authority.ask(bench.later.secret.reveal(), .write).isAllowed)
        #expect(try store.keys.find(bench.kept.info.id).lastUsed == AccessClock.start)
        #expect(try store.findings() == [])
    }

    @Test("Of a key that was revoked since nothing is left in the restored store's files")
    func erased() throws {
        let bench = try Self.bench()
        let fresh = bench.repository.scratch.path + "/fresh"
        _ = try Self.restore(bench, to: .new(fresh))
        let hash = try #require(
            try RawCatalog(fresh + "/store/catalog.sqlite").run(
                "SELECT hex(hash) FROM keys WHERE id = '\(bench.revoked.info.id)'"
            ).first
        )
        #expect(try holds(hash, in: fresh))
        #expect(try Self.restore(bench, to: .replacing(bench.path)))
        #expect(try !holds(hash, in: bench.path))
    }

    @Test("Without a store that can be read they are those of the snapshot", arguments: 0..<4)
    func alone(kind: Int) throws {
        let bench = try Self.bench()
        let catalog = bench.path + "/store/catalog.sqlite"
        var target = BackupRepository.Target.replacing(bench.path)
        switch kind {
        case 0: target = .new(bench.repository.scratch.path + "/fresh")
        case 1: try Data("no catalog".utf8).write(to: URL(filePath: catalog))
        case 2: try FileManager.default.removeItem(atPath: bench.path + "/store")
        default: try RawCatalog(catalog).run("UPDATE audit SET actor = 'user:nobody'")
        }
        #expect(try Self.restore(bench, to: target) == false)
        let store = try Store(path: target.path)
        let entries = try store.auditEntries()
        #expect(entries.map(\.action) == bench.entries[..<3].map(\.action) + ["backup.restore"])
        let authority = KeyAuthority(store: store, clock: AccessClock().keys())
        #expect(try authority.ask(bench.revoked.secret.reveal()).isAllowed)
        #expect(try authority.ask(bench.later.secret.reveal(), .write).refusal == .unknown)
        #expect(try store.findings() == [])
    }

    @Test("A key that either of two histories has revoked is revoked", arguments: [true, false])
    func diverged(isRevokedInSnapshot: Bool) throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read")
        let repository = try TestRepository()
        let other = try Self.twin(of: test, repository)
        // The one that does not revoke has the longer trail.
        let (revoking, busy) = isRevokedInSnapshot ? (test.store, other) : (other, test.store)
        _ = try revoking.keys.revoke(key.info.id)
        for number in 0..<5 { try busy.audit.record(action: .createBackup, object: "\(number)") }
        try repository.backUp(test.store)
        let before = try other.auditEntries()
        other.releaseOpenLock()
        #expect(try Self.restore(repository, to: .replacing(other.path)))
        let restored = try Store(path: other.path)
        let authority = KeyAuthority(store: restored, clock: AccessClock().keys())
        #expect(try authority.ask(key.secret.reveal()).refusal == .revoked)
        let entries = try restored.auditEntries()
        #expect(entries.prefix(before.count) == before[...])
        let told = entries.dropFirst(before.count).dropLast()
        #expect(told.map(\.action) == (isRevokedInSnapshot ? ["key.revoke"] : []))
        #expect(told.allSatisfy { $0.object == "key \(key.info.id) test" })
        #expect(try restored.findings() == [])
    }

    @Test("A key that the snapshot has revoked takes along what was made with it since")
    func family() throws {
        let test = try TestStore()
        let maker = try test.store.issue("docs:admin", "docs:read")
        let repository = try TestRepository()
        let other = try Self.twin(of: test, repository)
        let child = try other.issue("docs:read", maker: maker.info)
        _ = try test.store.keys.revoke(maker.info.id)
        let unknown = try test.store.issue("docs:read")
        try repository.backUp(test.store)
        other.releaseOpenLock()
        #expect(try Self.restore(repository, to: .replacing(other.path)))
        let restored = try Store(path: other.path)
        let authority = KeyAuthority(store: restored, clock: AccessClock().keys())
        #expect(try authority.ask(maker.secret.reveal()).refusal == .revoked)
        #expect(try authority.ask(child.secret.reveal()).refusal == .revoked)
        #expect(
            try authority.ask(unknown.secret.reveal()).refusal == .unknown,
            "only the snapshot knows it, and the trail does not tell of it"
        )
        #expect(try restored.findings() == [])
    }

    @Test("A snapshot of another store has nothing to do with the keys of the one it replaces")
    func anotherStore() throws {
        let bench = try Self.bench()
        let test = try TestStore()
        let path = bench.repository.scratch.path + "/another"
        let key = try test.store.issue("docs:read")
        try FileManager.default.copyTree(test.path, to: path)
        let open = try bench.repository.open()
        let manifest = try open.snapshot(.latest).manifest
        #expect(open.isOfAnotherStore(manifest, than: .replacing(path)))
        #expect(!open.isOfAnotherStore(manifest, than: .replacing(bench.path)))
        #expect(try open.restore(manifest, to: .replacing(path), options: .quick) == false)
        let authority = KeyAuthority(store: try Store(path: path), clock: AccessClock().keys())
        #expect(try authority.ask(key.secret.reveal()).refusal == .unknown)
    }

    @Test("A data directory that a link leads to is restored as any other")
    func link() throws {
        let bench = try Self.bench()
        let link = bench.repository.scratch.path + "/link"
        #expect(symlink(bench.path, link) == 0)
        #expect(try Self.restore(bench, to: .replacing(link)))
        #expect(try Store(path: link).auditEntries().last?.action == "backup.restore")
    }
}
