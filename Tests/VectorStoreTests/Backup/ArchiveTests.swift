import Foundation
import TestSupport
import Testing
import VectorStore

/// Backups in single files: packed, and brought back as if anybody had made them.
@Suite("Archives", .timeLimit(.minutes(5)))
struct ArchiveTests {
    private static let name = FieldModel.name
    private static let other = CollectionName(known: "other")

    /// A store with the model's collection, part of it in segments.
    private static func filled() throws -> (ScratchDirectory, Store, FieldModel) {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try Store.create(path: path)
        let store = try Store(path: path, options: StoreOptions(access: .write))
        try FieldModel.create(in: store)
        var model = FieldModel(seed: 21)
        for _ in 0..<60 { try store.apply([try model.next()], to: name) }
        try store.maintenance.compact(name)
        for _ in 0..<30 { try store.apply([try model.next()], to: name) }
        return (scratch, store, model)
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    private static func leftovers(_ store: Store) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.path)
            .filter { $0.hasPrefix("restore-") }
    }

    @Test("A collection with all its fields comes back from one file, under another name too")
    func roundTrip() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        let facts = try store.backups.pack(Self.name, to: file, tool: "test")
        let bytes = try Self.bytes(file)
        #expect(facts.byteCount == bytes.count && bytes.count % 512 == 0)
        #expect(facts.checksum == ContentHash(of: bytes).hexadecimal)
        try store.aliases.change([.create(CollectionName("alias"), of: Self.name)])
        for name in [Self.other, Self.name] {
            _ = try store.backups.unpack(file, checksum: facts.checksum, as: name)
            let reader = try Store(path: store.path)
            #expect(try FieldModel.read(reader, name) == model.points)
            #expect(try reader.notes.all(of: name)["config"] == Array("{}".utf8))
            #expect(try reader.findings() == [])
        }
        // The alias went over to the collection that took the place of the old one.
        #expect(try store.aliases.collectionName(resolving: CollectionName("alias")) == Self.name)
        #expect(try store.collections().map(\.name) == [Self.name, Self.other])
        #expect(try Self.leftovers(store) == [])
        try store.apply([.remove(.filter(PointFilter(.and([]))))], to: Self.name)
        #expect(try FieldModel.read(store, Self.other) == model.points)
    }

    @Test("What came back is one to work with: changed, compacted, searched")
    func living() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        _ = try store.backups.unpack(file, as: Self.other)
        var after = model
        for _ in 0..<40 { try store.apply([try after.next()], to: Self.other) }
        try store.maintenance.compact(Self.other)
        #expect(try FieldModel.read(Store(path: store.path), Self.other) == after.points)
        #expect(try FieldModel.read(Store(path: store.path)) == model.points)
        #expect(try store.findings() == [])
    }

    @Test("The whole store is packed with its keys, and is no snapshot of one collection")
    func whole() throws {
        let (scratch, store, _) = try Self.filled()
        try store.createCollection(
            Self.other,
            configuration: CollectionConfiguration(dimension: 2)
        )
        let file = scratch.path + "/full.snapshot"
        let facts = try store.backups.pack(nil, to: file, tool: "test")
        #expect(try Self.bytes(file).count == facts.byteCount)
        let error = #expect(throws: VectorStoreError.self) {
            try store.backups.unpack(file, as: CollectionName("third"))
        }
        #expect(error?.kind == "collection_not_found")
        // It is a repository: unpacked by hand, it restores as a store.
        let repository = scratch.path + "/repository"
        for entry in TestArchive(reading: try Self.bytes(file)).entries {
            let path = repository + "/" + entry.name
            try FileManager.default.createDirectory(
                atPath: DurableFile.parent(of: path),
                withIntermediateDirectories: true
            )
            try Data(entry.content).write(to: URL(filePath: path))
        }
        #expect(FileManager.default.fileExists(atPath: repository + "/repository.json"))
        #expect(try Self.leftovers(store) == [])
    }

    @Test("A missing collection is not packed, and a file that is there is not overwritten")
    func refusals() throws {
        let (scratch, store, _) = try Self.filled()
        let missing = #expect(throws: VectorStoreError.self) {
            try store.backups.pack(Self.other, to: scratch.path + "/none", tool: "test")
        }
        #expect(missing?.kind == "collection_not_found")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/none"))
        #expect(throws: VectorStoreError.self) {
            try store.backups.pack(Self.name, to: scratch.path + "/no/folder", tool: "test")
        }
        let absent = #expect(throws: VectorStoreError.self) {
            try store.backups.unpack(scratch.path + "/absent", as: Self.other)
        }
        #expect(absent?.kind == "file_not_found")
        #expect(try Self.leftovers(store) == [])
        #expect(try store.collections().map(\.name) == [Self.name])
    }

    @Test("A file with another checksum is not even opened as an archive")
    func checksums() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        let wrong = String(repeating: "0", count: 64)
        let error = #expect(throws: VectorStoreError.self) {
            try store.backups.unpack(file, checksum: wrong, as: Self.name)
        }
        #expect(error?.kind == "corrupt_repository")
        #expect(try FieldModel.read(store) == model.points)
    }

    // MARK: Crafted archives

    /// A change of a good archive that makes it a bad one.
    struct Craft: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout TestArchive) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout TestArchive) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    private static func renamed(_ name: String) -> Craft {
        Craft("a file is called \(name)") { $0.entries[1].name = name }
    }

    private static func resized(_ size: String) -> Craft {
        Craft("a size is \(size)") { $0.entries[1].size = size }
    }

    private static let crafts: [Craft] =
        [
            "../x", "/etc/x", "snapshots/../x.json", "snapshots/.hidden.json", "x", "snapshots/x",
            "chunks/00/short", "chunks/0/" + String(repeating: "0", count: 64), "a/b/c/d",
            "chunks/../" + String(repeating: "0", count: 64), "", "snapshots//x.json",
            "repository.json",
        ].map(renamed)
        + ["77777777777", "99999999999", "", "-0000000001", "00000000000x", "777777777777"]
        .map(resized)
        + [
            Craft("a link") { $0.entries[1].kind = "2" },
            Craft("a hard link") { $0.entries[1].kind = "1" },
            Craft("a directory") { $0.entries[1].kind = "5" },
            Craft("a device") { $0.entries[1].kind = "3" },
            Craft("a long name of its own") { $0.entries[1].kind = "L" },
            Craft("a name in two parts") { $0.entries[1].prefix = "../../x" },
            Craft("a wrong header sum") { $0.entries[1].checksum = "000001\0 " },
            Craft("no header sum") { $0.entries[1].checksum = "        " },
            Craft("a file twice") { $0.entries.append($0.entries[1]) },
            Craft("no end") { $0.endByteCount = 0 },
            Craft("half an end") { $0.endByteCount = 100 },
            Craft("nothing at all") { $0 = TestArchive() },
            Craft("no repository file") { $0.entries.removeFirst() },
            Craft("no manifest") { $0.entries.removeAll { $0.name.hasPrefix("snapshots/") } },
            Craft("no chunks") { $0.entries.removeAll { $0.name.hasPrefix("chunks/") } },
            Craft("a chunk less") { $0.entries.removeLast() },
            Craft("another chunk") { archive in
                let last = archive.entries.count - 1
                archive.entries[last].content[20] ^= 1
            },
            Craft("a manifest that says something else") { archive in
                for place in archive.entries.indices
                where archive.entries[place].name.hasPrefix("snapshots/") {
                    archive.entries[place].content[30] ^= 1
                }
            },
        ]

    @Test("A crafted archive changes nothing, leaves nothing and is named as what it is")
    func crafted() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        let good = TestArchive(reading: try Self.bytes(file))
        let before = try FileManager.default.subpathsOfDirectory(atPath: store.path).sorted()
        for craft in Self.crafts {
            var archive = good
            craft.change(&archive)
            let path = try scratch.file("crafted", archive.bytes)
            for name in [Self.name, Self.other] {
                let error = #expect(throws: VectorStoreError.self, "\(craft.testDescription)") {
                    try store.backups.unpack(path, as: name)
                }
                guard case .backup = error else {
                    Issue.record("\(craft.testDescription): \(String(describing: error))")
                    continue
                }
            }
        }
        #expect(try FieldModel.read(store) == model.points)
        let after = try FileManager.default.subpathsOfDirectory(atPath: store.path).sorted()
        #expect(after == before)
        #expect(try store.findings() == [])
        // Put together again by the same means, the archive is a good one.
        _ = try store.backups.unpack(try scratch.file("again", good.bytes), as: Self.other)
        #expect(try FieldModel.read(Store(path: store.path), Self.other) == model.points)
    }

    @Test("An archive that is cut short anywhere is refused")
    func cut() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        let bytes = try Self.bytes(file)
        for length in [0, 1, 511, 512, 600, 1024, bytes.count / 2, bytes.count - 1025] {
            let path = try scratch.file("cut", Array(bytes[..<length]))
            let error = #expect(throws: VectorStoreError.self) {
                try store.backups.unpack(path, as: Self.name)
            }
            #expect(error?.kind == "corrupt_repository", "\(length)")
        }
        #expect(try FieldModel.read(store) == model.points)
        #expect(try Self.leftovers(store) == [])
    }

    @Test("A link in the place of an archive is not followed")
    func link() throws {
        let (scratch, store, _) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        let link = scratch.path + "/link.snapshot"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        #expect(throws: VectorStoreError.self) {
            try store.backups.unpack(link, as: Self.other)
        }
        #expect(try store.collections().map(\.name) == [Self.name])
    }

    @Test("Packing and unpacking are cancelled, and leave nothing")
    func cancelled() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        let late = store.with(RequestContext(cancellation: Cancellation { true }))
        #expect(throws: VectorStoreError.cancelled) {
            try late.backups.pack(Self.name, to: scratch.path + "/two.snapshot", tool: "test")
        }
        #expect(throws: VectorStoreError.cancelled) {
            try late.backups.unpack(file, as: Self.name)
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/two.snapshot"))
        #expect(try FieldModel.read(store) == model.points)
        #expect(try Self.leftovers(store) == [])
    }

    @Test("A disk that is full while a collection is packed or unpacked leaves what was there")
    func fullDisk() throws {
        let (scratch, store, model) = try Self.filled()
        let file = scratch.path + "/one.snapshot"
        _ = try store.backups.pack(Self.name, to: file, tool: "test")
        for ending in ["/archive", "/repository.json"] {
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
                name == .write && path.hasSuffix(ending) ? ENOSPC : nil
            }
            let error = SystemCall.$fault.withValue(hook) {
                #expect(throws: VectorStoreError.self) {
                    if ending == "/repository.json" {
                        _ = try store.backups.unpack(file, as: Self.other)
                    } else {
                        let path = scratch.path + "/two.snapshot"
                        _ = try store.backups.pack(Self.name, to: path, tool: "test")
                    }
                }
            }
            #expect(error?.kind == "disk_full", "\(ending)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path + "/two.snapshot"))
            #expect(try Self.leftovers(store) == [])
        }
        #expect(try FieldModel.read(store) == model.points)
        #expect(try store.collections().map(\.name) == [Self.name])
    }
}
