import Foundation
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
                #expect(throws: VectorStoreError.writableByOthers(path: place)) {
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
}
