import Foundation
import VectorStore

/// A store with a few collections, a backup repository, and room for restored stores; gone with
/// the test.
final class BackupBench: Sendable {
    let test: TestStore
    private let scratch: ScratchDirectory

    var store: Store { test.store }
    var repositoryPath: String { scratch.path + "/repo" }
    var repository: BackupRepository {
        get throws { try BackupRepository(path: repositoryPath) }
    }

    init() throws {
        test = try TestStore()
        scratch = try ScratchDirectory()
    }

    /// A path at which nothing is yet.
    func newPath() -> String { scratch.path + "/" + UUID().uuidString }

    /// Fills the store with a segment with dead rows, a tail, an index and an empty collection.
    func fill() throws {
        try store.put(samplePoints(0..<40))
        try store.compact()
        _ = try store.delete(store.ids("p3", "p4"), from: TestStore.collection)
        try store.put(samplePoints(38..<45))
        _ = try store.createIndex(on: "n", in: TestStore.collection)
        try store.createCollection(
            CollectionName("empty"),
            configuration: CollectionConfiguration(dimension: 2, metric: .cosine)
        )
    }

    @discardableResult
    func backUp(_ change: (inout BackupOptions) -> Void = { _ in }) throws -> BackupSummary {
        try Self.backUp(store, to: repositoryPath, change)
    }

    @discardableResult
    static func backUp(
        _ store: Store,
        to path: String,
        _ change: (inout BackupOptions) -> Void = { _ in }
    ) throws -> BackupSummary {
        var options = BackupOptions(tool: "test")
        change(&options)
        return try store.backUp(to: path, options: options)
    }

    func snapshots() throws -> [Snapshot] { try repository.listing().snapshots }

    /// Restores a snapshot to a new data directory and opens it.
    func restored(_ choice: SnapshotChoice = .latest) throws -> Store {
        let path = newPath()
        let snapshot = try repository.snapshot(choice).manifest
        try repository.restore(snapshot, to: .new(path), options: RestoreOptions())
        return try Store(path: path, options: StoreOptions(access: .write))
    }

    func prove(_ choice: SnapshotChoice = .latest) throws -> SnapshotProof {
        let snapshot = try repository.snapshot(choice).manifest
        return try repository.prove(snapshot, tool: "test", options: RestoreOptions())
    }

    /// What `verify-backup` finds.
    func findings(_ choice: SnapshotChoice? = nil) throws -> [String] {
        var findings: [String] = []
        _ = try repository.verify(choice, options: RestoreOptions()) { file, problem in
            findings.append("\(file): \(problem)")
        }
        return findings
    }

    /// The files below a directory of the repository, by their paths in it.
    func files(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: repositoryPath + "/" + folder)
            .filter { path in
                var isDirectory: ObjCBool = false
                let whole = repositoryPath + "/" + folder + "/" + path
                _ = FileManager.default.fileExists(atPath: whole, isDirectory: &isDirectory)
                return !isDirectory.boolValue
            }.sorted()
    }
}
