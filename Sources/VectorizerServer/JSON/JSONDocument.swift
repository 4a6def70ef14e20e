import VectorStore

/// A JSON text that was read once, and its values.
///
/// Strings and numbers stay where they are in the text until somebody asks for them, so numbers
/// keep every digit. Arrays of numbers became floats while they were read.
package final class JSONDocument: Sendable {
    /// The deepest nesting of arrays and objects.
    package static let depthMax = 128
    /// The most values of one text: what a body of the largest size could cost in memory.
    package static let nodeCountMax = 4_000_000

    /// The text.
    package let bytes: [UInt8]
    let nodes: [JSONNode]
    let floats: [Float]

    /// Reads a text that is one value and nothing else.
    ///
    /// - Parameters:
    ///   - bytes: strict JSON in UTF-8.
    ///   - nodeCountMax: the most values that are read.
    /// - Throws: what is wrong with it, and in which line and column.
    package init(
        parsing bytes: [UInt8],
        nodeCountMax: Int = JSONDocument.nodeCountMax
    ) throws(JSONSyntaxError) {
        var reader = JSONDocumentReader(nodeCountMax: nodeCountMax)
        do throws(JSONError) {
            try reader.read(bytes.span)
        } catch {
            guard reader.hasTooManyValues else { throw JSONSyntaxError(error, in: bytes) }
            throw JSONSyntaxError(
                reason: "more than \(nodeCountMax) values",
                at: error.offset,
                in: bytes
            )
        }
        self.bytes = bytes
        nodes = reader.nodes
        floats = reader.floats
    }

    /// The one value that the text is.
    package var root: JSONElement { JSONElement(document: self, index: 0) }
}
