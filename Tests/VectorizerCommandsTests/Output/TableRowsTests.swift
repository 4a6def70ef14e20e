import TestSupport
import Testing
import VectorizerCommands
import VectorizerSettings

@Suite struct TableRowsTests {
    @Test("Texts are cut before numbers, and lines never wrap")
    func cutting() throws {
        let rows = [
            OutputRow(columns: [
                ("n", .integer(123_456_789)), ("text", .text(String(repeating: "word ", count: 9))),
                ("t", .boolean(true)),
            ])
        ]
        #expect(
            try rendered(rows, as: .table, on: .wide(30)) == """
                        n  text           t
                123456789  word word wo…  true

                """
        )
        #expect(
            try rendered(rows, as: .table, on: .wide(8)) == """
                       …
                1234567…

                """
        )
        for line in try rendered(rows, as: .table, on: .wide(3)).split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= 3)
        }
    }

    @Test("Wide characters count two columns and are never split")
    func wide() throws {
        let rows = [OutputRow(columns: [("a", .text("日本語日本語")), ("b", .text("x"))])]
        #expect(
            try rendered(rows, as: .table, on: .wide(10)) == """
                a        …
                日本語…  …

                """
        )
    }

    @Test("With colour the header is bold and nothing else changes")
    func color() throws {
        let rows = [OutputRow(columns: [("a", .text("x")), ("b", .integer(7))])]
        let text = try rendered(rows, as: .table, on: .wide(40, color: true))
        #expect(text == "\u{1b}[1ma  b\u{1b}[0m\nx  7\n")
        let upright = try rendered(rows, as: .table, shape: .object, on: .wide(40, color: true))
        #expect(upright == "\u{1b}[1ma\u{1b}[0m  x\n\u{1b}[1mb\u{1b}[0m  7\n")
        let narrow = try rendered(
            [OutputRow(columns: [("long", .text("x"))])],
            as: .table,
            shape: .object,
            on: .wide(3, color: true)
        )
        #expect(narrow == "lo…\n")
    }

    @Test("A long listing settles its columns after a thousand rows and goes on")
    func streaming() throws {
        let rows = (0..<1200).map { number in
            OutputRow(columns: [
                ("n", .integer(Int64(number))),
                ("text", .text(number > 1000 ? "much too long" : "short")),
            ])
        }
        let free = try rendered(rows, as: .table).split(separator: "\n")
        #expect(free.count == 1201)
        #expect(free[1] == "  0  short")
        #expect(free[1200] == "1199  much too long")
        let bound = try rendered(rows, as: .table, on: .wide(40)).split(separator: "\n")
        #expect(bound[1200] == "1199  much…")
    }

    @Test("What is long-running can be shown before the end")
    func flushing() throws {
        let pipe = try TestPipe()
        let writer = CheckedWriter(descriptor: pipe.writeEnd)
        var renderer = RowRenderer(mode: .table, terminal: .none, writer: writer)
        try renderer.begin()
        try renderer.row(OutputRow(columns: [("batch", .integer(1))]))
        try renderer.flush()
        #expect(pipe.text() == "batch\n    1\n")
    }

    @Test("A huge payload costs a table only what is seen of it")
    func hugePayload() throws {
        let ascii = Array("{\"a\":\"\(String(repeating: "x", count: 1 << 20))\"}".utf8)
        let wide = Array("\"\(String(repeating: "日", count: 100_000))\"".utf8)
        let marks = "a" + String(repeating: "\u{301}", count: 100_000)
        let row = OutputRow(columns: [
            ("a", .json(ascii)), ("w", .json(wide)), ("m", .text(marks)),
        ])
        let text = try rendered([row], as: .table, on: .wide(40))
        #expect(text.utf8.count < 1000)
        #expect(text.contains("{\"a\":\"xxx"))
        #expect(text.contains("\"日日"))
    }

    @Test("Nulls are dashes and do not turn numbers into text")
    func nulls() throws {
        let rows = [OutputValue.integer(1000), .null].map { OutputRow(columns: [("n", $0)]) }
        #expect(try rendered(rows, as: .table) == "   n\n1000\n   -\n")
        let none = OutputRow(columns: [("n", .null)])
        #expect(try rendered([none], as: .table) == "n\n-\n")
    }
}
