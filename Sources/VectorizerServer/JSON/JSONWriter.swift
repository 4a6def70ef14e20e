import VectorStore

/// Writes JSON straight into bytes, member by member, without a tree.
///
/// Commas are set where they belong. That every object and array is closed, and that members have
/// names, is what the closures of ``object(_:)`` and ``array(_:)`` see to.
package struct JSONWriter: Sendable {
    /// What was written.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Begins with nothing.
    ///
    /// - Parameter capacity: bytes for which memory is taken at once.
    package init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends an object.
    ///
    /// - Parameter body: writes the members.
    /// - Throws: what `body` throws.
    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Appends an array.
    ///
    /// - Parameter body: writes the elements.
    /// - Throws: what `body` throws.
    package mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Appends a member's name; its value comes next.
    package mutating func name(_ name: String) {
        begin()
        JSONString.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Appends a text.
    package mutating func value(_ text: String) {
        begin()
        JSONString.append(text, to: &bytes)
    }

    /// Appends a boolean.
    package mutating func value(_ boolean: Bool) {
        word(boolean ? "true" : "false")
    }

    /// Appends an integer.
    package mutating func value(_ integer: some FixedWidthInteger) {
        word(integer.description)
    }

    /// Appends a float as the shortest decimal that reads back as the same; null if not finite.
    package mutating func value(_ float: Float) {
        begin()
        JSONNumber.appendShortest(float, to: &bytes)
    }

    /// Appends a double as the shortest decimal that reads back as the same; null if not finite.
    package mutating func value(_ double: Double) {
        begin()
        JSONNumber.appendShortest(double, to: &bytes)
    }

    /// Appends a vector.
    package mutating func value(_ vector: Span<Float>) {
        begin()
        JSONNumber.append(vector, to: &bytes)
    }

    /// Appends null.
    package mutating func null() {
        word("null")
    }

    /// Appends a value that is JSON already, such as a stored payload.
    package mutating func raw(_ json: Span<UInt8>) {
        begin()
        bytes.append(copying: json)
    }

    /// Appends a value of a text that was read, without its blanks; of members with one name the
    /// last stays.
    package mutating func value(_ element: JSONElement) {
        switch element.node.kind {
        case .object:
            object { writer in
                for (name, value) in element.members {
                    writer.name(name)
                    writer.value(value)
                }
            }
        case .array, .numbers:
            array { writer in
                for value in element.elements { writer.value(value) }
            }
        default:
            let text = element.document.bytes
            raw(text.span.extracting(element.range))
        }
    }

    private mutating func word(_ word: String) {
        begin()
        bytes.append(contentsOf: word.utf8)
    }

    private mutating func open(_ bracket: UInt8) {
        begin()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func begin() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
