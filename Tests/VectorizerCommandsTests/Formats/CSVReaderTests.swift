import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("CSV reader")
struct CSVReaderTests {
    private func read(
        _ text: String,
        _ directory: ScratchDirectory,
        _ configure: (inout PointInput.Options) -> Void = { _ in }
    ) throws -> FormatReading {
        FormatReading([try directory.file("a.csv", text)], configure)
    }

    @Test("Columns without a payload column are the payload, with their types")
    func typed() throws {
        let reading = try read(
            #"""
            \#u{FEFF}name,id,vector,"size ""m""",ok\#r
            x,1,"[1, 2]",1.0,true\#r
            ,2,"[3,4]","1.0","true"
            "",-3,"[5,6]",007,False

            "a,b\#r
            ""c""",=4+1,"[7,8]",null,1e400
            """#,
            try ScratchDirectory()
        )
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids == ["1", "2", "-3", "=4+1"])
        #expect(reading.rows.vectors == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(
            reading.payloads == [
                #"{"name":"x","size \"m\"":1.0,"ok":true}"#,
                #"{"size \"m\"":"1.0","ok":"true"}"#,
                #"{"name":"","size \"m\"":"007","ok":"False"}"#,
                #"{"name":"a,b\r\n\"c\"","size \"m\"":"null","ok":1e400}"#,
            ]
        )
        #expect(reading.rows.places == [.line(2), .line(3), .line(4), .line(6)])
    }

    @Test("A payload column holds JSON, and other columns are then left out")
    func payloadColumn() throws {
        let reading = try read(
            """
            meta,id,vector,other
            "{""a"" : [1.0, ""x""]}",a,"[1,2]",x
            ,b,"[3,4]",
            """,
            try ScratchDirectory()
        ) { $0.payloadField = "meta" }
        #expect(reading.faults.isEmpty)
        #expect(reading.payloads == [#"{"a":[1.0,"x"]}"#, "{}"])
    }

    @Test("Bad records are refused one by one and the others read")
    func badRecords() throws {
        let directory = try ScratchDirectory()
        let reading = try read(
            """
            id,vector,payload
            a,"[1,2]",{}
            b,"[1,2]"
            c,"[1,2]",{},
            d,"[1]",{}
            e,[1,{}
            f,"[1,2]",[]
            g,"[1,2]","{""a"":}"
            h,x"y,{}
            "i"x,"[1,2]",{}
            ,"[1,2]",{}
            k,"[1,2] x",{}
            "l
            m","[1,2]",7
            z,"[3,4]",{}
            """,
            directory
        )
        #expect(reading.rows.ids == ["a", "z"])
        #expect(
            reading.messages(in: directory) == [
                "a.csv:3: expected 3 columns, got 2",
                "a.csv:4: expected 3 columns, got 4",
                #"a.csv:5: field "vector": expected 2 numbers, got 1"#,
                #"a.csv:6: field "vector": the JSON text ends too early"#,
                #"a.csv:7: field "payload": expected an object, got an array"#,
                #"a.csv:8: field "payload": unexpected '}' at byte 6"#,
                "a.csv:9: a quote inside a field that does not begin with one",
                "a.csv:10: text behind a field's closing quote",
                #"a.csv:11: field "id": expected 1 to 512 bytes, got an empty id"#,
                #"a.csv:12: field "vector": more text behind the JSON value at byte 7"#,
                #"a.csv:13: field "payload": expected an object, got a number"#,
            ]
        )
        #expect(reading.faults.last?.raw?.bytes == Array("\"l\nm\",\"[1,2]\",7".utf8))
        #expect(reading.faults[0].expected == .number(3) && reading.faults[0].got == .number(2))
    }

    @Test(
        "A file whose columns can't be used is refused as a whole",
        arguments: [
            ("", .emptyInput, "a.csv: the file holds no points"),
            ("vector\n", .missingField, #"a.csv:1: column "id" is missing"#),
            ("id\n", .missingField, #"a.csv:1: column "vector" is missing"#),
            ("\nid,vector,a,\"a\"\n", .duplicateColumn, #"a.csv:2: column "a" is given twice"#),
            ("id,vector,\"a", .invalidCSV, "a.csv:1: a quoted field that does not end"),
        ] as [(String, InputError.Kind, String)]
    )
    func header(text: String, kind: InputError.Kind, message: String) throws {
        let directory = try ScratchDirectory()
        let reading = try read(text, directory)
        #expect(reading.kinds == [kind])
        #expect(reading.messages(in: directory) == [message])
        #expect(reading.faults.first?.isRecoverable == false)
    }

    @Test("A file with column names and no records has no points")
    func noRecords() throws {
        let reading = try read("id,vector\r\n", try ScratchDirectory())
        #expect(reading.faults.isEmpty && reading.rows.count == 0)
    }

    @Test("Text that is not UTF-8 is refused, wherever it is")
    func invalidUTF8() throws {
        let directory = try ScratchDirectory()
        var text = Array("id,vector,a\n".utf8)
        text += [0xFF] + Array(",\"[1,2]\",x\n".utf8)
        text += Array("b,\"[1,2]\",".utf8) + [0x78, 0xC3, 0x0A]
        let reading = FormatReading([try directory.file("a.csv", text)])
        #expect(reading.kinds == [.invalidUTF8, .invalidUTF8])
        #expect(reading.faults.map(\.field) == ["id", "a"])
        let header = FormatReading([try directory.file("b.csv", [0x69, 0x64, 0x2C, 0xFF])])
        #expect(header.kinds == [.invalidUTF8])
        #expect(header.messages(in: directory) == ["b.csv:1: invalid UTF-8"])
    }

    @Test("A quote that is never closed can't take more memory than a line may")
    func unterminated() throws {
        let directory = try ScratchDirectory()
        let line = String(repeating: "x", count: 1 << 20) + "\n"
        let text = "id,vector\n\"" + String(repeating: line, count: 17) + "a,\"[1,2]\"\n"
        let reading = try read(text, directory)
        #expect(reading.kinds.first == .lineTooLong)
        #expect(reading.faults.first?.line == 2)
        #expect(reading.faults.first?.raw?.isTruncated == true)
        #expect(reading.rows.ids == ["a"])
    }

    @Test("A payload may have 1 MiB and not more")
    func payloadSize() throws {
        let text = String(repeating: "x", count: Limits.payloadByteCount - 8)
        let directory = try ScratchDirectory()
        let reading = try read(
            "id,vector,a\n1,\"[1,2]\",\(text)\n2,\"[1,2]\",\(text)x\n",
            directory
        )
        #expect(reading.rows.ids == ["1"])
        #expect(reading.kinds == [.payloadTooLarge])
        #expect(reading.faults[0].got == .number(Limits.payloadByteCount + 1))
    }

    @Test(
        "Any character may separate fields",
        arguments: [";", "\t", "|", ":", "x", "\u{1}", "'"]
    )
    func delimiters(delimiter: String) throws {
        let directory = try ScratchDirectory()
        let text = "id,vector,\"a b\",c\n1,[3],\"q,\"\"r\ns\",7\n"
        let reading = FormatReading(
            [try directory.file("a.csv", text.replacing(",", with: delimiter))],
            dimension: 1
        ) { $0.delimiter = delimiter.utf8.first }
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids == ["1"] && reading.rows.vectors == [3])
        let quoted = delimiter == "\t" ? "\\t" : delimiter == "\u{1}" ? "\\u0001" : delimiter
        #expect(reading.payloads == [#"{"a b":"q\#(quoted)\"r\ns","c":7}"#])
    }

    @Test("Between tabs vectors and JSON need no quotes, and texts may hold some")
    func tabs() throws {
        let directory = try ScratchDirectory()
        let text = "id\tvector\tx\ty\na\t[1,2]\tsay \"hi\"\t\n\"b\"\t[3, 4]\t\"\t\"\"\"\t5\n"
        let reading = FormatReading([try directory.file("a.tsv", text)])
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids == ["a", "b"] && reading.rows.vectors == [1, 2, 3, 4])
        #expect(reading.payloads == [#"{"x":"say \"hi\""}"#, #"{"x":"\t\"","y":5}"#])
        let payload = "id\tvector\tpayload\na\t[1,2]\t{\"k\": \"v\"}\n"
        #expect(FormatReading([try directory.file("b.tsv", payload)]).payloads == [#"{"k":"v"}"#])
    }

    @Test(
        "A header that is one column and holds another delimiter is refused with its name",
        arguments: [
            ("a.csv", "id;vector;x\n", ";", "';'"), ("a.csv", "id\tvector\n", "\t", "a tab"),
            ("a.csv", "vector|id|a;b\n", "|", "'|'"), ("a.tsv", "id,vector\n", ",", "','"),
        ]
    )
    func otherDelimiter(name: String, text: String, delimiter: String, told: String) throws {
        let directory = try ScratchDirectory()
        let reading = FormatReading([try directory.file(name, text)])
        #expect(reading.kinds == [.invalidCSV])
        #expect(reading.faults.first?.isRecoverable == false)
        #expect(
            reading.faults.first?.problem
                == .csv(.otherDelimiter(try #require(delimiter.utf8.first)))
        )
        #expect(
            reading.messages(in: directory) == [
                "\(name):1: the header is one column that holds \(told), which may be the delimiter"
            ]
        )
    }

    @Test("An option's delimiter is one character of ASCII, but for quotes and line ends")
    func fieldDelimiter() {
        for text in [";", "|", "\t", ",", " ", "'", "\\", "\u{7F}", "\u{1}"] {
            let delimiter = FieldDelimiter(argument: text)
            #expect(delimiter?.byte == text.utf8.first)
            #expect(delimiter.map { FieldDelimiter(argument: $0.text) } == delimiter)
        }
        #expect(FieldDelimiter(argument: "\\t")?.text == "\\t")
        for text in ["", "\"", "\n", "\r", ";;", "é", "\\n", "\0", "tab"] {
            #expect(FieldDelimiter(argument: text) == nil)
        }
    }
}
