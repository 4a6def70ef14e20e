import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// Vectors with a column for each element.
@Suite("Vector columns")
struct VectorColumnsTests {
    private func read(
        _ text: String,
        _ field: String,
        dimension: Int = 3,
        name: String = "a.csv"
    ) throws -> (FormatReading, ScratchDirectory) {
        let directory = try ScratchDirectory()
        let path = try directory.file(name, text)
        let reading = FormatReading([path], dimension: dimension) { $0.vectorField = field }
        return (reading, directory)
    }

    @Test(
        "A range or a pattern names the columns of the elements in their order",
        arguments: [
            ("v0..v2", [10, 20, 30]), ("v2..v0", [30, 20, 10]), ("v*", [30, 10, 20]),
            ("*", [30, 10, 20]), ("*v*", [30, 10, 20]),
        ] as [(String, [Float])]
    )
    func order(field: String, vector: [Float]) throws {
        let (reading, _) = try read("v2,id,v0,v1\n30,a,10, 2e1 \n", field)
        #expect(reading.faults.isEmpty, "\(reading.faults)")
        #expect(reading.rows.ids == ["a"])
        #expect(reading.rows.vectors == vector)
        #expect(reading.payloads == ["{}"])
    }

    @Test(
        "Numbers keep the zeros in front of the first or the last one",
        arguments: ["e_08..e_10", "e_10..e_08", "e_8..e_10"]
    )
    func zeros(field: String) throws {
        let isPadded = field != "e_8..e_10"
        let (reading, _) = try read(
            "id,e_\(isPadded ? "0" : "")8,e_9,e_09,e_10\na,1,2,2,3\n",
            field
        )
        #expect(reading.rows.vectors == (field.hasPrefix("e_10") ? [3, 2, 1] : [1, 2, 3]))
        #expect(reading.payloads == [isPadded ? #"{"e_9":2}"# : #"{"e_09":2}"#])
    }

    @Test("Other columns are the payload, or the payload's column is")
    func payloads() throws {
        let (reading, _) = try read("x,v0,id,v1,y,v2\n1,2,a,3,,4\nhi,5,b,6,true,7\n", "v*")
        #expect(reading.payloads == [#"{"x":1}"#, #"{"x":"hi","y":true}"#])
        #expect(reading.rows.vectors == [2, 3, 4, 5, 6, 7])
        let (column, _) = try read(
            "id;payload;p1;p2;p3\na;{};1;2;3\n".replacing(";", with: "\t"),
            "p*",
            name: "a.tsv"
        )
        #expect(column.rows.vectors == [1, 2, 3])
        #expect(column.payloads == ["{}"])
    }

    @Test("A column of just that name comes before any other meaning")
    func exactName() throws {
        let (reading, _) = try read("id,v*,v1\na,\"[1,2,3]\",9\n", "v*")
        #expect(reading.rows.vectors == [1, 2, 3])
        #expect(reading.payloads == [#"{"v1":9}"#])
    }

    @Test(
        "Columns that are missing or not as many as the elements are told before any row",
        arguments: [
            ("v0..v3", #"a.csv:1: column "v3" is missing"#),
            ("v0..v1", "a.csv:1: expected 3 numbers, got 2"),
            ("v*", "a.csv:1: expected 3 numbers, got 4"),
            ("w*", #"a.csv:1: column "w*" is missing"#),
            ("v0..w2", #"a.csv:1: column "v0..w2" is missing"#),
            ("v..w", #"a.csv:1: column "v..w" is missing"#),
            ("v0..v999999999", #"a.csv:1: column "v0..v999999999" is missing"#),
            ("..", #"a.csv:1: column ".." is missing"#),
        ]
    )
    func missing(field: String, message: String) throws {
        let (reading, directory) = try read("id,v0,v1,v2,vx\na,1,2,3,4\n", field)
        #expect(reading.messages(in: directory) == [message])
        #expect(reading.rows.count == 0)
        #expect(reading.faults.first?.isRecoverable == false)
    }

    @Test("An element that is no number is refused with its column, and the next record read")
    func badElements() throws {
        let (reading, directory) = try read(
            """
            id,v0,v1,v2
            a,1,,3
            b,1,x,3
            c,1,nan,3
            d,1,2 3,3
            e,1,"2,3",3
            f,1,1e99,3
            g,1,[2],3
            h,"4",5,-6.5

            """,
            "v0..v2"
        )
        #expect(
            reading.messages(in: directory) == [
                #"a.csv:2: field "v1": expected a number, got null"#,
                #"a.csv:3: field "v1": unexpected 'x' at byte 1"#,
                #"a.csv:4: field "v1", element 1: expected a finite number, got nan"#,
                #"a.csv:5: field "v1": more text behind the JSON value at byte 3"#,
                #"a.csv:6: field "v1": more text behind the JSON value at byte 2"#,
                #"a.csv:7: field "v1", element 1: expected a finite number, got 1e99"#,
                #"a.csv:8: field "v1", element 1: expected a number, got an array"#,
            ]
        )
        #expect(reading.rows.ids == ["h"] && reading.rows.vectors == [4, 5, -6.5])
    }

    @Test("As many columns as a vector may have elements are read")
    func wide() throws {
        let columns = (0..<Limits.dimension).map { "v\($0)" }.joined(separator: ";")
        let values = (0..<Limits.dimension).map(String.init).joined(separator: ";")
        let (reading, _) = try read(
            "id;\(columns)\na;\(values)\n",
            "v0..v4095",
            dimension: Limits.dimension,
            name: "a.txt"
        )
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.vectors == (0..<Limits.dimension).map(Float.init))
    }
}
