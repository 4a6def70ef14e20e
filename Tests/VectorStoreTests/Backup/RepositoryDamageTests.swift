import Foundation
import TestSupport
import Testing
import VectorStore

/// Whatever happens to a repository's bytes, it is found, and nothing wrong is ever restored.
@Suite("Damaged repositories")
struct RepositoryDamageTests {
    /// A small repository with a proof.
    private static func bench() throws -> (TestStore, TestRepository, State) {
        let test = try TestStore(dimension: 2)
        try test.store.put(samplePoints(0..<3, dimension: 2))
        let repository = try TestRepository()
        let manifest = try repository.backUp(test.store).manifest
        try repository.prune()
        _ = try repository.open().prove(manifest, tool: "test", options: .quick)
        return (test, repository, try State(test.store))
    }

    /// Whether damage is found, by whoever is asked.
    private static func isFound(_ repository: TestRepository) throws -> Bool {
        do {
            return try !repository.findings().isEmpty
        } catch VectorStoreError.backup(.corruptRepository), VectorStoreError.backup(
            .malformedSnapshot
        )
        {
            return true
        }
    }

    /// Tries to restore; what comes out is right or nothing is.
    private static func expectNothingWrong(
        _ repository: TestRepository,
        _ state: State,
        _ comment: Comment
    ) throws {
        let path = repository.scratch.path + "/target-\(UUID().uuidString)"
        do {
            try repository.restore(to: path)
            #expect(try State(Store(path: path)) == state, comment)
        } catch let error as VectorStoreError {
            switch error {
            case .backup(.corruptRepository), .backup(.malformedSnapshot):
                let left = try? FileManager.default.contentsOfDirectory(atPath: path)
                #expect((left ?? []).allSatisfy { $0.hasPrefix("LOCK") }, comment)
            default: Issue.record("\(comment): \(error)")
            }
        }
    }

    @Test("Every single flipped byte is found")
    func everyByte() throws {
        let (_, repository, state) = try Self.bench()
        #expect(try repository.findings() == [])
        for (number, name) in try repository.files().enumerated() {
            let path = repository.path + "/" + name
            let size = try Data(contentsOf: URL(filePath: path)).count
            for offset in 0..<size {
                let mask = UInt8(1) << UInt8((offset + number) % 8)
                try flipByte(path, at: offset, mask: mask)
                #expect(try Self.isFound(repository), "\(name), byte \(offset)")
                if offset % 97 == 0 {
                    try Self.expectNothingWrong(repository, state, "\(name), byte \(offset)")
                }
                try flipByte(path, at: offset, mask: mask)
            }
        }
        #expect(try repository.findings() == [])
        #expect(try repository.restored() == state)
    }

    @Test("A file cut short, made longer, emptied or taken away is found")
    func lengths() throws {
        let (_, repository, state) = try Self.bench()
        for name in try repository.files() {
            let path = repository.path + "/" + name
            let content = try Data(contentsOf: URL(filePath: path))
            let sizes = [0, 1, content.count / 2, content.count - 1, content.count + 1]
            for size in sizes {
                #expect(truncate(path, size) == 0)
                #expect(try Self.isFound(repository), "\(name), \(size) bytes")
                try Self.expectNothingWrong(repository, state, "\(name), \(size) bytes")
                try content.write(to: URL(filePath: path))
            }
        }
        for chunk in try repository.chunks() {
            let path = repository.path + "/" + chunk
            #expect(rename(path, path + ".gone") == 0)
            #expect(try Self.isFound(repository))
            try Self.expectNothingWrong(repository, state, "\(chunk)")
            #expect(rename(path + ".gone", path) == 0)
        }
        #expect(try repository.findings() == [])
    }

    @Test("Pieces that no snapshot names, and files that are none, are looked at, too")
    func unnamed() throws {
        let (_, repository, _) = try Self.bench()
        let chunk = try repository.addPiece([1, 2, 3])
        #expect(try repository.findings() == [])
        try flipByte(repository.piecePath(chunk.hash), at: 20)
        #expect(try repository.findings().count == 1)
        #expect(unlink(repository.piecePath(chunk.hash)) == 0)
        for name in ["chunks/README", "chunks/00/x", "chunks/zz/" + chunk.hash] {
            let path = repository.path + "/" + name
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("x".utf8).write(to: URL(filePath: path))
            #expect(try repository.findings() == ["\(name): it is no piece and not ours"])
            #expect(unlink(path) == 0)
        }
    }

    @Test("One snapshot's check looks at its pieces only")
    func oneSnapshot() throws {
        let (test, repository, _) = try Self.bench()
        try test.store.put(samplePoints(3..<9, dimension: 2))
        let first = Set(try repository.chunks())
        let second = try repository.backUp(test.store).manifest
        let own = try #require(Set(try repository.chunks()).subtracting(first).sorted().first)
        try flipByte(repository.path + "/" + own, at: 20)
        let listed = try repository.open().listing().snapshots.map(\.manifest)
        #expect(try repository.findings(.named(listed[0].id)) == [])
        #expect(try repository.findings(.named(second.id)).count == 1)
        #expect(try repository.findings().count == 1)
        #expect(throws: VectorStoreError.self) { try repository.findings(.named("no such")) }
    }

    @Test("All parts together read each piece once, and lengths are looked at in every part")
    func parts() throws {
        let test = try TestStore(dimension: 64)
        var random = SplitMix64(seed: 1)
        try test.store.put((0..<600).map { TestPoint(id: "p\($0)", vector: random.vector(64)) })
        let repository = try TestRepository()
        let summary = try repository.backUp(test.store)
        let open = try repository.open()
        func check(_ subset: ChunkSubset) throws -> (RepositoryCheck, [String]) {
            var findings: [String] = []
            let check = try open.verify(subset: subset, options: .quick) { file, _ in
                findings.append(file)
            }
            return (check, findings)
        }
        let all = try check(.all).0
        let parts = try (1...3).map { try check(.part($0, of: 3)).0 }
        #expect(all.checkedFileCount == summary.newChunkCount + 2)
        #expect(parts.reduce(0) { $0 + $1.checkedFileCount - 2 } == summary.newChunkCount)
        #expect(parts.reduce(0) { $0 + $1.readByteCount } == all.readByteCount)
        #expect(try check(.percent(0)).0.readByteCount == 0)
        #expect(try check(.percent(100)).0.readByteCount == all.readByteCount)
        let chunk = try #require(try repository.chunks().first)
        try flipByte(repository.path + "/" + chunk, at: 20)
        #expect(try check(.percent(0)).1 == [])
        #expect(try (1...3).reduce(0) { try $0 + check(.part($1, of: 3)).1.count } == 1)
        #expect(truncate(repository.path + "/" + chunk, 9) == 0)
        #expect(try check(.percent(0)).1 == [chunk])
    }

    @Test("A proof that is of another snapshot, or of none, is found")
    func foreignProof() throws {
        let (test, repository, _) = try Self.bench()
        let first = try repository.open().snapshot(.latest).manifest
        let proof = repository.path + "/snapshots/" + first.name + ".proof.json"
        try test.store.put(samplePoints(5..<6, dimension: 2))
        let second = try repository.backUp(test.store).manifest
        let other = repository.path + "/snapshots/" + second.name + ".proof.json"
        try FileManager.default.copyItem(atPath: proof, toPath: other)
        #expect(try repository.findings().count == 1)
        #expect(try repository.open().listing().snapshots[1].proof == nil)
        // With its name changed to fit, it still is of another file.
        var document = try RawDocument(other)
        document.members["snapshot"] = second.name
        try document.write()
        #expect(try repository.findings().count == 1)
        #expect(unlink(other) == 0)
        #expect(rename(proof, repository.path + "/snapshots/none.proof.json") == 0)
        #expect(try repository.findings().count == 1)
    }
}
