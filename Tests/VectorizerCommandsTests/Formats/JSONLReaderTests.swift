import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("JSONL reader")
struct JSONLReaderTests {
    @Test("Bad lines are refused one by one and the others read")
    func badLines() throws {
        let directory = try ScratchDirectory()
        let path = try directory.file(
            "points.jsonl",
            """
            {"id":1,"vector":[1,2]}
            {"id":2,"vector":[1,2,3]}

            \t\u{20}
            {"id":3,"vector":[1,NaN]}
            {"id":4,"vector":[1,2],"a":1,"a":2}
            nonsense
            {"id":5,"vector":[5,6],"x":{"y" : 1.0}}
            """
        )
        let reading = FormatReading([path])
        #expect(reading.rows.ids == ["1", "5"])
        #expect(reading.rows.vectors == [1, 2, 5, 6])
        #expect(Array(reading.rows.vector(at: 1)) == [5, 6])
        #expect(reading.payloads == ["{}", #"{"x":{"y":1.0}}"#])
        #expect(reading.rows.places == [.line(1), .line(8)])
        #expect(reading.rows.files == [path, path])
        #expect(
            reading.messages(in: directory) == [
                #"points.jsonl:2: field "vector": expected 2 numbers, got 3"#,
                #"points.jsonl:5: field "vector", element 1: expected a finite number, got NaN"#,
                #"points.jsonl:6: member "a" is given twice"#,
                #"points.jsonl:7: expected an object, got null"#,
            ]
        )
        #expect(reading.faults[0].raw?.bytes == Array(#"{"id":2,"vector":[1,2,3]}"#.utf8))
        #expect(reading.faults[0].raw?.isTruncated == false)
    }

    @Test("A file without points is refused", arguments: ["", "\n\n", "  \r\n"])
    func empty(text: String) throws {
        let directory = try ScratchDirectory()
        let reading = FormatReading([try directory.file("a.jsonl", text)])
        #expect(reading.kinds == [.emptyInput])
        #expect(reading.messages(in: directory) == ["a.jsonl: the file holds no points"])
    }

    @Test("A byte order mark is tolerated at the beginning of a file and nowhere else")
    func byteOrderMark() throws {
        let directory = try ScratchDirectory()
        let row = "\u{FEFF}{\"id\":1,\"vector\":[1,2]}\n"
        let reading = FormatReading([try directory.file("a.jsonl", row + row)])
        #expect(reading.rows.ids == ["1"])
        #expect(
            reading.messages(in: directory)
                == ["a.jsonl:2: unexpected byte 0xEF at byte 1"]
        )
    }

    @Test("A row that is too long is refused and the next one read")
    func tooLong() throws {
        let directory = try ScratchDirectory()
        let long = String(repeating: "x", count: Limits.lineByteCount + 1)
        let reading = FormatReading([
            try directory.file("a.jsonl", "\(long)\n{\"id\":1,\"vector\":[1,2]}")
        ])
        #expect(reading.rows.ids == ["1"])
        #expect(
            reading.messages(in: directory)
                == ["a.jsonl:1: the line is longer than 16777216 bytes"]
        )
    }

    @Test("Rows that were read can be forgotten")
    func removeAll() throws {
        let directory = try ScratchDirectory()
        var rows = FormatReading([
            try directory.file("a.jsonl", #"{"id":1,"vector":[1,2]}"#)
        ]).rows
        #expect(rows.byteCount > 0)
        rows.removeAll()
        #expect(rows.count == 0 && rows.byteCount == 0 && rows.vectors.isEmpty)
    }
}
