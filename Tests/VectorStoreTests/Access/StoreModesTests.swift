import Foundation
import TestSupport
import Testing
import VectorStore

/// Who besides the owner may get at a store.
@Suite("Modes of a store")
struct StoreModesTests {
    private static let names = [
        "", "store", "store/vectors", "store/catalog.sqlite", "LOCK.write", "LOCK.queue",
        "LOCK.compact", "LOCK.open", "config.yaml",
    ]

    private static func place(_ test: TestStore, _ name: String) -> String {
        name.isEmpty ? test.path : test.path + "/" + name
    }

    @Test(
        "A store in which others can write is refused, whichever part of it it is",
        arguments: names
    )
    func writable(name: String) throws {
        let test = try TestStore()
        try Data("wait: 3\n".utf8).write(to: URL(filePath: test.path + "/config.yaml"))
        let place = Self.place(test, name)
        let own: mode_t =
            name.isEmpty || name.hasPrefix("store") && !name.hasSuffix("e") ? 0o700 : 0o600
        #expect(chmod(test.path + "/config.yaml", 0o600) == 0)
        for bits in [mode_t(0o020), 0o002, 0o022] {
            #expect(chmod(place, own | bits) == 0)
            for access in [StoreOptions.Access.read, .write] {
                #expect(throws: VectorStoreError.store(.writableByOthers(path: place))) {
                    try test.reopened(access)
                }
            }
        }
        #expect(chmod(place, own | 0o100) == 0)
        #expect(try test.reopened().pathReadableByOthers == nil)
    }

    @Test("A store that others can read is told, unless its directory keeps them out")
    func readable() throws {
        let test = try TestStore()
        #expect(try test.reopened().pathReadableByOthers == nil)
        #expect(chmod(test.catalogPath, 0o644) == 0)
        #expect(try test.reopened().pathReadableByOthers == nil)
        #expect(chmod(test.path, 0o750) == 0)
        #expect(try test.reopened().pathReadableByOthers == test.path)
    }

    @Test(
        "A store, its keys and its settings are the owner's alone under any umask",
        arguments: [
            mode_t(0), 0o777, 0o022,
        ]
    )
    func umasks(mask: mode_t) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        // The mask is the process's: a child has one of its own.
        let script = """
            umask \(String(mask, radix: 8)); "$0" init -q \
            && "$0" create-collection docs --dim 2 -q \
            && "$0" keys create -q --name k --scope docs:read >/dev/null \
            && "$0" config set wait 3 -q && "$0" config set log_file log -q \
            && "$0" config set log_level info -q \
            && echo '{"id":"a","vector":[1,2]}' | "$0" insert docs -
            """
        let bundle = try #require(CommandLine.arguments.first)
        let program = URL(filePath: bundle).deletingLastPathComponent().path + "/vectorizer"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, program]
        process.environment = ["VECTORIZER_DATA_DIR": path]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) + [""] {
            var facts = stat()
            #expect(lstat(path + "/" + name, &facts) == 0)
            let isDirectory = facts.st_mode & S_IFMT == S_IFDIR
            #expect(facts.st_mode & 0o777 == (isDirectory ? 0o700 : 0o600), "\(name)")
        }
        #expect(FileManager.default.fileExists(atPath: path + "/log"))
    }

    @Test("Vector files that others can write are refused where others can get at them")
    func vectorFiles() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let vectors = test.path + "/store/vectors"
        let names = try FileManager.default.subpathsOfDirectory(atPath: vectors)
        #expect(names.count == 2)
        for name in names {
            let place = vectors + "/" + name
            let own: mode_t = name.contains("/") ? 0o600 : 0o700
            #expect(chmod(place, own | 0o022) == 0)
            #expect(try test.reopened().pathReadableByOthers == nil, "the directory is shut")
            #expect(chmod(test.path, 0o755) == 0)
            #expect(throws: VectorStoreError.store(.writableByOthers(path: place))) {
                try test.reopened()
            }
            #expect(chmod(test.path, 0o700) == 0 && chmod(place, own) == 0)
        }
    }

    @Test("A directory that was there before is shut as a store", arguments: [0o777, 0o755])
    func shut(mode: Int) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        #expect(mkdir(path, 0o700) == 0 && chmod(path, mode_t(mode)) == 0)
        try Store.create(path: path)
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o7777 == 0o700)
        #expect(chmod(path, 0o777) == 0)
        #expect(throws: VectorStoreError.store(.writableByOthers(path: path))) {
            try Store.create(path: path, ifMissing: true)
        }
    }

    private static let somebody: uid_t = 65_534

    @Test(
        "What belongs to another user than the directory is refused",
        .enabled(if: geteuid() == 0, "only root can give files away"),
        arguments: ["store", "store/catalog.sqlite", "LOCK.open", "config.yaml"]
    )
    func foreign(name: String) throws {
        let test = try TestStore()
        try Data("wait: 3\n".utf8).write(to: URL(filePath: test.path + "/config.yaml"))
        #expect(chmod(test.path + "/config.yaml", 0o600) == 0)
        let place = Self.place(test, name)
        #expect(chown(place, Self.somebody, Self.somebody) == 0)
        #expect(throws: VectorStoreError.store(.foreignOwner(path: place))) { try test.reopened() }
        #expect(chown(place, 0, 0) == 0)
        _ = try test.reopened()
    }

    @Test(
        "What root makes in somebody's store belongs to him",
        .enabled(if: geteuid() == 0, "only root can give files away")
    )
    func owner() throws {
        let test = try TestStore()
        for name in try FileManager.default.subpathsOfDirectory(atPath: test.path) + ["."] {
            #expect(chown(test.path + "/" + name, Self.somebody, Self.somebody) == 0)
        }
        #expect(unlink(test.path + "/LOCK.compact") == 0)
        let store = try test.reopened(.write)
        try store.put(samplePoints(0..<300))
        _ = try store.compact(TestStore.collection)
        try store.put(samplePoints(300..<310))
        try store.createCollection(
            CollectionName("more"),
            configuration: CollectionConfiguration(dimension: 2)
        )
        let settings = Array("wait: 3\n".utf8)
        #expect(try store.settings.replace([], with: settings, object: "", outcome: ""))
        for name in try FileManager.default.subpathsOfDirectory(atPath: test.path) {
            var facts = stat()
            #expect(lstat(test.path + "/" + name, &facts) == 0)
            #expect(facts.st_uid == Self.somebody, "\(name)")
        }
    }

    @Test(
        "Links in somebody's store lead root nowhere",
        .enabled(if: geteuid() == 0, "only root can give files away"),
        arguments: ["store/vectors", "store/vectors/"]
    )
    func links(name: String) throws {
        let (test, other) = (try TestStore(), try TestStore())
        for store in [test, other] { try store.store.put(samplePoints(0..<3)) }
        func place(_ test: TestStore) throws -> String {
            guard name.hasSuffix("/") else { return test.path + "/" + name }
            let names = try FileManager.default.contentsOfDirectory(atPath: test.path + "/" + name)
            return test.path + "/" + name + (try #require(names.first))
        }
        let (own, foreign) = (try place(test), try place(other))
        try FileManager.default.removeItem(atPath: own)
        #expect(symlink(foreign, own) == 0)
        _ = try test.reopened()
        for name in try FileManager.default.subpathsOfDirectory(atPath: test.path) + ["."] {
            #expect(lchown(test.path + "/" + name, Self.somebody, Self.somebody) == 0)
        }
        #expect(throws: VectorStoreError.self) { try test.reopened(.write) }
        #expect(try other.store.findings() == [])
    }
}
