/// The lines typed, those of earlier sessions first.
package struct History {
    /// The entries, oldest first.
    package private(set) var entries: [String] = []
    /// Whether further lines are kept.
    package var isOn = true
    private var file: HistoryFile?

    /// A history in memory only.
    package init() {}

    /// A history that is read from a file and kept there.
    ///
    /// - Parameters:
    ///   - file: the file; nil keeps entries in memory only.
    ///   - warn: takes what is wrong with the file, which then is left alone.
    package init(file: HistoryFile?, warn: (String) -> Void) {
        guard let file else { return }
        do throws(HistoryFile.Fault) {
            entries = try file.load()
            self.file = file
        } catch {
            warn(error.message)
        }
    }

    /// Remembers a line, unless it may not be, is the one before again, or history is off.
    ///
    /// - Parameters:
    ///   - text: what was typed, several lines of it joined.
    ///   - warn: takes what is wrong with the file, which then is left alone.
    /// - Returns: whether it is remembered.
    package mutating func add(_ text: String, warn: (String) -> Void) -> Bool {
        guard isOn, HistoryEntry.isKept(text), text != entries.last else { return false }
        entries.append(text)
        guard HistoryEntry.isFiled(text) else { return true }
        withFile(warn) { (file) throws(HistoryFile.Fault) in try file.append(text) }
        return true
    }

    /// Brings the file to an end: it is cut to its bounds.
    package mutating func close(warn: (String) -> Void) {
        withFile(warn) { (file) throws(HistoryFile.Fault) in try file.cut() }
    }

    private mutating func withFile(
        _ warn: (String) -> Void,
        _ body: (HistoryFile) throws(HistoryFile.Fault) -> Void
    ) {
        guard let file else { return }
        do throws(HistoryFile.Fault) {
            try body(file)
        } catch {
            warn(error.message)
            self.file = nil
        }
    }
}
