import VectorizerSettings

/// `csv` and `tsv`.
///
/// csv is RFC 4180 with lines that end in a bare newline, as `psql --csv` and `sqlite3` users on
/// Unix expect. A null is an empty cell and an empty text is `""`. Cells are never prefixed
/// against spreadsheet formulas, because then they would not read back as what they are.
struct DelimitedRows: RowEncoder {
    enum Dialect { case csv, tsv }

    let dialect: Dialect
    let header: Bool
    let forTerminal: Bool
    private var columns: [String]?

    init(dialect: Dialect, header: Bool, forTerminal: Bool) {
        self.dialect = dialect
        self.header = header
        self.forTerminal = forTerminal
    }

    mutating func begin(columns: [String], into bytes: inout [UInt8]) {
        guard !columns.isEmpty else { return }
        start(columns, into: &bytes)
    }

    mutating func row(_ row: OutputRow, into bytes: inout [UInt8]) {
        if columns.map(row.hasColumns) != true { start(row.columns.map(\.name), into: &bytes) }
        append(row.columns.map(\.value), into: &bytes)
    }

    private mutating func start(_ names: [String], into bytes: inout [UInt8]) {
        columns = names
        if header { append(names.map { .text($0) }, into: &bytes) }
    }

    private func append(_ cells: [OutputValue], into bytes: inout [UInt8]) {
        let separator = UInt8(ascii: dialect == .csv ? "," : "\t")
        for (position, cell) in cells.enumerated() {
            if position > 0 { bytes.append(separator) }
            switch dialect {
            case .csv: appendQuoted(cell, to: &bytes)
            case .tsv: appendEscaped(cell, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private func appendQuoted(_ cell: OutputValue, to bytes: inout [UInt8]) {
        let plain = CellText.plain(cell, forTerminal: forTerminal)
        guard Self.needsQuotes(plain) || cell == .text("") else {
            bytes += plain
            return
        }
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        for byte in plain {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    private static func needsQuotes(_ cell: [UInt8]) -> Bool {
        let blank = UInt8(ascii: " ")
        return cell.first == blank || cell.last == blank
            || cell.contains { byte in
                switch byte {
                case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"),
                    UInt8(ascii: "\r"):
                    true
                default: false
                }
            }
    }

    private func appendEscaped(_ cell: OutputValue, to bytes: inout [UInt8]) {
        var escaped: [UInt8] = []
        for byte in CellText.plain(cell, forTerminal: false) {
            switch byte {
            case UInt8(ascii: "\t"): escaped += "\\t".utf8
            case UInt8(ascii: "\n"): escaped += "\\n".utf8
            case UInt8(ascii: "\r"): escaped += "\\r".utf8
            case UInt8(ascii: "\\"): escaped += "\\\\".utf8
            default: escaped.append(byte)
            }
        }
        bytes += forTerminal ? Array(TerminalText.escaped(escaped).utf8) : escaped
    }
}
