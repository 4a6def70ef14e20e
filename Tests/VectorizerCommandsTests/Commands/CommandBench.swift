import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// What one command line left behind.
struct CommandOutcome {
    let code: Int32
    let outputBytes: [UInt8]
    let error: String

    var output: String { String(decoding: outputBytes, as: UTF8.self) }

    /// The lines of standard output.
    var lines: [String] {
        output.split(separator: "\n").map(String.init)
    }

    /// Standard output as JSON lines.
    var rows: [[String: Any]] {
        get throws {
            try lines.map { line in
                try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                )
            }
        }
    }

    /// The error object of `-o json`, which must be all there is on standard error.
    var fault: [String: Any] {
        get throws {
            let line = try #require(error.split(separator: "\n").last)
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require((object as? [String: Any])?["error"] as? [String: Any])
        }
    }
}

/// A scratch directory in which command lines run inside the test's own process.
final class CommandBench: Sendable {
    private let scratch: ScratchDirectory
    /// The scratch directory.
    var path: String { scratch.path }
    /// The data directory that commands use unless they are told another.
    var store: String { path + "/store" }

    init() throws { scratch = try ScratchDirectory() }

    /// The environment that commands see.
    var environment: [String: String] { ["VECTORIZER_DATA_DIR": store, "HOME": path] }

    /// Runs one line as the program would.
    @discardableResult
    func run(
        _ tokens: String...,
        terminal: Terminal = .none,
        environment extra: [String: String] = [:]
    ) throws -> CommandOutcome {
        try run(tokens, terminal: terminal, environment: extra)
    }

    /// Runs one line as the program would.
    @discardableResult
    func run(
        _ tokens: [String],
        terminal: Terminal = .none,
        environment extra: [String: String] = [:]
    ) throws -> CommandOutcome {
        let output = try ScratchFile()
        let error = try ScratchFile()
        let world = CommandWorld(
            environment: environment.merging(extra) { $1 },
            writer: CheckedWriter(descriptor: output.descriptor),
            standardError: StandardError(descriptor: error.descriptor),
            detectTerminal: { _, _ in terminal }
        )
        let code = CommandRunner.run(VectorizerRoot.self, tokens, in: world)
        return CommandOutcome(
            code: code,
            outputBytes: try output.contents(),
            error: try error.text()
        )
    }

    /// Runs a line that must succeed, and returns its output.
    @discardableResult
    func succeed(
        _ tokens: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let outcome = try run(tokens)
        #expect(outcome.code == 0, "\(tokens): \(outcome.error)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// Makes a store with a collection `docs` in a plane, with four points in it or none.
    func makeDocs(metric: Metric = .cosine, isEmpty: Bool = false) throws {
        try Store.create(path: store)
        let opened = try Store(path: store, options: StoreOptions(access: .write))
        let docs = try CollectionName("docs")
        try opened.createCollection(
            docs,
            configuration: CollectionConfiguration(dimension: 2, metric: metric)
        )
        guard !isEmpty else { return }
        var batch = PointBatch(dimension: 2)
        for (id, vector, payload) in Self.docs {
            batch.append(id: try PointID(id), vector: vector, payload: Array(payload.utf8))
        }
        _ = try opened.write(batch, to: docs)
    }

    /// The four points.
    static let docs: [(id: String, vector: [Float], payload: String)] = [
        ("a", [1, 0], #"{"lang":"en","size":10,"tags":["x","y"]}"#),
        ("b", [0, 1], #"{"lang":"de","size":20,"author":{"name":"Bo"}}"#),
        ("c", [1, 1], #"{"lang":"en","size":30,"draft":true}"#),
        ("d", [-1, 0], "{}"),
    ]

    /// The ids in a collection, as a new store sees them.
    func ids(in collection: String = "docs") throws -> [String] {
        let snapshot = try Store(path: store)
        var ids: [String] = []
        try snapshot.withReader(of: try CollectionName(collection)) { snapshot in
            try snapshot.forEachPoint(filter: nil, includesVectors: false) { point in
                ids.append(point.id.text)
                return true
            }
        }
        return ids
    }

    /// Writes a file into the scratch directory and returns its path.
    func file(_ name: String, _ text: String) throws -> String { try scratch.file(name, text) }

    /// Writes a file into the scratch directory and returns its path.
    func file(_ name: String, bytes: [UInt8]) throws -> String { try scratch.file(name, bytes) }

    /// The bytes of a file in the scratch directory.
    func contents(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path + "/" + name)))
    }

    /// The text of a file in the scratch directory.
    func text(_ name: String) throws -> String {
        String(decoding: try contents(name), as: UTF8.self)
    }

    /// Names of the files in the scratch directory, without the store.
    func fileNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0 != "store" }.sorted()
    }

    /// Every file of the store with its bytes, but for SQLite's shared memory, which is no data.
    func storeBytes() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: store) {
            let place = store + "/" + name
            var facts = stat()
            try #require(stat(place, &facts) == 0)
            guard facts.st_mode & S_IFMT == S_IFREG, !name.hasSuffix("-shm") else { continue }
            files[name] = Array(try Data(contentsOf: URL(filePath: place)))
        }
        return files
    }

    /// Text in which what differs from run to run is replaced by a name.
    func steady(_ text: String) -> String {
        text.replacing(path, with: "DIR").replacing("\(getpid())", with: "PID")
    }
}
