import CKernels
import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// A directory for a backup repository, gone with the test.
final class TestRepository: Sendable {
    let scratch: ScratchDirectory
    var path: String { scratch.path + "/repo" }

    init() throws { scratch = try ScratchDirectory() }

    func open() throws -> BackupRepository { try BackupRepository(path: path) }

    /// Adds a snapshot.
    @discardableResult
    func backUp(
        _ store: Store,
        tag: String? = nil,
        threads: Int? = nil,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws -> BackupSummary {
        var options = BackupOptions(tool: "test")
        options.tag = tag
        options.threadCount = threads
        if let progress { options.progress = progress }
        return try store.backups.make(in: path, options: options)
    }

    /// Removes the directories without chunks, as copying tools do: tests that read, copy or flip a
    /// repository many times need not go through 256 of them each time.
    func prune() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path + "/chunks") {
            // Fails where something is in it.
            rmdir(path + "/chunks/" + name)
        }
    }

    /// What is wrong with the repository.
    func findings(_ choice: SnapshotChoice? = nil) throws -> [String] {
        var findings: [String] = []
        _ = try open().verify(choice, options: .quick) { findings.append("\($0): \($1)") }
        return findings
    }

    /// Restores a snapshot into a new directory and returns what is in it.
    func restored(_ choice: SnapshotChoice = .latest) throws -> State {
        let path = scratch.path + "/restored-\(UUID().uuidString)"
        try restore(choice, to: path)
        let store = try Store(path: path)
        let state = try State(store)
        #expect(try store.findings() == [])
        return state
    }

    func restore(_ choice: SnapshotChoice = .latest, to path: String) throws {
        let repository = try open()
        let manifest = try repository.snapshot(choice).manifest
        try repository.restore(manifest, to: .new(path), options: .quick)
    }

    // MARK: Files

    /// All regular files but the lock, below the repository.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter { name in
            var facts = stat()
            guard lstat(path + "/" + name, &facts) == 0 else { return false }
            return facts.st_mode & S_IFMT != S_IFDIR && name != "LOCK"
        }
    }

    func chunks() throws -> [String] { try files().filter { $0.hasPrefix("chunks/") } }

    func manifests() throws -> [String] {
        try files().filter { $0.hasPrefix("snapshots/") && !$0.hasSuffix(".proof.json") }
    }

    /// What unfinished work has left.
    func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/tmp")
    }

    /// The only manifest, as JSON to change.
    func document() throws -> RawDocument {
        guard let name = try manifests().last else { throw Unexpected("no manifest") }
        return try RawDocument(path + "/" + name)
    }

    /// Keeps a chunk of content.
    func addPiece(_ content: [UInt8]) throws -> (hash: String, stored: Int) {
        let hash = ContentHash(of: content).hexadecimal
        let frame = LZ4Frame.encode(content)
        try addPiece(frame, named: hash)
        return (hash, frame.count)
    }

    func addPiece(_ frame: [UInt8], named hash: String) throws {
        let home = path + "/chunks/" + hash.prefix(2)
        try FileManager.default.createDirectory(
            atPath: home,
            withIntermediateDirectories: true
        )
        try Data(frame).write(to: URL(filePath: home + "/" + hash))
    }

    func piecePath(_ hash: String) -> String { path + "/chunks/" + hash.prefix(2) + "/" + hash }
}

extension RestoreOptions {
    /// Waits for nobody.
    static var quick: Self { Self(lockTimeout: LockTimeout(seconds: 0)) }
}

/// A sealed JSON document that a test changes and seals again, with code of its own.
struct RawDocument {
    let path: String
    var members: [String: Any]

    init(_ path: String) throws {
        self.path = path
        let data = try Data(contentsOf: URL(filePath: path))
        guard let members = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw Unexpected("\(path) is no object")
        }
        self.members = members
        self.members["sha256"] = nil
    }

    /// The document without its seal.
    func body() throws -> [UInt8] {
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys]
        let data = try JSONSerialization.data(withJSONObject: members, options: options)
        return Array(data.dropLast(2)) + Array(",\n".utf8)
    }

    static func sealed(_ body: [UInt8]) -> [UInt8] {
        body + Array("  \"sha256\" : \"\(ContentHash(of: body).hexadecimal)\"\n}\n".utf8)
    }

    /// Writes it, with a right checksum.
    func write(to other: String? = nil) throws {
        try Data(Self.sealed(body())).write(to: URL(filePath: other ?? path))
    }

    /// Writes a manifest under the name that its members give.
    func writeUnderItsName() throws {
        try FileManager.default.removeItem(atPath: path)
        let sequence = members["sequence"] as? Int ?? 0
        let digits = String(sequence)
        let padded = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        let created = (members["created"] as? String ?? "").filter { $0 != "-" && $0 != ":" }
        let name = "\(padded)-\(created)-\(members["id"] as? String ?? "").json"
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try write(to: folder + "/" + name)
    }

    /// Lists of objects: files, collections, canaries.
    subscript(_ list: String) -> [[String: Any]] {
        get { members[list] as? [[String: Any]] ?? [] }
        set { members[list] = newValue }
    }

    func index(ofFile ending: String) throws -> Int {
        let paths = self["files"].map { $0["path"] as? String ?? "" }
        guard let index = paths.firstIndex(where: { $0.hasSuffix(ending) }) else {
            throw Unexpected("no file ends in \(ending): \(paths)")
        }
        return index
    }

    /// Makes other content of a file, in chunks that the repository keeps.
    mutating func replaceFile(
        _ ending: String,
        with content: [UInt8],
        in repository: TestRepository
    ) throws {
        let index = try index(ofFile: ending)
        let cuts = stride(from: 0, to: content.count, by: 64 << 10).map {
            Array(content[$0..<min($0 + 64 << 10, content.count)])
        }
        let chunks = try cuts.map(repository.addPiece)
        self["files"][index]["size"] = content.count
        self["files"][index]["sha256"] = ContentHash(of: content).hexadecimal
        self["files"][index]["chunks"] = chunks.map(\.hash)
        self["files"][index]["chunk_sizes"] = cuts.map(\.count)
        self["files"][index]["stored_sizes"] = chunks.map(\.stored)
    }

    /// Puts a file together from its chunks.
    func content(ofFile ending: String, in repository: TestRepository) throws -> [UInt8] {
        let file = self["files"][try index(ofFile: ending)]
        return try (file["chunks"] as? [String] ?? []).flatMap { hash in
            let frame = [UInt8](try Data(contentsOf: URL(filePath: repository.piecePath(hash))))
            var content: [UInt8] = []
            try LZ4Frame.decode(frame, contentByteCountMax: 4 << 20, into: &content)
            return content
        }
    }

    /// Changes the catalog as any SQLite program could.
    mutating func changeCatalog(
        in repository: TestRepository,
        _ change: (RawCatalog) throws -> Void
    ) throws {
        let path = repository.scratch.path + "/crafted-\(UUID().uuidString).sqlite"
        let before = try content(ofFile: "catalog.sqlite", in: repository)
        try Data(before).write(to: URL(filePath: path))
        do {
            let catalog = try RawCatalog(path)
            try change(catalog)
            try catalog.run("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let after = [UInt8](try Data(contentsOf: URL(filePath: path)))
        try replaceFile("catalog.sqlite", with: after, in: repository)
    }
}

/// Everything below a directory: kinds, modes and bytes.
struct FileTree: Equatable {
    var entries: [String: String] = [:]

    init(_ path: String, ignoring isIgnored: (String) -> Bool = { _ in false }) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: path)
        where !isIgnored(name) {
            var facts = stat()
            guard lstat(path + "/" + name, &facts) == 0 else { throw Unexpected(name) }
            var text = String(facts.st_mode, radix: 8)
            if facts.st_mode & S_IFMT == S_IFREG {
                text += " \(facts.st_size)"
            }
            if facts.st_mode & S_IFMT == S_IFREG, facts.st_size < 1 << 30 {
                let bytes = try Data(contentsOf: URL(filePath: path + "/" + name))
                text += " " + ContentHash(of: bytes).hexadecimal
            }
            entries[name] = text
        }
    }

    /// A data directory without what locks and reading change.
    init(store path: String) throws {
        try self.init(path) { name in
            name.hasPrefix("LOCK") || name.hasSuffix("-wal") || name.hasSuffix("-shm")
        }
    }
}

extension FileManager {
    func copyTree(_ path: String, to other: String) throws {
        try copyItem(atPath: path, toPath: other)
    }
}

/// Changes one byte of a file in place.
func flipByte(_ path: String, at offset: Int, mask: UInt8 = 1) throws {
    let file = try FileHandle(forUpdating: URL(filePath: path))
    defer { file.closeFile() }
    try file.seek(toOffset: UInt64(offset))
    guard let byte = try file.read(upToCount: 1)?.first else { throw Unexpected("no byte") }
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data([byte ^ mask]))
}

/// Counts, from any thread.
final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
