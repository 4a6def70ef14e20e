import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("Export and insert")
struct RoundTripTests {
    private struct Points {
        var ids: [String] = []
        var vectors: [[Float]] = []
        var payloads: [String] = []
    }

    private static let pieces = [
        "a", "=1+1", "+", "-x", "@", ",", "\"", "\"\"", "\n", "\r\n", "\r", "\t", "'", " ", "é",
        "e\u{301}",
        "😀", "\u{1B}[2J", "\u{202E}", "\u{FEFF}", "\\", "/", "{", "]", "\u{2028}", "null",
    ]

    private func randomText(_ random: inout SplitMix64) -> String {
        (0..<Int.random(in: 1..<6, using: &random))
            .map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private func literal(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONString.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func randomPoints(seed: UInt64, dimension: Int) -> Points {
        var random = SplitMix64(seed: seed)
        var points = Points()
        let special: [Float] = [
            -0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, 1,
        ]
        for _ in 0..<Int.random(in: 0..<30, using: &random) {
            points.ids.append(randomText(&random))
            points.vectors.append(
                (0..<dimension).map { _ in
                    let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
                    return value.isFinite && Bool.random(using: &random)
                        ? value : special.randomElement(using: &random) ?? 0
                }
            )
            let members = (0..<Int.random(in: 0..<4, using: &random)).map { index in
                literal("\(index)" + randomText(&random)) + ":"
                    + (Bool.random(using: &random) ? literal(randomText(&random)) : "[1.0,-0,{}]")
            }
            points.payloads.append("{" + members.joined(separator: ",") + "}")
        }
        return points
    }

    private func write(
        _ points: Points,
        _ format: ExportFormat,
        dimension: Int
    ) throws -> (file: [UInt8], payloads: [UInt8]) {
        var (file, lines): ([UInt8], [UInt8]) = ([], [])
        var writer = format.makeWriter(count: points.ids.count, dimension: dimension)
        let payloadWriter = PayloadLinesWriter()
        writer.begin(into: &file)
        for index in points.ids.indices {
            let (vector, payload) = (points.vectors[index], Array(points.payloads[index].utf8))
            writer.append(
                id: points.ids[index],
                vector: vector.span,
                payload: payload.span,
                to: &file
            )
            payloadWriter.append(id: points.ids[index], payload: payload.span, to: &lines)
        }
        try writer.finish()
        return (file, lines)
    }

    @Test(
        "What was exported reads back bit for bit",
        arguments: ExportFormat.allCases,
        UInt64(0)..<40
    )
    func roundTrip(format: ExportFormat, seed: UInt64) throws {
        let dimension = 1 + Int(seed % 5)
        let points = randomPoints(seed: seed, dimension: dimension)
        let written = try write(points, format, dimension: dimension)
        let directory = try ScratchDirectory()
        let path = try directory.file("a.\(format.rawValue)", written.file)
        let payloads = try directory.file("p.jsonl", written.payloads)
        let hasOnlyVectors = format == .npy || format == .fvecs
        let reading = FormatReading([path], dimension: dimension) {
            $0.payloads = hasOnlyVectors ? payloads : nil
        }
        guard !points.ids.isEmpty || format == .npy || format == .csv else {
            #expect(reading.kinds == [.emptyInput])
            return
        }
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids.map { Array($0.utf8) } == points.ids.map { Array($0.utf8) })
        #expect(
            reading.rows.vectors.map(\.bitPattern)
                == points.vectors.flatMap { $0 }.map(\.bitPattern)
        )
        #expect(reading.payloads.map { Array($0.utf8) } == points.payloads.map { Array($0.utf8) })
    }

    @Test("An npy file's data begins at a multiple of 64 bytes")
    func alignment() throws {
        let points = randomPoints(seed: 3, dimension: 3)
        let file = try write(points, .npy, dimension: 3).file
        #expect((file.count - points.ids.count * 12) % 64 == 0)
        #expect(Array(file[..<8]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    }

    @Test("An npy file with another number of rows than announced is not finished")
    func wrongCount() throws {
        var writer = ExportFormat.npy.makeWriter(count: 2, dimension: 1)
        var chunk: [UInt8] = []
        writer.begin(into: &chunk)
        let (vector, payload): ([Float], [UInt8]) = ([1], [])
        writer.append(id: "a", vector: vector.span, payload: payload.span, to: &chunk)
        #expect(throws: ExportError.rowCount(expected: 2, got: 1)) { try writer.finish() }
    }

    @Test("CSV quotes what needs quotes and nothing else")
    func quoting() {
        for (field, expected) in [
            ("a", "a"), ("a b", "a b"), ("=1+1", "=1+1"), ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("a\r", "\"a\r\""), ("", ""),
        ] {
            var chunk: [UInt8] = []
            CSVWriter.append(field: field.utf8, to: &chunk)
            #expect(String(decoding: chunk, as: UTF8.self) == expected)
        }
    }
}
