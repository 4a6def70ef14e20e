package import VectorStore

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

    /// Appends a point with vectors in any fields: `{"id":…,"vectors":{"NAME":…},"payload":{…}}`.
    ///
    /// The vector without a name is the member `vector`, as it is in collections that have no
    /// other. A point without vectors has neither.
    ///
    /// - Parameters:
    ///   - id: the point's id.
    ///   - vectors: its vectors.
    ///   - payload: a minified JSON object.
    ///   - chunk: takes the line.
    package func append(
        id: String,
        vectors: [NamedVector],
        payload: Span<UInt8>,
        to chunk: inout [UInt8]
    ) {
        chunk.append(contentsOf: #"{"id":"#.utf8)
        JSONString.append(id, to: &chunk)
        for vector in vectors where vector.field.isEmpty {
            chunk.append(contentsOf: #","vector":"#.utf8)
            vector.vector.append(to: &chunk)
        }
        let named = vectors.filter { !$0.field.isEmpty }
        for (place, vector) in named.enumerated() {
            chunk.append(contentsOf: (place == 0 ? #","vectors":{"# : ",").utf8)
            JSONString.append(vector.field, to: &chunk)
            chunk.append(UInt8(ascii: ":"))
            vector.vector.append(to: &chunk)
        }
        if !named.isEmpty { chunk.append(UInt8(ascii: "}")) }
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
