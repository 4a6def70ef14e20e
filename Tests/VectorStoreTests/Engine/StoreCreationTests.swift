import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Making a store", .timeLimit(.minutes(10)))
struct StoreCreationTests {
    private func mode(_ path: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(facts[.posixPermissions] as? Int)
    }

    @Test("A store is made in a missing directory, with its parents")
    func missingParents() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/a/b/c"
        #expect(try Store.wouldCreate(path: path, ifMissing: false))
        #expect(try Store.create(path: path + "/"))
        #expect(try Store(path: path).collections() == [])
        #expect(try mode(path) == 0o700 && mode(scratch.path + "/a") == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(names == ["LOCK.compact", "LOCK.open", "LOCK.queue", "LOCK.write", "store"])
    }

    @Test("An empty directory is taken, with what belongs into a data directory")
    func emptyDirectory() throws {
        let scratch = try ScratchDirectory()
        for name in ["config.yaml", "LOCK.open"] {
            try Data().write(to: URL(fileURLWithPath: scratch.path + "/" + name))
        }
        #expect(try Store.create(path: scratch.path))
        #expect(try Store(path: scratch.path).commitSequence() == 0)
    }

    @Test("What is there already is never taken over")
    func refusals() throws {
        let scratch = try ScratchDirectory()
        let file = scratch.path + "/file"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        for make in [{ try Store.wouldCreate(path: $0, ifMissing: true) }, { try create($0) }] {
            #expect(throws: VectorStoreError.store(.directoryNotEmpty(path: scratch.path))) {
                try make(scratch.path)
            }
            #expect(
                throws: VectorStoreError.store(
                    .notADataDirectory(
                        path: file,
                        reason: "it is not a directory"
                    )
                )
            ) { try make(file) }
            let below = #expect(throws: VectorStoreError.self) { try make(file + "/below") }
            guard case .file(.system(_, _, ENOTDIR)) = below else {
                Issue.record("\(String(describing: below))")
                continue
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["file"])
    }

    private func create(_ path: String) throws -> Bool { try Store.create(path: path) }

    @Test("A store that is there is welcome only when that was said")
    func exists() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try Store.create(path: path)
        #expect(throws: VectorStoreError.store(.exists(path: path))) { try create(path) }
        #expect(throws: VectorStoreError.store(.exists(path: path))) {
            try Store.wouldCreate(path: path, ifMissing: false)
        }
        #expect(try !Store.create(path: path, ifMissing: true))
        #expect(try !Store.wouldCreate(path: path, ifMissing: true))
    }

    @Test("A data directory, and any directory above it, may be a symbolic link")
    func links() throws {
        let scratch = try ScratchDirectory()
        let files = FileManager.default
        try files.createDirectory(
            atPath: scratch.path + "/real/inner",
            withIntermediateDirectories: true
        )
        try files.createSymbolicLink(
            atPath: scratch.path + "/link",
            withDestinationPath: "real"
        )
        try files.createSymbolicLink(
            atPath: scratch.path + "/data",
            withDestinationPath: "real/inner"
        )
        for path in ["/link/new", "/data"].map({ scratch.path + $0 }) {
            #expect(try Store.create(path: path))
            let store = try Store(path: path, options: StoreOptions(access: .write))
            try store.createCollection(
                TestStore.collection,
                configuration: CollectionConfiguration(dimension: 4)
            )
            try store.put(samplePoints(0..<2))
            #expect(try Store(path: path).allPoints().count == 2)
        }
    }

    @Test("Everything is the owner's alone under any umask", arguments: [0o777, 0o000])
    func umask(mask: Int) async {
        await #expect(processExitsWith: .exitCode(0)) { [mask] in
            _ = Glibc.umask(mode_t(mask))
            let template = NSTemporaryDirectory() + "vectorizer-\(UUID().uuidString)"
            defer { chmod(template, 0o700) }
            let path = template + "/parent/data"
            try Store.create(path: path)
            let store = try Store(path: path, options: StoreOptions(access: .write))
            try store.createCollection(
                TestStore.collection,
                configuration: CollectionConfiguration(dimension: 4)
            )
            let batch = PointBatch(samplePoints(0..<2))
            _ = try store.write(batch, to: TestStore.collection, isLast: false)
            var seen: Set<String> = []
            let files = FileManager.default
            for name in try files.subpathsOfDirectory(atPath: template) {
                var facts = stat()
                guard lstat(template + "/" + name, &facts) == 0 else { exit(2) }
                let isDirectory = facts.st_mode & S_IFMT == S_IFDIR
                guard facts.st_mode & 0o7777 == (isDirectory ? 0o700 : 0o600) else {
                    print(name, String(facts.st_mode, radix: 8))
                    exit(3)
                }
                seen.insert(name.split(separator: "/").last.map(String.init) ?? "")
            }
            let expected = [
                "catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm", "LOCK.write",
                "LOCK.queue", "LOCK.open", "LOCK.compact",
            ]
            guard seen.isSuperset(of: expected) else { exit(4) }
            try files.removeItem(atPath: template)
            exit(0)
        }
    }

    @Test("What an interrupted creation left is removed by the next one")
    func leftovers() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        let left = path + "/store-0123.tmp"
        try FileManager.default.createDirectory(
            atPath: left + "/vectors",
            withIntermediateDirectories: true
        )
        for name in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: left + "/" + name))
        }
        let foreign = path + "/store-4567.tmp"
        try FileManager.default.createDirectory(
            atPath: foreign,
            withIntermediateDirectories: true
        )
        try Data("mine".utf8).write(to: URL(fileURLWithPath: foreign + "/notes"))
        #expect(try Store.create(path: path))
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(FileManager.default.fileExists(atPath: foreign + "/notes"))
    }

    @Test("OpenQuote what is no data directory says so")
    func opening() throws {
        let scratch = try ScratchDirectory()
        let nowhere = scratch.path + "/nowhere"
        #expect(throws: VectorStoreError.store(.notFound(path: nowhere))) {
            try Store(path: nowhere)
        }
        #expect(throws: VectorStoreError.store(.notFound(path: scratch.path))) {
            try Store(path: scratch.path)
        }
        let file = scratch.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(
            throws: VectorStoreError.store(
                .notADataDirectory(path: file, reason: "it is not a directory")
            )
        ) { try Store(path: file) }
        #expect(throws: VectorStoreError.store(.notFound(path: file + "/below"))) {
            try Store(path: file + "/below")
        }
    }

    @Test("A catalog that is a link, a directory, or has a second name is refused")
    func oddCatalog() throws {
        let files = FileManager.default
        for kind in 0..<3 {
            let test = try TestStore()
            switch kind {
            case 0:
                try files.linkItem(atPath: test.catalogPath, toPath: test.path + "/second")
            case 1:
                try files.moveItem(atPath: test.catalogPath, toPath: test.path + "/moved")
                try files.createSymbolicLink(
                    atPath: test.catalogPath,
                    withDestinationPath: test.path + "/moved"
                )
            default:
                try files.removeItem(atPath: test.catalogPath)
                try files.createDirectory(
                    atPath: test.catalogPath,
                    withIntermediateDirectories: false
                )
            }
            let error = #expect(throws: VectorStoreError.self) { try test.reopened() }
            guard case .store(.notADataDirectory(test.path, _)) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("Findings name files below a data directory whose path is not ASCII")
    func unusualPath() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/Größe \u{301}é"
        try Store.create(path: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        try store.createCollection(
            TestStore.collection,
            configuration: CollectionConfiguration(dimension: 4)
        )
        try store.put(samplePoints(0..<1))
        try RawCatalog(path + "/store/catalog.sqlite").run("UPDATE points_1 SET crc = 0")
        #expect(try store.findings().first?.file == "store/catalog.sqlite")
    }

    @Test("A store that another process makes meanwhile is noticed", arguments: [false, true])
    func madeMeanwhile(ifMissing: Bool) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, lock in
            guard name == .open, lock.hasSuffix("LOCK.open") else { return nil }
            do {
                try SystemCall.$fault.withValue(nil) { _ = try Store.create(path: path) }
                return nil
            } catch { return EIO }
        }
        func create() throws -> Bool {
            try SystemCall.$fault.withValue(hook) {
                try Store.create(path: path, ifMissing: ifMissing)
            }
        }
        if ifMissing {
            #expect(try !create())
        } else {
            #expect(throws: VectorStoreError.store(.exists(path: path))) { try create() }
        }
        #expect(try Store(path: path).commitSequence() == 0)
    }

    @Test("A data directory may be named from where one is")
    func relativePath() async throws {
        let scratch = try ScratchDirectory()
        let directory = scratch.path
        await #expect(processExitsWith: .exitCode(0)) { [directory = directory as String] in
            guard chdir(directory) == 0 else { exit(2) }
            for path in ["data", "./other/", "deep/er"] { try Store.create(path: path) }
            exit(0)
        }
        #expect(try Store(path: directory + "/data/").collections() == [])
        #expect(try Store(path: directory + "/deep/er").collections() == [])
    }
}
