import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands
import VectorizerShell

/// Hands out lines that a test has written down, as if a person typed them.
final class TypedLines: LineReader {
    private var inputs: [LineInput]
    /// What the person was shown.
    private(set) var prompts: [String] = []

    init(_ inputs: [LineInput]) {
        self.inputs = inputs
    }

    func readLine(prompt: String) -> LineInput {
        prompts.append(prompt)
        return inputs.isEmpty ? .end : inputs.removeFirst()
    }
}

extension LineInput {
    /// A line of text.
    static func typed(_ text: String) -> LineInput { .line(Array(text.utf8)) }
}

/// A scratch directory, and shells that run in the test's own process.
final class ShellBench {
    /// What a session left behind.
    struct Outcome {
        let code: Int32
        let output: String
        let error: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    private let scratch: ScratchDirectory
    private let output: ScratchFile
    private let error: ScratchFile

    var path: String { scratch.path }
    var store: String { path + "/store" }

    init() throws {
        scratch = try ScratchDirectory()
        output = try ScratchFile()
        error = try ScratchFile()
    }

    var environment: [String: String] {
        ["VECTORIZER_DATA_DIR": store, "HOME": path, "PATH": "/usr/bin:/bin"]
    }

    /// A shell in this directory.
    func shell(
        _ options: GlobalOptions = .none,
        terminal: Terminal = .none,
        keepsGoing: Bool = false,
        environment extra: [String: String] = [:],
        screen: Screen? = nil,
        reader: any LineReader = TypedLines([])
    ) -> Shell {
        let world = world(terminal, extra, screen, reader)
        return Shell(world, options: options, keepsGoing: keepsGoing)
    }

    func world(
        _ terminal: Terminal,
        _ extra: [String: String] = [:],
        _ screen: Screen? = nil,
        _ reader: any LineReader = TypedLines([])
    ) -> ShellWorld {
        ShellWorld(
            process: CommandWorld(
                environment: environment.merging(extra) { $1 },
                writer: CheckedWriter(descriptor: output.descriptor),
                standardError: StandardError(descriptor: error.descriptor),
                detectTerminal: { _, _ in terminal }
            ),
            output: output.descriptor,
            screen: { screen },
            makeReader: { _ in reader }
        )
    }

    /// Runs `shell` with these words, as the program would.
    @discardableResult
    func run(
        _ tokens: String...,
        terminal: Terminal = .none,
        environment extra: [String: String] = [:],
        reader: any LineReader = TypedLines([])
    ) throws -> Outcome {
        try run(tokens, terminal: terminal, environment: extra, reader: reader)
    }

    func run(
        _ tokens: [String],
        terminal: Terminal = .none,
        environment extra: [String: String] = [:],
        reader: any LineReader = TypedLines([])
    ) throws -> Outcome {
        ignorePipeSignal()
        let world = world(terminal, extra, nil, reader)
        let code = CommandRunner.run(
            VectorizerRoot.self,
            ["shell"] + tokens,
            in: world.process,
            perform: { command, context in
                guard let shell = command as? ShellCommand else {
                    return try command.run(in: context)
                }
                return .ended(try ShellLauncher.run(shell, terminal, world))
            }
        )
        return try outcome(code)
    }

    /// Runs one line in a shell.
    func run(_ line: String, in shell: Shell) throws -> Outcome {
        ignorePipeSignal()
        var tokenizer = Tokenizer(home: path)
        var code: Int32 = 0
        for command in try tokenizer.take(Array(line.utf8)) { code = shell.run(command) }
        return try outcome(code)
    }

    /// What has been written since the last outcome.
    func outcome(_ code: Int32) throws -> Outcome {
        Outcome(code: code, output: try output.takeText(), error: try error.takeText())
    }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) throws -> String { try scratch.file(name, text) }

    /// Text in which what differs from run to run is replaced by a name.
    func steady(_ text: String) -> String { text.replacing(path, with: "DIR") }

    /// Makes a store with a collection `docs` of four points, and an empty one `other`.
    func makeDocs() throws {
        try Store.create(path: store)
        let opened = try Store(path: store, options: StoreOptions(access: .write))
        let docs = try CollectionName("docs")
        for name in [docs, try CollectionName("other")] {
            try opened.createCollection(name, configuration: CollectionConfiguration(dimension: 2))
        }
        var batch = PointBatch(dimension: 2)
        for (id, vector, payload) in Self.points {
            batch.append(id: try PointID(id), vector: vector, payload: Array(payload.utf8))
        }
        _ = try opened.write(batch, to: docs)
    }

    private static let points: [(id: String, vector: [Float], payload: String)] = [
        ("a1", [1, 0], #"{"lang":"en","size":10,"tags":["x","y"]}"#),
        ("a2", [0, 1], #"{"lang":"de","size":20,"author":{"name":"Bo"}}"#),
        ("b c", [1, 1], #"{"lang":"en","size":30}"#),
        ("other", [-1, 0], "{}"),
    ]

    /// A terminal of 80 columns behind all three descriptors.
    static let terminal = Terminal(
        inputIsTerminal: true,
        outputIsTerminal: true,
        errorIsTerminal: true,
        errorCanRedraw: false,
        outputWidth: 80,
        errorWidth: 80
    )
}
