import Foundation
import TestSupport
import Testing
import VectorStore

extension BackupTests {
    @Test("A repository inside the data directory is refused, by whatever path")
    func inside() throws {
        let test = try TestStore()
        let scratch = try ScratchDirectory()
        let link = scratch.path + "/link"
        #expect(symlink(test.path, link) == 0)
        let name = URL(filePath: test.path).lastPathComponent
        let before = try FileTree(store: test.path)
        for path in [
            test.path, test.path + "/", test.path + "/repo", test.path + "/a/b/c",
            test.path + "/repo/", test.path + "/./repo", test.path + "/store/vectors",
            test.path + "/../\(name)/repo", test.path + "/x/../repo", link, link + "/repo",
            link + "/a/../b", test.path + "//repo", scratch.path + "/missing/../link/repo",
            test.path + "/../missing/../\(name)/repo", scratch.path + "/a/b/../../link/x",
        ] {
            let error = #expect(throws: VectorStoreError.self, "\(path)") {
                try test.store.backups.make(in: path, options: BackupOptions(tool: "test"))
            }
            guard case .backup(.repositoryInsideDataDirectory(path, test.path)) = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
        #expect(try FileTree(store: test.path) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["link"])
    }

    @Test("Beside the data directory is not inside it")
    func beside() throws {
        let test = try TestStore()
        let path = test.path + "-backup"
        #expect(try test.store.backups.checkPlace(path))
        _ = try test.store.backups.make(in: path, options: BackupOptions(tool: "test"))
        let deeper = test.path + "/../new/"
        _ = try test.store.backups.make(in: deeper, options: BackupOptions(tool: "test"))
        #expect(try BackupRepository(path: deeper).listing().snapshots.count == 1)
    }

    @Test("A repository of another store takes nothing of this one")
    func anotherStore() throws {
        let (one, other) = (try TestStore(), try TestStore())
        let repository = try TestRepository()
        try repository.backUp(one.store)
        let before = try FileTree(repository.path)
        let error = #expect(throws: VectorStoreError.self) { try repository.backUp(other.store) }
        #expect(error == .backup(.repositoryOfAnotherStore(path: repository.path)))
        #expect(try FileTree(repository.path) == before)
    }

    @Test("A repository that has lost its description is not taken over by another store")
    func lostDescription() throws {
        let (one, other) = (try TestStore(), try TestStore())
        let repository = try TestRepository()
        try repository.backUp(one.store)
        let name = repository.path + "/repository.json"
        let text = try Data(contentsOf: URL(filePath: name))
        #expect(unlink(name) == 0)
        for store in [other.store, one.store] {
            #expect(throws: VectorStoreError.self) { try repository.backUp(store) }
            #expect(access(name, F_OK) != 0)
        }
        try text.write(to: URL(filePath: name))
        #expect(try repository.restored() == State(one.store))
    }

    @Test("A directory with other files, or a file, is no place for a repository")
    func foreignPlace() throws {
        let test = try TestStore()
        let scratch = try ScratchDirectory()
        let folder = scratch.path + "/photos"
        #expect(mkdir(folder, 0o700) == 0)
        try Data("x".utf8).write(to: URL(filePath: folder + "/me.jpg"))
        for path in [folder, folder + "/me.jpg"] {
            let error = #expect(throws: VectorStoreError.self) {
                try test.store.backups.make(in: path, options: BackupOptions(tool: "test"))
            }
            guard case .backup(.notARepository(path, _)) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            let opening = #expect(throws: VectorStoreError.self) {
                try BackupRepository(path: path)
            }
            #expect(opening == .backup(.repositoryNotFound(path: path)))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["me.jpg"])
    }

    @Test("A damaged store is told, and no snapshot of it is listed", arguments: [".seg", ".tail"])
    func damagedStore(ending: String) throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        let path = try #require(try test.files(ending).first)
        let size = try Data(contentsOf: URL(filePath: path)).count
        for offset in stride(from: 100, to: size - 20, by: max(1, size / 7)) {
            try flipByte(path, at: offset)
            let error = #expect(throws: VectorStoreError.self) {
                try repository.backUp(test.reopened())
            }
            guard case .file(.corrupt(path, _, _)) = error else {
                Issue.record("\(offset): \(String(describing: error))")
                return
            }
            #expect(try repository.manifests() == [])
            try flipByte(path, at: offset)
        }
        try repository.backUp(test.store)
        #expect(try repository.findings() == [])
    }

    @Test("A medium that gives back something else than was written is told")
    func lyingMedium() throws {
        let test = try Self.filled()
        let repository = try TestRepository()
        // After the last chunk has its name and before it is read again.
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            guard name == .fsync || name == .open, path.hasPrefix(repository.path + "/chunks")
            else { return nil }
            do {
                for chunk in try repository.chunks() {
                    _ = truncate(repository.path + "/" + chunk, 10)
                }
            } catch {
                Issue.record(error)
            }
            return nil
        }
        let error = #expect(throws: VectorStoreError.self) {
            try SystemCall.$fault.withValue(hook) { _ = try repository.backUp(test.store) }
        }
        guard case .backup(.corruptRepository) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try repository.manifests() == [])
        try repository.backUp(test.store)
        #expect(try repository.restored() == State(test.store))
    }

    @Test("The largest vectors and the oddest ids make a snapshot", arguments: Metric.allCases)
    func extremes(metric: Metric) throws {
        let test = try TestStore(dimension: 2, metric: metric)
        let most = Float(
            metric == .cosine ? VectorCheck.maximumLengthForCosine : VectorCheck.maximumLength
        ).nextDown
        let ids = [
            "\u{0}", "é", "e\u{301}", "\u{2028}", "\u{FFFF}", "\u{10FFFF}", "\"\\/", "\u{7F}",
            "\u{1B}[31m", String(repeating: "x", count: 512), "🏳️‍🌈", "\u{FEFF}",
        ]
        var points: [TestPoint] = []
        for (number, id) in ids.enumerated() where (try? PointID(id)) != nil {
            let sign: Float = number % 2 == 0 ? 1 : -1
            points.append(TestPoint(id: id, vector: [sign * most, 0]))
        }
        #expect(points.count > 8)
        try test.store.put(points)
        let repository = try TestRepository()
        try repository.backUp(test.store, tag: "tag\u{0}\"\u{1F600}")
        #expect(try repository.restored() == State(test.store))
        let open = try repository.open()
        _ = try open.prove(open.snapshot(.latest).manifest, tool: "test", options: .quick)
    }

    @Test("Directories have mode 0700 and files 0600, under any umask")
    func modes() async {
        await #expect(processExitsWith: .exitCode(0)) {
            for mask: mode_t in [0, 0o777] {
                let test = try BackupTests.filled()
                let repository = try TestRepository()
                umask(mask)
                try repository.backUp(test.store)
                let back = repository.scratch.path + "/back"
                try repository.restore(to: back)
                umask(0o022)
                for root in [repository.path, back] {
                    for (name, text) in try FileTree(root).entries {
                        let mode = text.split(separator: " ")[0]
                        guard mode == "40700" || mode == "100600" else {
                            print("\(name): \(mode)")
                            exit(2)
                        }
                    }
                }
            }
            exit(0)
        }
    }
}
