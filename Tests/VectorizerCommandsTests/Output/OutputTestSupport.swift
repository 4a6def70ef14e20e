import TestSupport
import Testing
import VectorizerCommands
import VectorizerSettings

extension SplitMix64 {
    /// Text full of what breaks terminals, quoting and alignment.
    mutating func hostileText() -> String {
        let pieces: [String] = [
            "a", "Z", " ", ",", "\"", "\\", "'", "\n", "\r", "\r\n", "\t", "\0", "\u{1b}[31m",
            "\u{1b}]52;c;eA==\u{7}", "\u{7f}", "\u{85}", "\u{9b}", "\u{202e}", "\u{2066}",
            "\u{200f}", "\u{2028}", "\u{61c}", "é", "e\u{301}", "日本", "👩‍👩‍👧", "🇩🇪", "=1+1",
            "-x", "@", "\u{301}", "한", "\u{1100}\u{1161}", "☃\u{fe0f}", "\u{fffd}",
        ]
        let count = Int.random(in: 0...12, using: &self)
        return (0..<count).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined()
    }

    mutating func value() -> OutputValue {
        switch next() % 8 {
        case 0: return .null
        case 1: return .boolean(next() % 2 == 0)
        case 2: return .integer(Int64(bitPattern: next()))
        case 3: return .float(Float(bitPattern: UInt32(truncatingIfNeeded: next())))
        case 4: return .double(Double(bitPattern: next()))
        case 5:
            var bytes: [UInt8] = []
            let member = (name: hostileText(), value: OutputValue.text(hostileText()))
            JSONText.append(object: [member], to: &bytes, forTerminal: false)
            return .json(bytes)
        case 6:
            return .vector(
                (0..<Int(next() % 6)).map { _ in Float.random(in: -1...1, using: &self) }
            )
        default: return .text(hostileText())
        }
    }
}

extension Terminal {
    /// A terminal of this width behind all three descriptors.
    static func wide(_ width: Int, color: Bool = false) -> Terminal {
        Terminal(
            inputIsTerminal: true,
            outputIsTerminal: true,
            errorIsTerminal: true,
            outputWidth: width,
            errorWidth: width,
            outputColor: color,
            errorColor: color
        )
    }
}

/// What a listing looks like in a mode.
func rendered(
    _ rows: [OutputRow],
    as mode: OutputMode,
    shape: OutputShape = .list,
    header: Bool = true,
    columns: [String] = [],
    on terminal: Terminal = .none
) throws -> String {
    let file = try ScratchFile()
    let writer = CheckedWriter(descriptor: file.descriptor)
    var renderer = RowRenderer(
        mode: mode,
        shape: shape,
        header: header,
        terminal: terminal,
        writer: writer
    )
    try renderer.begin(columns: columns)
    for row in rows { try renderer.row(row) }
    try renderer.end()
    try writer.finish()
    return try file.text()
}

/// What a message or a bar wrote to standard error.
func messages(_ body: (StandardError) -> Void) throws -> String {
    let pipe = try TestPipe()
    body(StandardError(descriptor: pipe.writeEnd))
    return pipe.text()
}

/// Whether nothing in the text could steer a terminal.
func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0x0a: true
        case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069:
            false
        default: true
        }
    }
}
