import VectorStore

/// Ids in a file, one a line, as `-o ids` writes them.
enum IDList {
    /// Reads all ids; blank lines are passed over, a line that begins with a quote is a JSON
    /// string.
    static func read(_ path: String) throws -> [PointID] {
        let source = try ByteSource(path: path, unpacks: true)
        var ids: [PointID] = []
        while let range = try source.nextLine() {
            var line = Array(source.buffer[range])
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard !line.isEmpty else { continue }
            do {
                ids.append(try PointID(text(of: line)))
            } catch {
                let diagnostic = Diagnostic(explaining: error)
                throw diagnostic.located(file: path, line: source.lineNumber, isRow: false)
            }
        }
        return ids
    }

    private static func text(of line: [UInt8]) throws -> String {
        guard line.first == UInt8(ascii: "\"") else {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw Diagnostic(
                    code: 65,
                    kind: "invalid_utf8",
                    message: "the id is not UTF-8",
                    field: "id"
                )
            }
            return text
        }
        do throws(JSONError) {
            let literal = try JSONMinifier.minified(line.span)
            return try JSONString.decode(literal.span)
        } catch {
            throw Diagnostic(
                code: 65,
                kind: "invalid_json",
                message: "the id begins with a quote and is no JSON string",
                field: "id"
            )
        }
    }
}
