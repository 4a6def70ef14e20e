import Testing
import VectorizerServer

@Suite("Writing JSON")
struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("Commas stand between members and elements, and nowhere else")
    func commas() {
        let text = written { writer in
            writer.object { writer in
                writer.name("a")
                writer.array { writer in
                    writer.value(1)
                    writer.array { _ in }
                    writer.object { _ in }
                    writer.value(true)
                }
                writer.name("b \"\n")
                writer.null()
                writer.name("c")
                writer.raw(Array(#"{"x":1.0}"#.utf8).span)
                writer.name("d")
                writer.value("é\u{0}")
            }
        }
        #expect(text == #"{"a":[1,[],{},true],"b \"\n":null,"c":{"x":1.0},"d":"é\u0000"}"#)
    }

    @Test(
        "A float is the shortest decimal that reads back",
        arguments: [
            (0.15 as Float, "0.15"), (1, "1.0"), (-0.1, "-0.1"), (1e-7, "1e-07"),
            (16_777_216, "16777216.0"), (.infinity, "null"), (.nan, "null"),
        ]
    )
    func floats(value: Float, text: String) {
        #expect(written { $0.value(value) } == text)
        if value.isFinite { #expect(Float(text) == value) }
    }

    @Test("A value that was read is written without blanks, its numbers as they were")
    func echoes() throws {
        let text =
            #"{ "a" : [ 1.0 , 2e2 ], "b": [ {"c" : "\u00e9/"} , null ], "a": 9007199254740993 }"#
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        let expected = #"{"a":9007199254740993,"b":[{"c":"\u00e9/"},null]}"#
        #expect(written { $0.value(root) } == expected)
        #expect(written { $0.value([0.5, 2].span) } == "[0.5,2.0]")
        #expect(written { $0.value(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.value(0.1 as Double) } == "0.1")
    }
}
