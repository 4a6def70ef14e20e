import ArgumentParser
import VectorStore
import VectorizerSettings

/// The options of commands that build an index.
struct IndexingOptions: ParsableArguments {
    /// More threads than any machine has processors are a slip of the finger.
    private static let threadCountMax = 1024

    @Option(help: ArgumentHelp("Threads that build the index (all processors)", valueName: "n"))
    var threads: Int?

    init() {}

    func validate() throws {
        try (1...Self.threadCountMax).check(threads, "--threads")
    }

    /// What the engine is told.
    func compaction(_ context: CommandContext) -> CompactionOptions {
        var options = CompactionOptions()
        options.threadCount = threads ?? context.options.settings.compactionThreadCount
        return options
    }
}

/// Shows how far the building of an index is.
final class IndexingProgress {
    private let context: CommandContext
    private var bar: ProgressBar?

    init(_ context: CommandContext) {
        self.context = context
    }

    /// Takes how many rows there are, once the building begins.
    func begin(rowCount: Int) {
        bar = context.progressBar(label: "index", totalRowCount: rowCount)
    }

    /// Takes how many rows are done.
    func update(indexed: Int, total: Int) {
        bar?.update(rows: Int64(indexed))
    }

    /// Takes the bar away.
    func finish() {
        bar?.finish()
    }
}
