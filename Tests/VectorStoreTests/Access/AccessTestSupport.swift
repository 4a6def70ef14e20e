import CKernels
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import VectorStore

extension RawCatalog {
    /// Makes the catalog one that an earlier program has written.
    func forgetTrust(version: Int) throws {
        for table in ["keys", "key_uses", "audit", "settings_file", "aliases", "notes"] {
            try run("DROP TABLE \(table)")
        }
        try run("PRAGMA user_version = \(version)")
    }
}

extension Store {
    /// The whole audit trail.
    func auditEntries(_ selection: AuditSelection = AuditSelection()) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        try audit.forEach(selection) { entry in
            entries.append(entry)
            return true
        }
        return entries
    }

    /// Makes a key that permits something.
    func issue(
        _ scopes: String...,
        expires: Timestamp? = nil,
        rate: KeyRate? = nil,
        maker: KeyInfo? = nil,
        now: Timestamp = AccessClock.start
    ) throws -> IssuedKey {
        let scopes = try scopes.map { try #require(KeyScope(text: $0)) }
        let request = KeyRequest(name: "test", scopes: scopes, expires: expires, rate: rate)
        return try keys.create(request, maker: maker, now: now)
    }
}

/// A key's text with another secret and the checksum of that.
func wrongSecret(_ text: String) throws -> String {
    let digits = Array(text.utf8)
    var changed = Array(digits[..<84])
    changed[30] = changed[30] == 0x61 ? 0x62 : 0x61
    let sum = String(crc32c(changed), radix: 16)
    return String(decoding: changed, as: UTF8.self) + "_"
        + String(repeating: "0", count: 8 - sum.count) + sum
}

/// Every file below a directory.
func contents(_ path: String) throws -> [(String, Data)] {
    try FileManager.default.subpathsOfDirectory(atPath: path).compactMap { name in
        let place = path + "/" + name
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory)
        guard !isDirectory.boolValue else { return nil }
        return (name, try Data(contentsOf: URL(filePath: place)))
    }
}

/// Whether any file below a directory has bytes in it, given as hexadecimal digits.
func holds(_ digits: String, in path: String) throws -> Bool {
    let bytes = stride(from: 0, to: digits.utf8.count, by: 2).compactMap { place in
        UInt8(digits.dropFirst(place).prefix(2), radix: 16)
    }
    try #require(bytes.count == digits.utf8.count / 2)
    return try contents(path).contains { $0.1.range(of: Data(bytes)) != nil }
}

extension TestStore {
    /// What the catalog has of the texts of all keys.
    func keyHashes() throws -> [String] {
        try RawCatalog(catalogPath).run("SELECT hex(hash) || hex(old_hash) FROM keys ORDER BY id")
    }

    /// Replaces the settings file, if it still has the known text.
    func replaceSettings(_ known: String, _ text: String) throws -> Bool {
        try store.settings.replace(
            Array(known.utf8),
            with: Array(text.utf8),
            object: "setting wait",
            outcome: "now another"
        )
    }
}

extension KeyAuthority {
    /// Asks with a key's text.
    func ask(
        _ text: String,
        _ verb: KeyVerb = .read,
        _ collection: String? = "docs",
        now: Timestamp = AccessClock.start
    ) throws -> Authorization {
        try authorize(
            keyText: text.utf8,
            verb: verb,
            collection: collection.map(CollectionName.init(known:)),
            now: now
        )
    }
}

extension Authorization {
    var isAllowed: Bool { if case .allowed = self { true } else { false } }

    var refusal: KeyRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

/// A clock that a test turns.
final class AccessClock: Sendable {
    static let start = Timestamp(seconds: 1_800_000_000)

    private let seconds = Mutex(0.0)

    /// Moves the steady clock on.
    func pass(_ more: Double) { seconds.withLock { $0 += more } }

    /// A key clock that goes by this one.
    func keys(now: Timestamp = start) -> KeyClock {
        KeyClock(now: now) { [self] in seconds.withLock { $0 } }
    }
}
