import Foundation
import Testing
import VectorizerCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SplitMix64: the same seed gives the same numbers everywhere.
struct OutputRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

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

/// A pipe whose both ends close with it.
final class TestPipe {
    let readEnd: Int32
    let writeEnd: Int32
    private var isOpen = [true, true]

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
        // A program that another test starts must not keep the pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A write to a closed pipe must come back as an error, not as a signal.
        _ = ignoredPipeSignal
    }

    deinit {
        closeRead()
        closeWrite()
    }

    func closeRead() {
        if isOpen[0] { close(readEnd) }
        isOpen[0] = false
    }

    func closeWrite() {
        if isOpen[1] { close(writeEnd) }
        isOpen[1] = false
    }

    /// Everything written so far; closes the writing end.
    func contents() -> [UInt8] {
        closeWrite()
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(readEnd, &chunk, chunk.count), count > 0 {
            result += chunk[..<count]
        }
        return result
    }

    func text() -> String { String(decoding: contents(), as: UTF8.self) }
}

/// Ignores `SIGPIPE` in the whole test process, once.
let ignoredPipeSignal: Bool = {
    var action = sigaction()
    #if canImport(Glibc)
        action.__sigaction_handler.sa_handler = SIG_IGN
    #else
        action.__sigaction_u.__sa_handler = SIG_IGN
    #endif
    return sigaction(SIGPIPE, &action, nil) == 0
}()

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
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    unlink(file)
    let writer = CheckedWriter(descriptor: descriptor)
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
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: size)
    try #require(pread(descriptor, &bytes, size, 0) == size)
    return String(decoding: bytes, as: UTF8.self)
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

/// Compares text with the golden of that name, or records it under `RECORD_SNAPSHOTS=1`.
func expectGolden(
    _ text: String,
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    file: String = #filePath
) throws {
    let folder = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")
    let golden = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: golden, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name); run again without RECORD_SNAPSHOTS")
        return
    }
    let expected = try String(contentsOf: golden, encoding: .utf8)
    #expect(text == expected, sourceLocation: sourceLocation)
}
