import TestSupport
import Testing
import VectorStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite("JSON numbers and vectors")
struct JSONNumberTests {
    private func parse(_ text: String, dimension: Int? = nil) throws(PointRowError) -> [Float] {
        var vector: [Float] = []
        try JSONVector.parse(Array(text.utf8).span, dimension: dimension, into: &vector)
        return vector
    }

    private func fault(_ text: String, dimension: Int? = nil) -> PointRowError? {
        var vector: [Float] = [42]
        do throws(PointRowError) {
            try JSONVector.parse(Array(text.utf8).span, dimension: dimension, into: &vector)
            return nil
        } catch {
            #expect(vector == [42], "a refused text leaves the vector as it was")
            return error
        }
    }

    @Test("A float is written so that it reads back bit for bit", arguments: UInt64(0)..<20)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var values: [Float] = [
            0, -0.0, 1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
            .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .pi, 16_777_216, 0.1,
        ]
        while values.count < 2000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if value.isFinite { values.append(value) }
        }
        var text: [UInt8] = []
        JSONNumber.append(values.span, to: &text)
        var back: [Float] = []
        try JSONVector.parse(text.span, dimension: values.count, into: &back)
        #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("Numbers are written as JSON, and null where JSON has no number")
    func written() {
        var bytes: [UInt8] = []
        JSONNumber.appendShortest(-0.0 as Float, to: &bytes)
        bytes.append(0x20)
        JSONNumber.appendShortest(0.1 as Double, to: &bytes)
        bytes.append(0x20)
        JSONNumber.appendShortest(Float.nan, to: &bytes)
        bytes.append(0x20)
        JSONNumber.appendShortest(-Double.infinity, to: &bytes)
        bytes.append(0x20)
        JSONNumber.append(-42, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "-0.0 0.1 null null -42")
    }

    private func isNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return JSONNumber.isNumber(bytes.span)
    }

    @Test("A number and nothing else is a number")
    func numbers() {
        for text in ["0", "-1.5e-7", "1E400", "12"] {
            #expect(isNumber(text))
        }
        for text in ["", "007", "1 ", "1.", "+1", "0x10", "1e", "NaN", "-"] {
            #expect(!isNumber(text))
        }
    }

    /// A random number text: few or many digits, near a border of two floats, or far out.
    private func randomNumber(_ random: inout SplitMix64) -> String {
        let bits = UInt32(truncatingIfNeeded: random.next() & 0x7FFF_FFFF)
        let float = Float(bitPattern: bits)
        let sign = Bool.random(using: &random) ? "-" : ""
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where float.isFinite:
            // Just about halfway between two floats.
            let border = (Double(float) + Double(float.nextUp)) / 2
            let shift = Int.random(in: -2...2, using: &random)
            return sign
                + "\(Double(bitPattern: border.bitPattern &+ UInt64(bitPattern: Int64(shift))))"
        case 1 where float.isFinite:
            return sign + "\(Double(float) * 1.000000059604645)"
        case 2:
            let digits = Int.random(in: 1...45, using: &random)
            let fraction = (0..<digits).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }.joined()
            return sign + "0." + fraction + "e\(Int.random(in: -60...50, using: &random))"
        case 3: return sign + "\(random.next())" + "\(random.next())"
        case 4: return sign + "\(Int.random(in: 0..<1 << 30, using: &random))"
        default:
            return sign + "\(Double.random(in: 0..<1, using: &random))"
        }
    }

    @Test("A number becomes the very float that strtof finds", arguments: UInt64(0)..<10)
    func agreesWithStrtof(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<10_000 {
            let text = randomNumber(&random)
            let expected = strtof(text, nil)
            if expected.isFinite {
                let got = try parse("[\(text)]")[0]
                #expect(got.bitPattern == expected.bitPattern, "\(text)")
            } else {
                #expect(fault("[\(text)]") != nil, "\(text)")
            }
        }
    }

    @Test("Any byte but a digit ends the digits, wherever among eight of them", arguments: 0..<8)
    func endOfDigits(place: Int) throws {
        for byte in UInt8.min...UInt8.max {
            var text = Array("0.12345678".utf8)
            text[2 + place] = byte
            text += Array("901234567".utf8)
            var position = 0
            let value = try? JSONTokens.float(text.span, &position)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if isDigit {
                let expected = strtof(String(decoding: text, as: UTF8.self), nil)
                #expect(value == expected && position == text.count, "\(byte)")
            } else if byte | 0x20 == UInt8(ascii: "e") {
                #expect(place == 0 ? value == nil : value != nil, "\(byte)")
            } else {
                // None behind the point is no number.
                let digits = String(decoding: text[..<(2 + place)], as: UTF8.self)
                #expect(value == (place == 0 ? nil : strtof(digits, nil)), "\(byte)")
                #expect(place == 0 || position == 2 + place, "\(byte)")
            }
        }
    }

    @Test(
        "Borders between floats are decided exactly",
        arguments: [
            ("16777217", 16_777_216), ("16777219", 16_777_220),
            ("16777217.0000000000000001", 16_777_218),
            ("3.4028235677973367e38", .infinity),
            ("3.4028235677973366e38", .greatestFiniteMagnitude),
            ("7.006492321624085e-46", 0), ("7.006492321624086e-46", .leastNonzeroMagnitude),
            ("1.17549435e-38", .leastNormalMagnitude), ("1e-400", 0), ("-1e-99999999999", -0.0),
            ("0e99999999999", 0), ("1e39", .infinity), ("1e999999999999999999", .infinity),
            ("0." + String(repeating: "0", count: 500) + "1e501", 1),
            ("1" + String(repeating: "0", count: 500) + "e-500", 1),
        ] as [(String, Float)]
    )
    func borders(text: String, expected: Float) throws {
        guard expected.isFinite else {
            #expect(fault("[1,\(text)]") == .notFinite(field: "vector", element: 1, got: text))
            return
        }
        #expect(try parse("[\(text)]").map(\.bitPattern) == [expected.bitPattern])
    }

    @Test("A vector has as many numbers as its collection wants")
    func dimension() throws {
        #expect(try parse(" [ 1 , 2\t,\n3 ] ", dimension: 3) == [1, 2, 3])
        #expect(try parse("[1,2]") == [1, 2])
        #expect(
            fault("[1,2,3,4]", dimension: 3)
                == .dimensionMismatch(field: "vector", expected: 3, got: 4)
        )
        #expect(
            fault("[]", dimension: 3) == .dimensionMismatch(field: "vector", expected: 3, got: 0)
        )
        #expect(fault("[]") == .dimensionMismatch(field: "vector", expected: 1, got: 0))
    }

    @Test(
        "What is not a finite number is named with its element",
        arguments: [
            "NaN", "-NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "+Infinity", "1e39",
        ]
    )
    func notFinite(text: String) {
        #expect(fault("[0, \(text)]") == .notFinite(field: "vector", element: 1, got: text))
    }

    @Test(
        "What is not a number is named with its element",
        arguments: [
            ("null", .null), ("true", .bool), ("false", .bool), ("\"1\"", .string), ("[1]", .array),
            ("{}", .object),
        ] as [(String, JSONKind)]
    )
    func wrongElements(text: String, kind: JSONKind) {
        #expect(
            fault("[\(text)]")
                == .wrongType(field: "vector", element: 0, expected: .number, got: kind)
        )
    }

    @Test(
        "A broken vector is refused where it goes wrong",
        arguments: [
            ("[1", 2, .unexpectedEnd), ("[", 1, .unexpectedEnd), ("[1,", 3, .unexpectedEnd),
            ("[1 2]", 3, .unexpectedByte(0x32)), ("[1]]", 3, .trailingContent),
            ("[01]", 1, .badNumber), ("[1.]", 1, .badNumber), ("[1e]", 1, .badNumber),
            ("[-]", 1, .badNumber), ("[1,]", 3, .unexpectedByte(0x5D)), ("", 0, .unexpectedEnd),
            ("[tru]", 1, .unexpectedByte(0x74)), ("[nul]", 1, .unexpectedByte(0x6E)),
            ("[.5]", 1, .unexpectedByte(0x2E)), ("x", 0, .unexpectedByte(0x78)),
        ] as [(String, Int, JSONError.Problem)]
    )
    func broken(text: String, offset: Int, problem: JSONError.Problem) {
        #expect(
            fault(text)
                == .invalidJSON(JSONError(offset: offset, problem: problem), field: "vector")
        )
    }

    @Test("A long literal is cut in a message")
    func excerpt() {
        let text = "1" + String(repeating: "0", count: 99)
        #expect(
            fault("[\(text)]")
                == .notFinite(field: "vector", element: 0, got: text.prefix(32) + "…")
        )
        #expect(
            fault("12")
                == .wrongType(
                    field: "vector",
                    element: nil,
                    expected: .arrayOfNumbers,
                    got: .number
                )
        )
    }
}
