import Foundation
import TestSupport
import Testing
import VectorizerCommands
import VectorizerSettings

@Suite struct RowRendererTests {
    private let hits = [
        OutputRow(
            id: "a",
            columns: [
                ("rank", .integer(1)), ("id", .text("a")), ("score", .float(0.75)),
                ("payload", .json(Array(#"{"title":"first, \"quoted\""}"#.utf8))),
            ]
        ),
        OutputRow(
            id: "日本",
            columns: [
                ("rank", .integer(10)), ("id", .text("日本")), ("score", .float(0.5)),
                ("payload", .null),
            ]
        ),
    ]
    private let record = OutputRow(
        id: "docs",
        columns: [
            ("name", .text("docs")), ("dim", .integer(3)), ("open", .boolean(true)),
            ("mean", .vector([0.5, -1, 0.25, 3])), ("ratio", .double(0.1)),
        ]
    )

    @Test("Each mode writes a listing as its golden", arguments: OutputMode.allCases)
    func listing(mode: OutputMode) throws {
        try expectGolden(rendered(hits, as: mode), "listing.\(mode.rawValue)")
    }

    @Test("Each mode writes a record as its golden", arguments: OutputMode.allCases)
    func object(mode: OutputMode) throws {
        let text = try rendered([record], as: mode, shape: .object)
        try expectGolden(text, "record.\(mode.rawValue)")
    }

    @Test("A count is bare except in JSON", arguments: OutputMode.allCases)
    func number(mode: OutputMode) throws {
        let row = OutputRow(columns: [("count", .integer(42))])
        let text = try rendered([row], as: mode, shape: .number)
        #expect(text == (mode == .json || mode == .jsonl ? "{\"count\":42}\n" : "42\n"))
    }

    @Test("An empty listing is an empty array, a known header, or nothing")
    func empty() throws {
        #expect(try rendered([], as: .json) == "[]\n")
        for mode in [OutputMode.jsonl, .table, .ids, .csv, .tsv] {
            #expect(try rendered([], as: mode) == "")
        }
        #expect(try rendered([], as: .csv, columns: ["id", "a,b"]) == "id,\"a,b\"\n")
        #expect(try rendered([], as: .csv, header: false, columns: ["id"]) == "")
    }

    @Test("Without a header only the rows are written")
    func noHeader() throws {
        #expect(try rendered([record], as: .tsv, header: false).hasPrefix("docs\t3\ttrue\t[0.5,"))
        #expect(try rendered(hits, as: .table, header: false).hasPrefix(" 1  a"))
    }

    @Test("Rows with other columns start anew")
    func heterogeneous() throws {
        let rows = [
            OutputRow(id: "f", columns: [("file", .text("x.seg")), ("block", .integer(2))]),
            OutputRow(columns: [("checked_files", .integer(12)), ("problems", .integer(1))]),
        ]
        #expect(
            try rendered(rows, as: .csv) == "file,block\nx.seg,2\nchecked_files,problems\n12,1\n"
        )
        #expect(
            try rendered(rows, as: .table) == """
                file   block
                x.seg      2

                checked_files  problems
                           12         1

                """
        )
        #expect(try rendered(rows, as: .ids) == "f\n")
    }

    @Test("Columns are told apart by their bytes, not by canonical equivalence")
    func canonicalNames() throws {
        let rows = ["\u{e9}", "e\u{301}"].map { OutputRow(columns: [($0, .integer(1))]) }
        #expect(try rendered(rows, as: .csv).unicodeScalars.count == 9)
    }

    @Test("Numbers that JSON cannot write are null, and others read back bit for bit")
    func numbers() throws {
        let row = OutputRow(columns: [
            ("a", .float(.nan)), ("b", .double(.infinity)), ("c", .vector([1, -.infinity])),
            ("d", .float(0.1)), ("e", .double(.leastNonzeroMagnitude)), ("f", .float(-0.0)),
            ("g", .double(1e20)),
        ])
        #expect(
            try rendered([row], as: .jsonl)
                == #"{"a":null,"b":null,"c":[1.0,null],"d":0.1,"e":5e-324,"f":-0.0,"g":1e+20}"#
                + "\n"
        )
        #expect(try rendered([row], as: .tsv, header: false).hasPrefix("\t\t[1.0,null]\t0.1\t"))
        #expect(try rendered([row], as: .table).contains("nan  inf"))
    }

    @Test("Every finite number reads back", arguments: UInt64(0)..<32)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let floats = (0..<50).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
        }
        .filter(\.isFinite)
        var bytes: [UInt8] = []
        JSONText.append(.vector(floats), to: &bytes, forTerminal: false)
        let read = try JSONDecoder().decode([Float].self, from: Data(bytes))
        #expect(read.map(\.bitPattern) == floats.map(\.bitPattern))
    }

    @Test("Away from a terminal bytes stay as they are")
    func exactBytes() throws {
        let hostile = "\u{1b}[31m\u{202e}\u{9b}\u{7f}"
        let json = Array("{\"a\":\"\u{9b}\"}".utf8)
        let row = OutputRow(id: hostile, columns: [("a", .text(hostile)), ("b", .json(json))])
        #expect(try rendered([row], as: .ids) == hostile + "\n")
        #expect(try rendered([row], as: .csv, header: false).hasPrefix(hostile + ","))
        #expect(try rendered([row], as: .tsv, header: false).hasPrefix(hostile + "\t"))
        #expect(
            try rendered([row], as: .jsonl)
                == "{\"a\":\"\\u001b[31m\u{202e}\u{9b}\u{7f}\",\"b\":{\"a\":\"\u{9b}\"}}\n"
        )
    }

    @Test("A table escapes even away from a terminal")
    func tableEscapes() throws {
        let row = OutputRow(columns: [("a\u{7}", .text("\u{1b}\n\u{202e}"))])
        #expect(try rendered([row], as: .table) == "a\\x07\n\\x1b\\n\\u{202e}\n")
    }

    @Test("On a terminal nothing steers it, in any mode", arguments: UInt64(0)..<128)
    func hostile(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rows = (0..<6).map { _ in
            OutputRow(
                id: random.hostileText(),
                columns: (0..<3).map { _ in (random.hostileText(), random.value()) }
            )
        }
        let width = Int.random(in: 1...90, using: &random)
        for mode in OutputMode.allCases {
            let text = try rendered(rows, as: mode, on: .wide(width))
            // The tab between tsv cells is the only control besides the newline.
            let cells = mode == .tsv ? text.replacing("\t", with: " ") : text
            #expect(isHarmless(cells), "\(mode)")
            guard mode == .table else { continue }
            for line in text.split(separator: "\n") {
                #expect(DisplayWidth.of(String(line)) <= width)
            }
        }
        let upright = try rendered([rows[0]], as: .table, shape: .object, on: .wide(width))
        #expect(isHarmless(upright))
        for line in upright.split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= width)
        }
    }

    @Test("JSON on a terminal means what it means elsewhere", arguments: UInt64(0)..<64)
    func sameJSON(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let members = (0..<4).map { ("k\($0)", random.value()) }
        let row = OutputRow(columns: members)
        let plain = try rendered([row], as: .jsonl)
        let escaped = try rendered([row], as: .jsonl, on: .wide(80))
        let read = try [plain, escaped].map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
        }
        #expect(read[0] != nil)
        #expect(read[0] == read[1])
    }

    @Test("csv reads back exactly", arguments: UInt64(0)..<128)
    func csvRoundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let names = ["id", "=formula", "quo\"te", "multi\nline"]
        let cells = (0..<8).map { _ in
            names.map { _ in random.next() % 5 == 0 ? nil : random.hostileText() }
        }
        let rows = cells.map { cells in
            OutputRow(
                columns: zip(names, cells).map { ($0, $1.map { .text($0) } ?? .null) }
            )
        }
        let read = readCSV(try rendered(rows, as: .csv))
        let expected: [[String?]] = [names] + cells
        #expect(
            read.map { $0.map { $0.map { Array($0.utf8) } } }
                == expected.map { $0.map { $0.map { Array($0.utf8) } } }
        )
    }

    @Test("tsv escapes what would end a cell")
    func tsv() throws {
        let row = OutputRow(columns: [("a\tb", .text("1\t2\n3\r4\\5")), ("c", .text("\u{1b}"))])
        #expect(try rendered([row], as: .tsv) == "a\\tb\tc\n1\\t2\\n3\\r4\\\\5\t\u{1b}\n")
        #expect(try rendered([row], as: .tsv, on: .wide(9)).hasSuffix("\t\\x1b\n"))
    }
}
