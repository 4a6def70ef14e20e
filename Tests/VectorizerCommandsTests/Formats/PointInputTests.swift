import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("Point input")
struct PointInputTests {
    private let vectors: [UInt8] = [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 3, 4]

    @Test(
        "A file's ending names its format",
        arguments: [
            ("a.jsonl", .jsonl), ("a.ndjson", .jsonl), ("dir.csv/a.json", .json), ("A.CSV", .csv),
            ("a.tsv", .tsv), ("a.tab", .tsv), ("a.b.npy", .npy), ("a.npz", .npz),
            ("a.fvecs", .fvecs), ("a.bvecs", .bvecs), ("a", nil), ("a.txt", nil),
            ("a.csv/b", nil), ("", nil),
        ] as [(String, InputFormat?)]
    )
    func formats(path: String, format: InputFormat?) {
        #expect(InputFormat(path: path) == format)
        let written = format == .json ? "jsonl" : format?.rawValue
        let isRead = format == .bvecs || format == .tsv || format == .npz
        #expect(ExportFormat(path: path)?.rawValue == (isRead ? nil : written))
        for ending in [".gz", ".lz4", ".zst", ".zstd", ".GZ"] {
            #expect(InputFormat(path: path + ending) == format)
            // What is written is not compressed.
            #expect(ExportFormat(path: path + ending) == nil)
        }
    }

    @Test("A file whose format is not known is refused before anything is read")
    func unknownFormat() throws {
        let directory = try ScratchDirectory()
        let good = try directory.file("a.jsonl", #"{"id":1,"vector":[1,2]}"#)
        let path = try directory.file("a.txt", #"{"id":1,"vector":[1,2]}"#)
        let other = try directory.file("b.txt", "key,vector\n1,\"[1,2]\"\n")
        let reading = FormatReading([good, other])
        #expect(reading.kinds == [.unsupportedFormat])
        #expect(reading.rows.count == 0)
        #expect(
            reading.messages(in: directory) == [
                "b.txt: neither the name nor the content tells the format; "
                    + "expected one of jsonl, json, csv, tsv, npy, npz, fvecs, bvecs"
            ]
        )
        #expect(FormatReading([path]).rows.ids == ["1"])
        #expect(FormatReading([path]) { $0.format = .jsonl }.rows.ids == ["1"])
        #expect(FormatReading([other]) { $0.idField = "key" }.rows.ids == ["1"])
    }

    @Test("Payload lines give ids and payloads across files")
    func payloads() throws {
        let directory = try ScratchDirectory()
        let files = [
            try directory.file("a.bvecs", vectors), try directory.file("b.bvecs", vectors),
        ]
        let payloads = try directory.file(
            "p.jsonl",
            """
            {"id":"a","payload":{"x": 1}}

            {"id":2,"payload":{}}
            {"id":"c","y":[1, 2]}
            {"id":"d","vector":[9,9],"payload":{"z":1},"w":2}

            """
        )
        let reading = FormatReading(files) { $0.payloads = payloads }
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids == ["a", "2", "c", "d"])
        #expect(reading.payloads == [#"{"x":1}"#, "{}", #"{"y":[1,2]}"#, #"{"z":1}"#])
        #expect(reading.rows.places == [.row(1), .row(2), .row(1), .row(2)])
    }

    @Test("Vectors and payload lines that are not equally many are refused")
    func counts() throws {
        let directory = try ScratchDirectory()
        let file = try directory.file("a.bvecs", vectors)
        for (lines, message, rows) in [
            ("{\"id\":1}\n", "p.jsonl: expected payloads for 2 vectors, got only 1 lines", 1),
            ("", "p.jsonl: expected payloads for 1 vectors, got only 0 lines", 0),
            (
                "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n",
                "p.jsonl:3: expected payloads for 2 vectors, got more lines", 2
            ),
            (
                "{\"id\":1}\n{\"id\":2}\nx\n",
                "p.jsonl:3: expected payloads for 2 vectors, got more lines", 2
            ),
        ] {
            let payloads = try directory.file("p.jsonl", lines)
            let reading = FormatReading([file]) { $0.payloads = payloads }
            #expect(reading.messages(in: directory) == [message])
            #expect(reading.kinds == [.rowCountMismatch])
            #expect(reading.rows.count == rows)
        }
    }

    @Test("A bad payload line is refused and its vector left out")
    func badPayload() throws {
        let directory = try ScratchDirectory()
        let payloads = try directory.file("p.jsonl", "{\"id\":1,\"payload\":7}\n{\"id\":2}\n")
        let file = try directory.file("a.bvecs", vectors)
        let reading = FormatReading([file]) { $0.payloads = payloads }
        #expect(
            reading.messages(in: directory)
                == [#"p.jsonl:1: field "payload": expected an object, got a number"#]
        )
        #expect(reading.rows.ids == ["2"])
        #expect(reading.rows.vectors == [3, 4])
    }

    @Test("A missing file is named before the first one is read")
    func missing() throws {
        let directory = try ScratchDirectory()
        let first = try directory.file("a.jsonl", #"{"id":1,"vector":[1,2]}"#)
        let missing = directory.path + "/b.jsonl"
        let reading = FormatReading([first, missing])
        #expect(reading.rows.ids.isEmpty)
        #expect(reading.messages(in: directory) == ["b.jsonl: no such file"])
        let vectors = try directory.file("a.bvecs", vectors)
        let payloads = FormatReading([first, vectors]) { $0.payloads = missing }
        #expect(payloads.kinds == [.fileNotFound])
        let unused = FormatReading([first]) { $0.payloads = missing }
        #expect(
            unused.messages(in: directory)
                == ["b.jsonl: payloads go with npy, npz, fvecs, bvecs files only"]
        )
        let folder = try ScratchDirectory()
        #expect(FormatReading([folder.path]) { $0.format = .csv }.kinds == [.isDirectory])
    }

    @Test("Progress adds up over the files")
    func progress() throws {
        let directory = try ScratchDirectory()
        let row = "{\"id\":1,\"vector\":[1,2]}\n"
        let paths = [try directory.file("a.jsonl", row), try directory.file("b.jsonl", row + row)]
        let input = try PointInput(paths: paths, options: .init(dimension: 2))
        #expect(input.totalBytes == 3 * row.utf8.count)
        #expect(input.bytesRead == 0)
        var rows = RowBuffer(dimension: 2)
        while try input.next(into: &rows) {}
        #expect(input.bytesRead == 3 * row.utf8.count)
        #expect(rows.count == 3)
    }

    @Test("Reading stops when it is cancelled")
    func cancelled() throws {
        let directory = try ScratchDirectory()
        let path = try directory.file("a.jsonl", #"{"id":1,"vector":[1,2]}"#)
        let reading = FormatReading([path]) { $0.isCancelled = { true } }
        #expect(reading.kinds == [.cancelled])
        #expect(reading.messages(in: directory) == ["a.jsonl: interrupted"])
    }
}
