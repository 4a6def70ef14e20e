import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// JSON whose objects don't have a line each.
@Suite("JSON values")
struct JSONValuesTests {
    private static let rows = [
        #"{"id":"a","vector":[1,2],"payload":{"s":"}] \" , [{"}}"#, #"{"id":"b","vector":[3,4]}"#,
        #"{"id":"c","x":[[{"y":[]},{}],[]],"vector":[5,6]}"#,
    ]
    private static let payloads = [#"{"s":"}] \" , [{"}"#, "{}", #"{"x":[[{"y":[]},{}],[]]}"#]

    static let shapes: [String] = [
        "[\(rows.joined(separator: ","))]", "[\n\(rows.joined(separator: ",\n"))\n]\n",
        rows.joined(), rows.joined(separator: "\n"), rows.joined(separator: "\r\n\r\n") + "\r\n",
        "\u{FEFF}[\(rows[0])][\(rows[1])] \(rows[2])",
        "\u{FEFF}"
            + rows.joined(separator: " ").replacing(",\"", with: "\n,\n \"")
            .replacing(":", with: " :\n"),
        "[" + String(repeating: " \n", count: 50_000) + rows.joined(separator: "\t,\n") + "]",
    ]

    private func read(_ text: String) throws -> (FormatReading, ScratchDirectory) {
        let directory = try ScratchDirectory()
        return (FormatReading([try directory.file("a.json", text)]), directory)
    }

    @Test("Objects are read alike, whatever is between them", arguments: shapes.indices)
    func alike(index: Int) throws {
        let (reading, _) = try read(Self.shapes[index])
        #expect(reading.faults.isEmpty, "\(reading.faults)")
        #expect(reading.rows.ids == ["a", "b", "c"])
        #expect(reading.rows.vectors == [1, 2, 3, 4, 5, 6])
        #expect(reading.payloads == Self.payloads)
    }

    @Test("So they are when they come byte by byte", arguments: shapes.indices.dropLast())
    func byteByByte(index: Int) throws {
        let source = try ByteSource(
            descriptor: try formatPipe(Array(Self.shapes[index].utf8), pieceByteCount: 1),
            name: "pipe",
            ownsDescriptor: true
        )
        let reader = JSONLReader(
            source: source,
            parser: PointRowParser(dimension: 2),
            isEmptyAllowed: false,
            framing: .values
        )
        let reading = FormatReading(reader, dimension: 2)
        #expect(reading.faults.isEmpty)
        #expect(reading.payloads == Self.payloads)
    }

    @Test("Each row knows the line that it begins in")
    func lines() throws {
        let text = "[\n{\"id\":1,\n\"vector\":[1,2]},{\"id\":2,\"vector\":[1,2]}\n\n,\n{\"id\":3,\n"
        let (reading, _) = try read(text + "\"vector\":[1,2]\n}]")
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.places == [.line(2), .line(3), .line(6)])
    }

    @Test(
        "An array that is broken ends the reading with the line where it is",
        arguments: [
            ("[{R}\n{R}]", 1, "a.json:2: expected ',' or ']' behind an object, got '{'"),
            ("[{R},\n]", 1, "a.json:2: expected an object in the array, got ']'"),
            ("[{R},,{R}]", 1, "a.json:1: expected an object in the array, got ','"),
            ("[{R},\n\n7]", 1, "a.json:3: expected an object in the array, got '7'"),
            ("[{R},\n{R}\n\n", 2, "a.json:4: the array does not end"),
            ("[\n", 0, "a.json:2: the array does not end"),
            ("[{R}}", 1, "a.json:1: expected ',' or ']' behind an object, got '}'"),
        ]
    )
    func brokenArrays(text: String, rows: Int, message: String) throws {
        let row = #""id":"a","vector":[1,2]"#
        let (reading, directory) = try read(text.replacing("R", with: row))
        #expect(reading.messages(in: directory) == [message])
        #expect(reading.kinds == [.invalidJSON])
        #expect(reading.faults.last?.isRecoverable == false)
        #expect(reading.rows.count == rows)
    }

    @Test(
        "Text behind an array is refused with its line",
        arguments: [
            ("]", "a.json:2: unexpected ']' at byte 2"),
            ("x", "a.json:2: unexpected 'x' at byte 2"),
            ("7", "a.json:2: expected an object, got a number"),
        ]
    )
    func trailing(text: String, message: String) throws {
        let (reading, directory) = try read("[\(Self.rows[0])\n]\(text)\n\(Self.rows[1])")
        #expect(reading.messages(in: directory) == [message])
        #expect(reading.rows.ids == ["a", "b"])
    }

    @Test("A bad object in an array is refused with line, field and byte, and the others read")
    func badObjects() throws {
        let (reading, directory) = try read(
            """
            [ {"id":"a","vector":[1]}, {"id":"b" "vector":1}
            """.replacing(" \"vector\":1", with: ",\"vector\":[1,2],\"p\":tru") + """
                ,
                {
                 "id": "c",
                 "vector": [1, 2],
                 "payload": {"x": 1, "y": ?}
                },
                 [1], {"id":"d","vector":[1,2]}]
                """
        )
        #expect(
            reading.messages(in: directory) == [
                #"a.json:1: field "vector": expected 2 numbers, got 1"#,
                "a.json:1: unexpected '}' at byte 60",
                #"a.json:5: field "payload": unexpected '?' at byte 27"#,
                "a.json:7: expected an object, got an array",
            ]
        )
        #expect(reading.rows.ids == ["d"])
        #expect(reading.faults[0].raw?.bytes == Array(#"{"id":"a","vector":[1]}"#.utf8))
    }

    @Test(
        "A line that is no object is refused and the next line read, as in lines of JSON",
        arguments: [
            "nonsense", "{\"id\":\"x\",\"vector\":[1,2]", "{\"id\":\"x\",\"vec", "{\"id\" 1}", "[7",
            "{\"id\":\"x\",", "{\"id\":\"x\",\"vector\":[1,2]]", "}", "{{}", "7", "[1,2]",
            "{\"id\":\"x\",\"vector\":[1,2]\"y\":1}", "\"{\"",
        ]
    )
    func brokenLines(line: String) throws {
        let text = "\(Self.rows[0])\n\(line)\n\(Self.rows[1])\n\(Self.rows[2])\n"
        let (reading, directory) = try read(text)
        #expect(reading.rows.ids == ["a", "b", "c"], "\(reading.faults)")
        #expect(reading.faults.count == 1)
        #expect(reading.faults.first?.line == 2)
        let lines = FormatReading([try directory.file("a.jsonl", text)])
        #expect(reading.faults.map(\.problem) == lines.faults.map(\.problem))
    }

    @Test(
        "An object over several lines that breaks off ends the reading, with the line of the break"
    )
    func brokenPretty() throws {
        let (reading, directory) = try read(
            "{\n \"id\": \"a\"\n \"vector\": [1,2]\n}\n\(Self.rows[1])"
        )
        #expect(reading.messages(in: directory) == ["a.json:3: unexpected '\"' at byte 2"])
        #expect(reading.faults.first?.isRecoverable == false)
        let (cut, place) = try read("\(Self.rows[0])\n{\n \"id\": \"b\",\n \"vector\": [1")
        #expect(
            cut.messages(in: place)
                == [#"a.json:4: field "vector": the JSON text ends too early"#]
        )
        #expect(cut.rows.ids == ["a"])
    }

    @Test("An empty array has no points; a file without any value is refused")
    func empty() throws {
        let (reading, _) = try read(" [ \n ]\n")
        #expect(reading.faults.isEmpty && reading.rows.count == 0)
        #expect(try read(" \n").0.kinds == [.emptyInput])
        #expect(try read("\u{FEFF}").0.kinds == [.emptyInput])
    }

    @Test(
        "An object may be as long as a line and the next one is read behind a longer one",
        arguments: [true, false]
    )
    func objectLimit(isArray: Bool) throws {
        let directory = try ScratchDirectory()
        let filler = String(repeating: " \n", count: 600)
        let long = "{\"id\":\"x\",\(filler)\"vector\":[1,2]}"
        let short = "{\"id\":\"y\",\(filler.dropLast(300))\"vector\":[1,2]}"
        let rows = [short, long, Self.rows[0]]
        let text = isArray ? "[\(rows.joined(separator: ","))]" : rows.joined()
        let path = try directory.file("a.json", text)
        let reading = ByteSource.$lineByteCountMax.withValue(1000) { FormatReading([path]) }
        #expect(reading.rows.ids == ["y", "a"])
        #expect(reading.kinds == [.lineTooLong])
        #expect(reading.faults.first?.line == 451)
        #expect(reading.faults.first?.raw?.isTruncated == true)
        #expect(reading.faults.first?.message.contains("the object is longer than 1000") == true)
    }

    @Test("An endless object takes no more memory than a line, and ends the reading")
    func endless() throws {
        let directory = try ScratchDirectory()
        let path = try directory.file(
            "a.json",
            "[{\"id\":\"\(String(repeating: "x", count: 4 << 20))"
        )
        let source = try ByteSource(path: path, lineLimit: 1 << 16)
        let reading = ByteSource.$lineByteCountMax.withValue(1 << 16) {
            FormatReading(
                JSONLReader(
                    source: source,
                    parser: PointRowParser(dimension: 2),
                    isEmptyAllowed: false,
                    framing: .values
                ),
                dimension: 2
            )
        }
        #expect(reading.kinds == [.lineTooLong, .invalidJSON])
        #expect(source.buffer.count <= 1 << 20)
    }

    @Test("Whatever the bytes are, reading ends and says what was wrong", arguments: UInt64(0)..<64)
    func anything(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var bytes = Array(Self.shapes[Int(seed) % (Self.shapes.count - 1)].utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let signs = Array("{}[]\",:\n\\x1".utf8)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = signs.randomElement(using: &generator) ?? 0
            default: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
            }
        }
        let directory = try ScratchDirectory()
        let reading = FormatReading([try directory.file("a.json", bytes)])
        #expect(reading.rows.count <= 6)
        #expect(reading.faults.allSatisfy { $0.line != nil })
    }
}
