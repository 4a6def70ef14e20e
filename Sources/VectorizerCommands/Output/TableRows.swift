import VectorizerSettings

/// Aligned columns for a person.
///
/// Rows wait until the columns can be measured, at most ``measuredRowCount`` rows or
/// ``measuredByteCount`` bytes; later rows follow the widths found. Lines are cut to the
/// terminal's width and never wrapped; without a terminal nothing is cut.
struct TableRows: RowEncoder {
    static let measuredRowCount = 1000
    static let measuredByteCount = 4 << 20

    private struct Cell {
        var text: String
        var width: Int
        var isNumber: Bool
        var isNull: Bool
    }

    private let header: Bool
    private let limit: Int?
    private let isColored: Bool

    private var columns: [String] = []
    private var waiting: [[Cell]] = []
    private var waitingByteCount = 0
    private var widths: [Int] = []
    private var isNarrowed: [Bool] = []
    private var alignsRight: [Bool] = []
    private var isSettled = true
    private var hasWritten = false

    init(header: Bool, terminal: Terminal) {
        self.header = header
        self.limit = terminal.outputWidth
        self.isColored = terminal.outputColor
    }

    mutating func row(_ row: OutputRow, into bytes: inout [UInt8]) {
        if !row.hasColumns(columns) {
            settle(into: &bytes)
            columns = row.columns.map(\.name)
            isSettled = false
        }
        let cells = row.columns.map { cell($0.value) }
        if isSettled {
            append(cells, to: &bytes)
            return
        }
        waiting.append(cells)
        waitingByteCount += cells.reduce(0) { $0 + $1.text.utf8.count }
        if waiting.count >= Self.measuredRowCount || waitingByteCount >= Self.measuredByteCount {
            settle(into: &bytes)
        }
    }

    mutating func settle(into bytes: inout [UInt8]) {
        guard !isSettled, !waiting.isEmpty else { return }
        measure()
        if hasWritten { bytes.append(UInt8(ascii: "\n")) }
        if header { append(header: columns.map(headerCell), to: &bytes) }
        for cells in waiting { append(cells, to: &bytes) }
        waiting = []
        waitingByteCount = 0
        isSettled = true
        hasWritten = true
    }

    private func cell(_ value: OutputValue) -> Cell {
        let text = CellText.table(value, limit: limit)
        return Cell(
            text: text,
            width: DisplayWidth.of(text),
            isNumber: value.isNumber,
            isNull: value == .null
        )
    }

    private func headerCell(_ name: String) -> Cell {
        let text = TerminalText.escaped(name)
        return Cell(text: text, width: DisplayWidth.of(text), isNumber: false, isNull: false)
    }

    private mutating func measure() {
        widths = columns.map { header ? headerCell($0).width : 0 }
        alignsRight = columns.indices.map { column in
            waiting.allSatisfy { $0[column].isNumber || $0[column].isNull }
                && waiting.contains { $0[column].isNumber }
        }
        for cells in waiting {
            for (column, cell) in cells.enumerated() {
                widths[column] = max(widths[column], cell.width)
            }
        }
        let wanted = widths
        if let limit {
            let flexible = columns.indices.map { column in
                !alignsRight[column]
                    && !(TableLayout.whole.contains(columns[column])
                        && widths[column] <= TableLayout.wholeWidthMax)
            }
            widths = TableLayout.fit(widths, flexible: flexible, limit: limit)
        }
        isNarrowed = zip(widths, wanted).map { $0 < $1 }
    }

    private func append(header cells: [Cell], to bytes: inout [UInt8]) {
        guard isColored else {
            append(cells, to: &bytes)
            return
        }
        var line: [UInt8] = []
        append(cells, to: &line)
        bytes += "\u{1b}[1m".utf8 + line.dropLast() + "\u{1b}[0m\n".utf8
    }

    private func append(_ cells: [Cell], to bytes: inout [UInt8]) {
        var line = ""
        for (column, cell) in cells.enumerated() {
            let width = widths[column]
            // A number that outgrew the measured rows would be misread if cut: it moves the line.
            let mayMove = cell.isNumber && !isNarrowed[column]
            let isTooWide = limit != nil && cell.width > width && !mayMove
            let text = isTooWide ? DisplayWidth.cut(cell.text, to: width) : cell.text
            let blanks = max(0, width - (isTooWide ? DisplayWidth.of(text) : cell.width))
            let padding = String(repeating: " ", count: blanks)
            if column > 0 { line += TableLayout.gap }
            line += alignsRight[column] ? padding + text : text + padding
        }
        if let limit, DisplayWidth.of(line) > limit { line = DisplayWidth.cut(line, to: limit) }
        bytes += TableLayout.trimmed(line)
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// One record, a field a line: `name  value`.
struct RecordRows: RowEncoder {
    private let limit: Int?
    private let isColored: Bool

    init(terminal: Terminal) {
        self.limit = terminal.outputWidth
        self.isColored = terminal.outputColor
    }

    mutating func row(_ row: OutputRow, into bytes: inout [UInt8]) {
        let names = row.columns.map { TerminalText.escaped($0.name) }
        let widest = names.reduce(0) { max($0, DisplayWidth.of($1)) }
        for (name, column) in zip(names, row.columns) {
            let padding = String(repeating: " ", count: widest - DisplayWidth.of(name))
            let plain = name + padding + TableLayout.gap
            let room = limit.map { max(1, $0 - widest - TableLayout.gap.count) }
            let line = plain + CellText.table(column.value, limit: room)
            let cut = limit.map { DisplayWidth.cut(line, to: $0) } ?? line
            if isColored, cut.hasPrefix(name) {
                bytes += "\u{1b}[1m\(name)\u{1b}[0m".utf8
                bytes += TableLayout.trimmed(String(cut.dropFirst(name.count)))
            } else {
                bytes += TableLayout.trimmed(cut)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}

/// The arithmetic of column widths.
enum TableLayout {
    /// What stands between two columns.
    static let gap = "  "
    /// Texts are not narrowed below this width.
    static let readableWidth = 8
    /// Columns that are of no use in part: what stands there is typed again, or compared.
    static let whole: Set<String> = ["id", "snapshot", "time", "action", "object"]
    /// Unless they are wider than this.
    static let wholeWidthMax = 32

    /// Narrows the widest texts until a line fits or they would not be readable any more.
    ///
    /// What does not fit even then is cut off at the terminal's right edge: the first columns,
    /// which name things, are worth more than a little of each.
    static func fit(_ widths: [Int], flexible: [Bool], limit: Int) -> [Int] {
        var widths = widths
        var excess = widths.reduce(0, +) + gap.count * max(0, widths.count - 1) - limit
        while excess > 0 {
            let widest = widths.indices
                .filter { flexible[$0] && widths[$0] > readableWidth }
                .max { widths[$0] < widths[$1] }
            guard let widest else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    /// The line without blanks at its end.
    static func trimmed(_ line: String) -> [UInt8] {
        var bytes = Array(line.utf8)
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        return bytes
    }
}
