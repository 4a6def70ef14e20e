import VectorStore

/// Writes points as CSV with the columns id, vector and payload, as RFC 4180 describes it.
///
/// Nothing is added to or taken from an id, so one that begins with `=`, `+`, `-` or `@` may be
/// taken for a formula by a spreadsheet program.
package struct CSVWriter: ExportWriter {
    private var scratch: [UInt8] = []

    package init() {}

    package mutating func begin(into chunk: inout [UInt8]) {
        chunk.append(contentsOf: "id,vector,payload\r\n".utf8)
    }

    package mutating func append(
        id: String,
        vector: Span<Float>,
        payload: Span<UInt8>,
        to chunk: inout [UInt8]
    ) {
        Self.append(field: id.utf8, to: &chunk)
        chunk.append(UInt8(ascii: ","))
        chunk.append(UInt8(ascii: "\""))
        JSONNumber.append(vector, to: &chunk)
        chunk.append(contentsOf: "\",".utf8)
        scratch.removeAll(keepingCapacity: true)
        scratch.append(copying: payload)
        Self.append(field: scratch, to: &chunk)
        chunk.append(contentsOf: "\r\n".utf8)
    }

    /// Appends a field, in quotes where it needs them.
    package static func append(field: some Collection<UInt8>, to chunk: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let needsQuotes = field.contains {
            $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D
        }
        guard needsQuotes else {
            chunk.append(contentsOf: field)
            return
        }
        chunk.append(quote)
        for byte in field {
            chunk.append(byte)
            if byte == quote {
                chunk.append(quote)
            }
        }
        chunk.append(quote)
    }
}
