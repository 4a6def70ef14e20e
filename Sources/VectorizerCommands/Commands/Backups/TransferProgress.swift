import Synchronization
import VectorStore

/// Shows how many bytes of a backup or restore are done; several threads may tell it.
final class TransferProgress: Sendable {
    private let bar: Mutex<ProgressBar?> = Mutex(nil)
    private let context: CommandContext
    private let label: String

    init(_ context: CommandContext, label: String) {
        self.context = context
        self.label = label
    }

    /// Takes how much is done of how much.
    func update(done: Int, total: Int) {
        bar.withLock { bar in
            bar = bar ?? context.progressBar(label: label, totalByteCount: total)
            bar?.update(rows: nil, bytes: Int64(done))
        }
    }

    /// Takes the bar away.
    func finish() {
        bar.withLock { bar in
            bar?.finish()
            bar = nil
        }
    }
}

extension CommandContext {
    /// Where unfinished work goes, if the user says so.
    var temporaryDirectory: String? {
        environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// How the engine restores, with a bar that is taken away at the end.
    ///
    /// - Parameters:
    ///   - label: what the bar says.
    ///   - body: does the work.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws.
    func restoring<Value>(
        _ label: String,
        _ body: (RestoreOptions) throws -> Value
    ) throws -> Value {
        let progress = TransferProgress(self, label: label)
        defer { progress.finish() }
        var options = RestoreOptions(context: request)
        options.progress = progress.update
        return try body(options)
    }
}
