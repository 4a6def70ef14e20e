/// Writes numbers as the shortest JSON text that reads back to the very same bits.
package enum JSONNumber {
    /// Appends the value; what is not finite, and so not a JSON number, becomes `null`.
    package static func appendShortest(_ value: Float, to output: inout [UInt8]) {
        appendText(value.isFinite ? value.description : "null", to: &output)
    }

    /// Appends the value; what is not finite, and so not a JSON number, becomes `null`.
    package static func appendShortest(_ value: Double, to output: inout [UInt8]) {
        appendText(value.isFinite ? value.description : "null", to: &output)
    }

    /// Appends the integer in decimal.
    package static func append(_ value: Int, to output: inout [UInt8]) {
        appendText(value.description, to: &output)
    }

    /// Appends a vector as a JSON array.
    package static func append(_ vector: Span<Float>, to output: inout [UInt8]) {
        output.append(JSONByte.openBracket)
        for index in vector.indices {
            if index > 0 {
                output.append(JSONByte.comma)
            }
            appendShortest(vector[index], to: &output)
        }
        output.append(JSONByte.closeBracket)
    }

    /// Whether the bytes are one JSON number and nothing else.
    package static func isNumber(_ text: Span<UInt8>) -> Bool {
        var position = 0
        do throws(JSONError) {
            try JSONScanner.number(text, &position)
        } catch {
            return false
        }
        return position == text.count
    }

    private static func appendText(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe output.append(contentsOf: $0) }
    }
}
