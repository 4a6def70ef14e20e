import Synchronization

/// What the lines of one session share, as a command sees it.
package struct CommandSession: Sendable {
    /// Options that hold where a line does not say otherwise.
    package var options: GlobalOptions
    /// Keeps the store open.
    package let keeper: StoreKeeper
    /// Keeps the settings.
    package let settings: SettingsKeeper
    /// Counts the rows that a line writes.
    package let rows: RowCounter
    /// Where the line stands in a script; nil at a prompt.
    package var place: ScriptPlace?

    /// Makes a session's view for one line.
    package init(
        options: GlobalOptions,
        keeper: StoreKeeper,
        settings: SettingsKeeper = SettingsKeeper(),
        rows: RowCounter = RowCounter(),
        place: ScriptPlace? = nil
    ) {
        self.options = options
        self.keeper = keeper
        self.settings = settings
        self.rows = rows
        self.place = place
    }
}

/// Where a command stands in a script.
package struct ScriptPlace: Sendable, Equatable {
    /// The script's path, or what stands for it.
    package let file: String
    /// The line that the command begins on, from 1.
    package let line: Int

    /// Names a place.
    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}

/// Counts the rows of an answer.
package final class RowCounter: Sendable {
    private let rows = Atomic<Int>(0)

    /// Begins at zero.
    package init() {}

    /// The rows counted so far.
    package var count: Int { rows.load(ordering: .relaxed) }

    func add() { rows.wrappingAdd(1, ordering: .relaxed) }
}

extension Diagnostic {
    /// The same error, with the place of the script's line in front.
    ///
    /// The facts `file` and `line` stay those of the input that the command read.
    package func told(at place: ScriptPlace?) -> Diagnostic {
        guard let place else { return self }
        var told = self
        told.message = "\(place.file):\(place.line): \(message)"
        told.extra.append(("script", .text(place.file)))
        told.extra.append(("script_line", .integer(place.line)))
        return told
    }
}
