import VectorStore

extension JSONElement {
    /// This value without blanks, members in their order and numbers as they were written; of
    /// members with one name the last stays, in the place of the first.
    package var minified: [UInt8] {
        var minifier = JSONMinifier()
        let text = document.bytes
        var bytes: [UInt8] = []
        do throws(JSONError) {
            try minifier.minify(text.span.extracting(range), into: &bytes)
            return bytes
        } catch {
            // A name was given twice: all else was seen to be right when the text was read.
            var writer = JSONWriter(capacity: range.count)
            writer.value(self)
            return writer.bytes
        }
    }
}
