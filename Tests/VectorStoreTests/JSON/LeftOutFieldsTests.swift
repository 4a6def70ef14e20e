import Testing
import VectorStore

/// Which members are no part of a payload, and in how many rows.
@Suite struct LeftOutFieldsTests {
    private func leftOut(_ lines: [String], payloadField: String = "payload") -> LeftOutFields {
        var parser = PointRowParser(payloadField: payloadField, dimension: 1)
        for line in lines {
            var (vector, payload): ([Float], [UInt8]) = ([], [])
            do throws(PointRowError) {
                _ = try parser.parse(Array(line.utf8).span, vector: &vector, payload: &payload)
            } catch {
                #expect(vector.isEmpty && payload.isEmpty)
            }
        }
        return parser.leftOut
    }

    private func counts(_ fields: LeftOutFields) -> [String] {
        fields.fields.map { "\(String(decoding: $0.name, as: UTF8.self)) \($0.rowCount)" }
    }

    @Test("Members are counted by name, before and behind the payload, escaped or not")
    func members() {
        let fields = leftOut([
            #"{"id":"a","vector":[1],"x":1,"payload":{"x":2},"y":{"x":3}}"#,
            #"{"\u0078":[],"id":"b","vector":[1],"payload":{}}"#,
            #"{"id":"c","vector":[1],"x":1,"y":2}"#,
            #"{"payload":{"z":1},"id":"d","vector":[1]}"#,
        ])
        #expect(counts(fields) == ["x 2", "y 1"])
        #expect(!fields.isEmpty && !fields.hasMore)
    }

    @Test("A row that is refused does not count")
    func refused() {
        let fields = leftOut([
            #"{"id":"a","vector":[1],"payload":{},"x":1,"x":2}"#,
            #"{"vector":[1],"payload":{},"x":1}"#,
            #"{"id":"a","vector":[1],"payload":{},"x":1} x"#,
        ])
        #expect(fields.isEmpty)
        #expect(fields.fields.isEmpty)
    }

    @Test("Rows with ever new names take no more memory than the limit")
    func manyNames() {
        let lines = (0..<100).map { #"{"id":"a","vector":[1],"payload":{},"n\#($0)":1}"# }
        let fields = leftOut(lines)
        #expect(fields.fields.count == LeftOutFields.nameCountMax)
        #expect(fields.hasMore)
        var sum = leftOut([#"{"id":"a","vector":[1],"payload":{},"n0":1,"m":2}"#])
        sum.add(fields)
        #expect(sum.fields.count == LeftOutFields.nameCountMax)
        #expect(counts(sum).prefix(2) == ["n0 2", "m 1"])
    }

    @Test("With the payload field * every other member is the payload, and nothing is left out")
    func allFields() throws {
        var parser = PointRowParser(payloadField: PointRowParser.allFields, dimension: 1)
        var (vector, payload): ([Float], [UInt8]) = ([], [])
        let line = #"{"id":"a","x":1,"payload":{"n":2},"*":3,"vector":[1]}"#
        _ = try parser.parse(Array(line.utf8).span, vector: &vector, payload: &payload)
        #expect(String(decoding: payload, as: UTF8.self) == #"{"x":1,"payload":{"n":2},"*":3}"#)
        #expect(parser.leftOut.isEmpty)
    }
}
