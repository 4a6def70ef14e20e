package import VectorizerSettings

/// Writes the rows of one answer, as they come, in the mode the user chose.
///
/// Call ``begin(columns:)``, ``row(_:)`` for each row, and ``end()``. Rows may differ in their
/// columns: where they change, csv and tsv write a new header and a table starts anew.
package struct RowRenderer {
    private let writer: CheckedWriter
    private let shape: OutputShape
    private var encoder: any RowEncoder
    private var rowCount = 0

    /// Makes a renderer for one answer.
    package init(
        mode: OutputMode,
        shape: OutputShape = .list,
        header: Bool = true,
        terminal: Terminal,
        writer: CheckedWriter
    ) {
        self.writer = writer
        self.shape = shape
        let escapes = terminal.outputIsTerminal
        encoder =
            switch (mode, shape) {
            case (.json, .list): JSONRows(framing: .array, forTerminal: escapes)
            case (.json, _), (.jsonl, _): JSONRows(framing: .lines, forTerminal: escapes)
            case (_, .number): NumberRows()
            case (.csv, _): DelimitedRows(dialect: .csv, header: header, forTerminal: escapes)
            case (.tsv, _): DelimitedRows(dialect: .tsv, header: header, forTerminal: escapes)
            case (.ids, _): IdRows(forTerminal: escapes)
            case (.table, .list): TableRows(header: header, terminal: terminal)
            case (.table, .object): RecordRows(terminal: terminal)
            }
    }

    /// Starts the answer; with `columns`, csv and tsv have a header even when no row follows.
    package mutating func begin(columns: [String] = []) throws(OutputError) {
        var bytes: [UInt8] = []
        encoder.begin(columns: columns, into: &bytes)
        try writer.write(bytes)
    }

    /// Writes a row, or keeps it while a table still measures its columns.
    package mutating func row(_ row: OutputRow) throws(OutputError) {
        precondition(shape == .list || rowCount == 0, "one record or number, not several")
        rowCount += 1
        var bytes: [UInt8] = []
        encoder.row(row, into: &bytes)
        try writer.write(bytes)
    }

    /// Shows everything so far, for answers that take long: a table settles its columns.
    package mutating func flush() throws(OutputError) {
        var bytes: [UInt8] = []
        encoder.settle(into: &bytes)
        try writer.write(bytes)
        try writer.flush()
    }

    /// Ends the answer and flushes, so that it stands before any message that follows.
    package mutating func end() throws(OutputError) {
        var bytes: [UInt8] = []
        encoder.settle(into: &bytes)
        encoder.end(into: &bytes)
        try writer.write(bytes)
        try writer.flush()
    }
}

/// How one mode turns rows into bytes.
protocol RowEncoder {
    mutating func begin(columns: [String], into bytes: inout [UInt8])
    mutating func row(_ row: OutputRow, into bytes: inout [UInt8])
    mutating func settle(into bytes: inout [UInt8])
    mutating func end(into bytes: inout [UInt8])
}

extension RowEncoder {
    mutating func begin(columns: [String], into bytes: inout [UInt8]) {}
    mutating func settle(into bytes: inout [UInt8]) {}
    mutating func end(into bytes: inout [UInt8]) {}
}

/// `json` and `jsonl`.
struct JSONRows: RowEncoder {
    enum Framing { case array, lines }

    let framing: Framing
    let forTerminal: Bool
    private var isFirst = true

    init(framing: Framing, forTerminal: Bool) {
        self.framing = framing
        self.forTerminal = forTerminal
    }

    mutating func row(_ row: OutputRow, into bytes: inout [UInt8]) {
        if framing == .array { bytes += (isFirst ? "[" : ",\n").utf8 }
        isFirst = false
        JSONText.append(object: row.columns, to: &bytes, forTerminal: forTerminal)
        if framing == .lines { bytes.append(UInt8(ascii: "\n")) }
    }

    mutating func end(into bytes: inout [UInt8]) {
        guard framing == .array else { return }
        bytes += (isFirst ? "[]\n" : "]\n").utf8
    }
}

/// A bare number on a line.
struct NumberRows: RowEncoder {
    mutating func row(_ row: OutputRow, into bytes: inout [UInt8]) {
        for column in row.columns.prefix(1) {
            bytes += CellText.plain(column.value, forTerminal: true)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// `ids`: one a line.
struct IdRows: RowEncoder {
    let forTerminal: Bool

    mutating func row(_ row: OutputRow, into bytes: inout [UInt8]) {
        guard let id = row.id else { return }
        if forTerminal {
            bytes += TerminalText.escaped(id).utf8
        } else if Self.needsQuotes(id) {
            // An id with a line break would read as two; as JSON it stays one line.
            JSONText.append(string: id, to: &bytes, forTerminal: false)
        } else {
            bytes += id.utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Whether an id as it is would be read back as another one, or as two.
    private static func needsQuotes(_ id: String) -> Bool {
        id.utf8.first == UInt8(ascii: "\"") || id.utf8.contains { $0 == 0x0A || $0 == 0x0D }
    }
}
