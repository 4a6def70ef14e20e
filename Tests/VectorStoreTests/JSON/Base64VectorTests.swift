import Foundation
import TestSupport
import Testing
import VectorStore

/// Vectors that are written as base64 of their floats.
@Suite struct Base64VectorTests {
    private func parse(_ text: String, dimension: Int? = nil) throws(PointRowError) -> [Float] {
        var vector: [Float] = [9]
        do throws(PointRowError) {
            try JSONVector.parse(Array(text.utf8).span, dimension: dimension, into: &vector)
        } catch {
            #expect(vector == [9], "a fault leaves the vector as it was")
            throw error
        }
        return Array(vector.dropFirst())
    }

    private func fault(_ text: String, dimension: Int? = nil) -> PointRowError? {
        do throws(PointRowError) {
            _ = try parse(text, dimension: dimension)
            return nil
        } catch {
            return error
        }
    }

    private func base64(_ vector: [Float]) -> String {
        vector.withUnsafeBytes { Data($0).base64EncodedString() }
    }

    @Test("What was encoded comes back bit for bit, quoted or not", arguments: UInt64(0)..<64)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let vector = (0..<Int(seed) + 1).map { _ in Float.random(in: -1e9...1e9, using: &random) }
        let text = base64(vector)
        let escaped = text.replacing("/", with: "\\/").replacing("+", with: "\\u002b")
        let unpadded = text.replacing("=", with: "")
        for text in [
            text, "\"\(text)\"", " \"\(escaped)\" ", unpadded, "\"\(unpadded)\"", text + "\n",
        ] {
            #expect(try parse(text, dimension: vector.count) == vector)
            #expect(try parse(text) == vector)
        }
    }

    @Test("Another number of floats is told as such, another number of bytes in bytes")
    func lengths() {
        #expect(
            fault("\"AACAPw==\"", dimension: 4)
                == .dimensionMismatch(field: "vector", expected: 4, got: 1)
        )
        #expect(
            fault("AACAPwAAgD8=", dimension: 1)
                == .dimensionMismatch(field: "vector", expected: 1, got: 2)
        )
        #expect(
            fault("\"\"", dimension: 4) == .dimensionMismatch(field: "vector", expected: 4, got: 0)
        )
        #expect(fault("\"\"") == .dimensionMismatch(field: "vector", expected: 1, got: 0))
        #expect(
            fault("\"AACAPwA=\"", dimension: 4)
                == .base64ByteCount(field: "vector", expected: 16, got: 5)
        )
        #expect(
            fault("\"AAAA\"") == .base64ByteCount(field: "vector", expected: nil, got: 3)
        )
    }

    @Test("Only the strict alphabet is taken, and only whole bytes")
    func alphabet() {
        for (text, offset, got) in [
            ("AACA-w==", 4, "-"), ("AACAP_==", 5, "_"), ("AACA Pw==", 4, " "), ("=ACAPw==", 0, "="),
            ("AACAPw=", 6, "="), ("AACAPx==", 5, "x"), ("hello, world", 5, ","),
            ("AA=APw==", 2, "="), ("AACAP===", 5, "="),
        ] as [(String, Int, Character)] {
            #expect(
                fault("\"\(text)\"", dimension: 1)
                    == .notBase64(field: "vector", offset: offset, got: got.asciiValue)
            )
        }
        #expect(
            fault("\"AACAP\"") == .notBase64(field: "vector", offset: 5, got: nil)
        )
        #expect(
            fault("AACAPw==!") == .notBase64(field: "vector", offset: 6, got: UInt8(ascii: "="))
        )
    }

    @Test("Numbers that are not finite are refused with their element")
    func notFinite() {
        #expect(
            fault("\"\(base64([1, .infinity]))\"", dimension: 2)
                == .notFinite(field: "vector", element: 1, got: "inf")
        )
        #expect(
            fault(base64([.nan, 1]), dimension: 2)
                == .notFinite(field: "vector", element: 0, got: Float.nan.description)
        )
    }

    @Test("Words and numbers without quotes are told as what they are")
    func words() {
        #expect(
            fault("1234567")
                == .wrongType(
                    field: "vector",
                    element: nil,
                    expected: .arrayOfNumbers,
                    got: .number
                )
        )
        #expect(
            fault("false")
                == .wrongType(field: "vector", element: nil, expected: .arrayOfNumbers, got: .bool)
        )
        #expect(
            fault("")
                == .invalidJSON(JSONError(offset: 0, problem: .unexpectedEnd), field: "vector")
        )
    }

    @Test("A row's string is decoded, whatever stands beside it")
    func inRows() throws {
        var parser = PointRowParser(dimension: 2)
        var (vector, payload): ([Float], [UInt8]) = ([], [])
        let line = #"{"vector":"\#(base64([1, -2.5]))","id":7,"lang":"en"}"#
        let id = try parser.parse(Array(line.utf8).span, vector: &vector, payload: &payload)
        #expect(id == "7" && vector == [1, -2.5])
        #expect(String(decoding: payload, as: UTF8.self) == #"{"lang":"en"}"#)
    }
}
