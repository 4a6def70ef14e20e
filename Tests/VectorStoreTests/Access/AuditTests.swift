import CKernels
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import VectorStore

/// The audit trail.
@Suite("Audit trail", .timeLimit(.minutes(10)))
struct AuditTests {
    private static let texts = CollectionName(known: "texts")

    @Test("Each change of collections, indexes and keys is one entry; points are none")
    func entries() throws {
        let test = try TestStore()
        let store = test.store
        let docs = TestStore.collection
        try store.put(samplePoints(0..<3))
        _ = try store.createIndex(on: "lang", in: docs)
        _ = try store.dropIndex(on: "lang", in: docs)
        try store.renameCollection(docs, to: Self.texts)
        try store.dropCollection(Self.texts)
        let key = try store.issue("docs:read").info.id
        _ = try store.keys.rotate(key, overlapSeconds: 0)
        _ = try store.keys.revoke(key)
        try store.audit.record(
            action: .createBackup,
            object: "repository /b",
            outcome: "snapshot 1"
        )
        let entries = try store.auditEntries()
        #expect(
            entries.map(\.action) == [
                "collection.create", "index.create", "index.drop", "collection.rename",
                "collection.drop", "key.create", "key.rotate", "key.revoke", "backup.create",
            ]
        )
        #expect(entries.map(\.sequence) == Array(1...9))
        #expect(entries[4].object == "collection texts" && entries[4].outcome == "with 3 points")
        #expect(entries.allSatisfy { $0.processID == getpid() && $0.actor.hasPrefix("user:") })
        var selection = AuditSelection()
        selection.key = key
        #expect(try store.auditEntries(selection).map(\.sequence) == [6, 7, 8])
        selection = AuditSelection()
        selection.action = .dropIndex
        #expect(try store.auditEntries(selection).map(\.sequence) == [3])
        selection = AuditSelection()
        (selection.limit, selection.after) = (2, 3)
        #expect(try store.auditEntries(selection).map(\.sequence) == [8, 9])
        selection = AuditSelection()
        selection.until = Timestamp(seconds: 0)
        #expect(try store.auditEntries(selection) == [])
        selection.until = nil
        selection.since = Timestamp.now.adding(seconds: 3600)
        #expect(try store.auditEntries(selection) == [])
    }

    @Test("What was done with a key is told with the key, and with the command that did it")
    func actor() throws {
        let test = try TestStore()
        let context = RequestContext(keyID: "0123456789abcdef", command: "vectorizer serve")
        try test.store.with(context).audit.record(action: .restoreBackup, object: "all")
        let entry = try #require(try test.store.auditEntries().last)
        #expect(entry.actor == "key:0123456789abcdef" && entry.command == "vectorizer serve")
    }

    @Test("A change that fails leaves no entry, at whichever call it fails")
    func failing() throws {
        let test = try TestStore()
        var call = 0
        while true {
            let left = Mutex(call)
            let fault: @Sendable (SystemCall.Name, String) -> Int32? = { _, _ in
                left.withLock { left in
                    left -= 1
                    return left == -1 ? EIO : nil
                }
            }
            let failed = SystemCall.$fault.withValue(fault) {
                do {
                    try test.store.createCollection(
                        Self.texts,
                        configuration: CollectionConfiguration(dimension: 2)
                    )
                    return false
                } catch {
                    return true
                }
            }
            let isThere = try test.store.collections().contains { $0.name == Self.texts }
            let isTold = try test.store.auditEntries().contains { $0.object == "collection texts" }
            #expect(isThere == isTold)
            if !failed { break }
            call += 1
        }
        #expect(call > 0)
    }

    @Test("Control bytes and keys do not get into it, and long texts are cut")
    func plainTexts() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read").secret.reveal()
        try test.store.audit.record(
            action: .createBackup,
            object: "a\u{1b}[31m\nb \(key)",
            outcome: String(repeating: "x", count: 100_000)
        )
        let entry = try #require(try test.store.auditEntries().last)
        #expect(entry.object == "a\\u{1b}[31m\\u{a}b vz_…")
        #expect(entry.outcome == String(repeating: "x", count: 65_536) + "…")
    }

    @Test("Everything that a key permits is told, however much that is")
    func manyScopes() throws {
        let test = try TestStore()
        let names = (0..<KeyRequest.scopeCountMax - 1).map { number in
            String(repeating: "c", count: 120) + "\(number)"
        }
        let scopes = names.map { KeyScope(CollectionName(known: $0), .read) }
        let request = KeyRequest(name: "n", scopes: scopes + [KeyScope(nil, .admin)], expires: nil)
        _ = try test.store.keys.create(request)
        let entry = try #require(try test.store.auditEntries().last)
        #expect(entry.outcome.hasSuffix("\(names[254]):read *:admin"))
    }

    @Test("Old entries go with the next one, but the newest thousand stay whatever the clock says")
    func retention() throws {
        let test = try TestStore()
        let options = {
            var options = StoreOptions(access: .write)
            options.auditRetentionSeconds = 3600
            return options
        }()
        let raw = try RawCatalog(test.catalogPath)
        try raw.run(
            """
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
            INSERT INTO audit SELECT i, 1, 1, '', 0, '', '', '', '', 0 FROM n
            """
        )
        let store = try Store(path: test.path, options: options)
        try store.audit.record(action: .createBackup, object: "b")
        #expect(try raw.integer("SELECT count(*) FROM audit") == 1001)
        #expect(try raw.integer("SELECT min(sequence) FROM audit WHERE time = 1") == 502)
    }

    @Test("A flipped value in an entry is found")
    func damage() throws {
        let test = try TestStore()
        try RawCatalog(test.catalogPath).run("UPDATE audit SET actor = 'user:nobody'")
        #expect(throws: VectorStoreError.self) { try test.store.auditEntries() }
        #expect(
            try test.store.findings().map(\.problem) == ["checksum of a row of the audit trail"]
        )
    }

    @Test("Settings that were changed by hand, or just before a kill, are told with the next entry")
    func foundChanged() throws {
        let test = try TestStore()
        let path = test.path + "/config.yaml"
        func told() throws -> [String] {
            try test.store.auditEntries().filter { $0.action == "settings.set" }.map(\.object)
        }
        try test.store.audit.record(action: .createBackup, object: "b")
        #expect(try told() == [])
        try Data("wait: 3\n".utf8).write(to: URL(filePath: path))
        for _ in 0..<2 { try test.store.audit.record(action: .createBackup, object: "b") }
        #expect(try told() == ["config.yaml"])
        #expect(try test.replaceSettings("wait: 3\n", "wait: 4\n"))
        try test.store.audit.record(action: .createBackup, object: "b")
        #expect(try told() == ["config.yaml", "setting wait"])
        try Data("wait: 5\n".utf8).write(to: URL(filePath: path))
        _ = try test.store.issue("docs:read")
        let entries = try test.store.auditEntries().suffix(2)
        #expect(entries.map(\.object).first == "config.yaml")
        #expect(entries.map(\.outcome).first == "found changed otherwise")
        try RawCatalog(test.catalogPath).run("UPDATE settings_file SET crc = crc + 1")
        #expect(
            try test.store.findings().map(\.problem) == ["checksum of the row of the settings file"]
        )
    }

    @Test("Settings are replaced together with their entry, or neither")
    func settings() throws {
        let test = try TestStore()
        let path = test.path + "/config.yaml"
        #expect(try test.replaceSettings("", "wait: 3\n"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "wait: 3\n")
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        #expect(
            try test.replaceSettings("wait: 2\n", "wait: 4\n") == false,
            "somebody else was faster"
        )
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "wait: 3\n")
        for name in [SystemCall.Name.open, .write, .fsync, .rename] {
            let fault: @Sendable (SystemCall.Name, String) -> Int32? = { call, file in
                call == name && file.contains("config.yaml.tmp") ? ENOSPC : nil
            }
            #expect(throws: VectorStoreError.self) {
                try SystemCall.$fault.withValue(fault) {
                    try test.replaceSettings("wait: 3\n", "wait: 5\n")
                }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "wait: 3\n")
        }
        #expect(try test.store.auditEntries().filter { $0.action == "settings.set" }.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: test.path).count == 6)
        // At whichever call it fails: the file and the trail say the same.
        var (call, text, told) = (0, "wait: 3\n", 1)
        while true {
            let left = Mutex(call)
            let fault: @Sendable (SystemCall.Name, String) -> Int32? = { _, _ in
                left.withLock { left in
                    left -= 1
                    return left == -1 ? EIO : nil
                }
            }
            let next = "wait: \(call + 10)\n"
            let isDone = SystemCall.$fault.withValue(fault) {
                do { return try test.replaceSettings(text, next) } catch { return false }
            }
            if isDone { (text, told) = (next, told + 1) }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "\(call)")
            let entries = try test.store.auditEntries()
            #expect(entries.count { $0.action == "settings.set" } == told, "\(call)")
            if left.withLock({ $0 >= 0 }) { break }
            call += 1
        }
        #expect(call > 5)
    }

    @Test("Settings whose entry could not be written are put back before anybody else may write")
    func settingsLock() throws {
        let test = try TestStore()
        let lockPath = test.path + "/LOCK.write"
        #expect(try test.replaceSettings("", "wait: 3\n"))
        let wasHeld = Mutex<[Bool]>([])
        let fault: @Sendable (SystemCall.Name, String) -> Int32? = { call, path in
            guard call == .rename, path.contains("config.yaml.tmp") else {
                // The directory's sync behind the first rename fails, and with it the transaction.
                return call == .fsync && path == test.path && wasHeld.withLock { $0.count } == 1
                    ? EIO : nil
            }
            let descriptor = open(lockPath, O_RDWR)
            defer { close(descriptor) }
            let isHeld = vz_flock(descriptor, LOCK_EX | LOCK_NB) != 0
            wasHeld.withLock { $0.append(isHeld) }
            return nil
        }
        #expect(throws: VectorStoreError.self) {
            try SystemCall.$fault.withValue(fault) {
                try test.replaceSettings("wait: 3\n", "wait: 4\n")
            }
        }
        #expect(wasHeld.withLock { $0 } == [true, true])
        let text = try String(contentsOfFile: test.path + "/config.yaml", encoding: .utf8)
        #expect(text == "wait: 3\n")
    }
}
