import Foundation
import Testing
import VectorStore

/// Keys and audit trail when a store is replaced by one of its snapshots.
@Suite("Carried trust")
struct CarriedTrustTests {
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
        _ = try test.store.revokeKey(revoked.info.id)
        let later = try test.store.issue("docs:write")
        let authority = KeyAuthority(store: test.store, clock: TrustClock().keys())
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
        let repository = try bench.repository.open()
        let manifest = try repository.snapshot(.latest).manifest
        return try repository.restore(manifest, to: target, options: .quick)
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
        let authority = KeyAuthority(store: store, clock: TrustClock().keys())
        #expect(try authority.ask(bench.kept.secret.reveal()).isAllowed)
        #expect(try authority.ask(bench.revoked.secret.reveal()).refusal == .revoked)
        #expect(try authority.ask(bench.later.secret.reveal(), .write).isAllowed)
        #expect(try store.key(bench.kept.info.id).lastUsed == TrustClock.start)
        #expect(try store.findings() == [])
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
        let authority = KeyAuthority(store: store, clock: TrustClock().keys())
        #expect(try authority.ask(bench.revoked.secret.reveal()).isAllowed)
        #expect(try authority.ask(bench.later.secret.reveal(), .write).refusal == .unknown)
        #expect(try store.findings() == [])
    }
}
