import Foundation
import TestSupport
import Testing
import VectorStore

/// Repositories that somebody has crafted, with right checksums.
@Suite("Hostile repositories")
struct HostileRepositoryTests {
    /// What is expected of a crafted repository.
    enum Verdict: Sendable { case malformed, corrupt, refused, newer }

    struct Craft: Sendable {
        let description: String
        let verdict: Verdict
        let change: @Sendable (inout RawDocument, TestRepository) throws -> Void

        init(
            _ description: String,
            _ verdict: Verdict = .malformed,
            _ change: @escaping @Sendable (inout RawDocument, TestRepository) throws -> Void
        ) {
            self.description = description
            self.verdict = verdict
            self.change = change
        }
    }

    // MARK: Names

    private static let paths = [
        "../x", "../../sentinel/file", "/etc/passwd", "/tmp/x", "vectors/..", "vectors/../../x",
        "vectors/UUID/../x.tail", "vectors/UUID/FILE.tail/x", "vectors//FILE.tail", "", ".", "..",
        "/", "catalog.sqlite/", "./catalog.sqlite", "catalog.sqlite-wal", "CATALOG.SQLITE",
        "vectors\\UUID\\FILE.tail", "vectors/UUID/FILE", "vectors/UUID/FILE.tmp",
        "vectors/UUID/FILE.tail.tail", "vectors/UUID/FILE.TAIL", "vectors/UUID/UPPER.tail",
        "vectors/UUID/FILE\u{0}.tail", "vectors/UUID/FILE.tail\u{0}", "vectors/UUID/ FILE.tail",
        "vectors/UUID/FILE.tail ", "vectors/UUID", "vectors/UUID/", "vectors/OTHER/FILE.tail",
        "vectors/UUID/.tail", "vectors/UUID/FILE.", "VECTORS/UUID/FILE.tail", "LOCK.open",
        "config.yaml", "store/catalog.sqlite", "vectors/UUID/FILE.sqlite",
        "vectors/UUID/FILE.tail\n", "vectors/UUID/FILE.tail\u{301}", "~/.profile",
        String(repeating: "a/", count: 3000) + "x",
    ]

    private static let names = paths.map { path in
        Craft("a file called \(path.prefix(40).debugDescription)") { document, _ in
            let index = try document.index(ofFile: ".tail")
            let own = document["files"][index]["path"] as? String ?? ""
            let parts = own.split(separator: "/").map(String.init)
            let file = String(parts[2].dropLast(5))
            document["files"][index]["path"] = path.replacingOccurrences(of: "UUID", with: parts[1])
                .replacingOccurrences(of: "FILE", with: file)
                .replacingOccurrences(of: "OTHER", with: file)
                .replacingOccurrences(of: "UPPER", with: file.uppercased())
        }
    }

    // MARK: Members

    private static func set(
        _ what: String,
        _ key: String,
        _ values: [any Sendable],
        in list: String,
        _ verdict: Verdict = .malformed
    ) -> [Craft] {
        values.map { value in
            Craft("\(what): \(key) = \("\(value)".prefix(40))", verdict) { document, _ in
                if list.isEmpty {
                    document.members[key] = value
                } else {
                    document[list][0][key] = value
                }
            }
        }
    }

    private static let hash = String(repeating: "ab", count: 32)

    private static let members: [Craft] =
        set("a file", "size", [0, -1, 1, Int.max, "1", 1.5, 4096], in: "files")
        + set("a file", "sha256", ["", "x", hash.uppercased(), hash + "00", 1], in: "files")
        + set("a file", "sha256", [hash], in: "files", .corrupt)
        + set(
            "a file",
            "chunks",
            [
                [String](), ["x"], Array(repeating: hash, count: 9), [hash.uppercased()],
                ["../../../etc/passwd"],
                [String(hash.dropLast(3)) + "/.."], [1],
            ],
            in: "files"
        )
        + set(
            "a file",
            "chunk_sizes",
            [[Int](), [0], [-1], [Int.max, 1], [5 << 20], [1, 1]],
            in: "files"
        )
        + set("a file", "stored_sizes", [[Int](), [0], [-1], [Int.max], [5 << 20]], in: "files")
        + set("a collection", "name", ["", "../x", "a/b", ".", "a\u{0}", "é"], in: "collections")
        + set("a collection", "name", ["other"], in: "collections", .malformed)
        + set(
            "a collection",
            "uuid",
            ["", "..", hash, String(hash.prefix(32)).uppercased()],
            in: "collections"
        )
        + set("a collection", "points", [-1, Int.max, 6, 1.5], in: "collections")
        + set("a collection", "dim", [0, -1, 5, Int.max], in: "collections")
        + set("a collection", "metric", ["cosine", "x"], in: "collections")
        + set("a collection", "sequence", [-1, 77, UInt64.max], in: "collections")
        + set("it", "id", ["", "x", "../x", String(hash.prefix(16)).uppercased()], in: "")
        + set("it", "store", ["", "..", String(hash.prefix(32))], in: "")
        + set("it", "epoch", [-1, 7, Int.max, 1.5, UInt64.max], in: "")
        + set("it", "number", [-1], in: "")
        + set(
            "it",
            "created",
            ["", "yesterday", "2026-11-28", "2026-11-28T05:34:50+00:00"],
            in: ""
        )
        + set("it", "format", ["x", 1], in: "")
        + set("it", "version", [2, Int.max], in: "", .newer)

    private static let structures: [Craft] = [
        Craft("another name than its members make") { document, _ in
            document.members["sequence"] = 99
        },
        Craft("another sequence than its catalog's") { document, _ in
            document.members["sequence"] = 99
            try document.writeUnderItsName()
        },
        Craft("no files") { document, _ in document["files"] = [] },
        Craft("no catalog") { document, _ in
            document["files"].remove(at: try document.index(ofFile: "catalog.sqlite"))
        },
        Craft("the catalog twice") { document, _ in
            document["files"].append(
                document["files"][try document.index(ofFile: "catalog.sqlite")]
            )
        },
        Craft("a tail twice") { document, _ in
            document["files"].append(document["files"][try document.index(ofFile: ".tail")])
        },
        Craft("a file missing that its catalog names") { document, _ in
            document["files"].remove(at: try document.index(ofFile: ".tail"))
        },
        Craft("a file that its catalog does not name") { document, _ in
            var file = document["files"][try document.index(ofFile: ".tail")]
            let path = file["path"] as? String ?? ""
            file["path"] = path.dropLast(10) + "00000.tail"
            document["files"].append(file)
        },
        Craft("a tail that its catalog takes for a segment") { document, _ in
            let index = try document.index(ofFile: ".tail")
            let path = document["files"][index]["path"] as? String ?? ""
            document["files"][index]["path"] = path.dropLast(4) + "seg"
        },
        Craft("a collection twice") { document, _ in
            document["collections"].append(document["collections"][0])
        },
        Craft("a collection twice under other names") { document, _ in
            document["collections"].append(document["collections"][0])
            document["collections"][2]["name"] = "third"
        },
        Craft("a collection less") { document, _ in
            document["collections"].removeLast()
        },
        Craft("numbers of points whose sum is no number") { document, _ in
            document["collections"][0]["points"] = Int.max
            document["collections"][1]["points"] = Int.max
        },
        Craft("a tail that is longer than its catalog says") { document, repository in
            let content = try document.content(ofFile: ".tail", in: repository)
            try document.replaceFile(".tail", with: content + [0], in: repository)
        },
        Craft("a member less") { document, _ in document.members["collections"] = nil },
        Craft("a list in the place of an object") { document, _ in
            document.members["files"] = [[1]]
        },
        Craft("a tail of other rows", .corrupt) { document, repository in
            var content = try document.content(ofFile: ".tail", in: repository)
            content[100] ^= 1
            try document.replaceFile(".tail", with: content, in: repository)
        },
        Craft("a segment of zeros", .corrupt) { document, repository in
            let content = try document.content(ofFile: ".seg", in: repository)
            let zeros = [UInt8](repeating: 0, count: content.count)
            try document.replaceFile(".seg", with: zeros, in: repository)
        },
        Craft("a segment of one byte", .corrupt) { document, repository in
            try document.replaceFile(".seg", with: [1], in: repository)
        },
    ]

    enum Kind: String, CaseIterable, Sendable {
        case names, members, structures, chunks, catalogs

        var crafts: [Craft] {
            switch self {
            case .names: HostileRepositoryTests.names
            case .members: HostileRepositoryTests.members
            case .structures: HostileRepositoryTests.structures
            case .chunks: HostileRepositoryTests.chunks
            case .catalogs: HostileRepositoryTests.catalogs
            }
        }
    }

    // MARK: Tests

    private static func bench() throws -> (TestRepository, target: String) {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<20, seed: 1))
        try test.store.compact()
        try test.store.put(randomPoints(20..<30, seed: 2))
        try test.store.createCollection(
            CollectionName("other"),
            configuration: CollectionConfiguration(dimension: 4)
        )
        let repository = try TestRepository()
        try repository.backUp(test.store)
        try repository.prune()
        let target = repository.scratch.path + "/target"
        try FileManager.default.copyTree(test.path, to: target)
        return (repository, target)
    }

    @Test(
        "A crafted repository is refused and writes nothing outside the scratch directory",
        arguments: Kind.allCases
    )
    func refused(kind: Kind) throws {
        let (repository, target) = try Self.bench()
        for craft in kind.crafts {
            let copy = try TestRepository()
            try FileManager.default.copyTree(repository.path, to: copy.path)
            try FileManager.default.copyTree(target, to: copy.scratch.path + "/target")
            try refused(craft, copy, copy.scratch.path + "/target")
        }
    }

    private func refused(
        _ craft: Craft,
        _ repository: TestRepository,
        _ target: String
    ) throws {
        let sentinel = repository.scratch.path + "/sentinel"
        try FileManager.default.createDirectory(
            atPath: sentinel,
            withIntermediateDirectories: false
        )
        try Data("untouched".utf8).write(to: URL(filePath: sentinel + "/file"))
        var document = try repository.document()
        let path = document.path
        try craft.change(&document, repository)
        if access(path, F_OK) == 0 { try document.write() }
        let before = try FileTree(store: repository.scratch.path)
        try expectRefusal(craft) { open in
            let manifest = try open.snapshot(.latest).manifest
            try open.restore(manifest, to: .replacing(target), options: .quick)
        }
        #expect(try FileTree(store: repository.scratch.path) == before, "\(craft.description)")
        // What no manifest may say is refused before anybody asks what for.
        guard try !repository.open().listing().snapshots.isEmpty else { return }
        let fresh = repository.scratch.path + "/fresh"
        try expectRefusal(craft) { open in
            let manifest = try open.snapshot(.latest).manifest
            try open.restore(manifest, to: .new(fresh), options: .quick)
        }
        try? FileManager.default.removeItem(atPath: fresh)
        try expectRefusal(craft) { open in
            _ = try open.prove(open.snapshot(.latest).manifest, tool: "test", options: .quick)
        }
        let store = try Store(path: target, options: StoreOptions(access: .write))
        try expectRefusal(craft) { open in
            _ = try store.backups.restore(
                TestStore.collection,
                as: CollectionName("back"),
                from: open.snapshot(.latest).manifest,
                in: open,
                options: .quick
            )
        }
        #expect(try FileTree(store: repository.scratch.path) == before, "\(craft.description)")
        // To look at it does no harm.
        _ = try? repository.findings()
        for snapshot in try repository.open().listing().snapshots {
            _ = (snapshot.manifest.pointCount, snapshot.manifest.byteCount, snapshot.manifest.name)
            let manifest = snapshot.manifest
            _ = try? repository.open().difference(from: manifest, to: manifest, options: .quick)
        }

        func expectRefusal(
            _ craft: Craft,
            _ body: (BackupRepository) throws -> Void
        ) throws {
            let error = #expect(throws: VectorStoreError.self, "\(craft.description)") {
                try body(repository.open())
            }
            switch (craft.verdict, error) {
            case (.malformed, .backup(.malformedSnapshot)),
                (.corrupt, .backup(.corruptRepository)),
                (.corrupt, .backup(.unprovenSnapshot)), (.newer, .file(.newerFormat)),
                (.refused, .some):
                break
            default: Issue.record("\(craft.description): \(String(describing: error))")
            }
        }
    }

    @Test("A description that was crafted opens no repository")
    func description() throws {
        let (repository, _) = try Self.bench()
        let path = repository.path + "/repository.json"
        let sound = try Data(contentsOf: URL(filePath: path))
        for (key, value) in [
            ("store", ".."), ("store", ""), ("store", 1), ("format", "x"), ("version", "1"),
        ] as [(String, Any)] {
            var document = try RawDocument(path)
            document.members[key] = value
            try document.write()
            let error = #expect(throws: VectorStoreError.self) { try repository.open() }
            guard case .backup(.malformedSnapshot(path, _)) = error else {
                Issue.record("\(key): \(String(describing: error))")
                continue
            }
            try sound.write(to: URL(filePath: path))
        }
        var document = try RawDocument(path)
        document.members["version"] = 2
        try document.write()
        let error = #expect(throws: VectorStoreError.self) { try repository.open() }
        #expect(error == .file(.newerFormat(path: path, found: 2, supported: 1)))
    }

    @Test("What is no file in a manifest's place is a fault of the listing", arguments: 0..<4)
    func irregularManifest(kind: Int) throws {
        let (repository, _) = try Self.bench()
        let path = repository.path + "/" + (try repository.manifests()[0])
        let kept = repository.scratch.path + "/kept.json"
        #expect(rename(path, kept) == 0)
        switch kind {
        case 0: #expect(symlink(kept, path) == 0)
        case 1: #expect(mkdir(path, 0o700) == 0)
        case 2: #expect(mkfifo(path, 0o600) == 0)
        default: #expect(symlink("/dev/zero", path) == 0)
        }
        let open = try repository.open()
        let listing = try open.listing()
        #expect(listing.snapshots.isEmpty && listing.faults.count == 1)
        #expect(try repository.findings().count == 1)
        let error = #expect(throws: VectorStoreError.self) { try open.snapshot(.latest) }
        guard case .backup(.malformedSnapshot(path, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
