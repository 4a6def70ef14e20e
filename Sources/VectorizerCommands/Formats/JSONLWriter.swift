import VectorStore

/// Writes points as lines: `{"id":…,"vector":[…],"payload":{…}}`.
package struct JSONLWriter: ExportWriter {
    package init() {}

    package mutating func append(
        id: String,
        vector: Span<Float>,
        payload: Span<UInt8>,
        to chunk: inout [UInt8]
    ) {
        chunk.append(contentsOf: #"{"id":"#.utf8)
        JSONString.append(id, to: &chunk)
        chunk.append(contentsOf: #","vector":"#.utf8)
        JSONNumber.append(vector, to: &chunk)
        PayloadLinesWriter.append(payload, to: &chunk)
    }
}

/// Writes ids and payloads as lines, beside a file that has only vectors.
package struct PayloadLinesWriter: Sendable {
    package init() {}

    /// Appends `{"id":…,"payload":{…}}` and a line feed.
    package func append(id: String, payload: Span<UInt8>, to chunk: inout [UInt8]) {
        chunk.append(contentsOf: #"{"id":"#.utf8)
        JSONString.append(id, to: &chunk)
        Self.append(payload, to: &chunk)
    }

    /// Ends a line with its payload.
    fileprivate static func append(_ payload: Span<UInt8>, to chunk: inout [UInt8]) {
        chunk.append(contentsOf: #","payload":"#.utf8)
        chunk.append(copying: payload)
        chunk.append(contentsOf: "}\n".utf8)
    }
}
