/// What a member of a request has to be.
///
/// A member that is null counts as absent everywhere: clients send null for all that is optional.
extension JSONElement {
    /// The member with a name; nil where it is missing or null.
    func optional(_ name: String) -> JSONElement? {
        member(name).flatMap { $0.isNull ? nil : $0 }
    }

    /// The member with a name, which must be there.
    func required(_ name: String) throws(RequestError) -> JSONElement {
        guard let member = member(name) else {
            throw .format("missing field `\(name)`", at: self)
        }
        return member
    }

    private func mismatch(_ expected: String) -> RequestError {
        .format("invalid type: \(kind.rawValue), expected \(expected)", at: self)
    }

    /// This value, which must be an object.
    @discardableResult
    func object() throws(RequestError) -> JSONElement {
        guard kind == .object else { throw mismatch("an object") }
        return self
    }

    /// The elements of this value, which must be an array.
    func array() throws(RequestError) -> [JSONElement] {
        guard kind == .array else { throw mismatch("an array") }
        return elements
    }

    /// The elements of this value if it is an array, else the value itself.
    var oneOrMany: [JSONElement] { kind == .array ? elements : [self] }

    /// Reads each element of this value, which must be an array.
    func list<Item>(
        _ item: (JSONElement) throws(RequestError) -> Item
    ) throws(RequestError) -> [Item] {
        var items: [Item] = []
        for element in try array() { items.append(try item(element)) }
        return items
    }

    func requireString() throws(RequestError) -> String {
        guard let string else { throw mismatch("a string") }
        return string
    }

    func requireBoolean() throws(RequestError) -> Bool {
        guard let boolean else { throw mismatch("a boolean") }
        return boolean
    }

    func requireUnsigned() throws(RequestError) -> UInt64 {
        guard let unsigned else { throw mismatch("an unsigned integer of 64 bits") }
        return unsigned
    }

    func requireDouble() throws(RequestError) -> Double {
        guard let double else { throw mismatch("a number that is finite") }
        return double
    }

    func requireFloat() throws(RequestError) -> Float {
        guard let float else { throw mismatch("a number that is finite as a float") }
        return float
    }

    /// The floats of this value, which must be an array of numbers that are finite as floats.
    func requireFloats() throws(RequestError) -> [Float] {
        guard let floats else {
            for element in try array() { _ = try element.requireFloat() }
            throw mismatch("an array of numbers")
        }
        guard floats.allSatisfy(\.isFinite) else {
            for element in elements { _ = try element.requireFloat() }
            throw mismatch("finite numbers")
        }
        return Array(floats)
    }

    /// One of several words.
    func requireWord<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type
    ) throws(RequestError) -> Word where Word.RawValue == String {
        let text = try requireString()
        guard let word = Word(rawValue: text) else {
            let words = type.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw .format("unknown variant `\(text)`, expected one of \(words)", at: self)
        }
        return word
    }

    /// A number of things, which must be at least 1.
    ///
    /// - Parameters:
    ///   - most: the greatest number that is of use; what is more becomes this.
    ///   - prefix: what stands in front of the path in the message.
    /// - Returns: the number.
    /// - Throws: 400 for what is no such number, 422 for 0.
    func requireCount(most: Int, prefix: String = "") throws(RequestError) -> Int {
        let count = try requireUnsigned()
        guard count > 0 else { throw .outOfRange(prefix + path(), "0", from: "1") }
        return Int(min(count, UInt64(most)))
    }

    /// A whole number, of which what is more than `Int` holds becomes the greatest one.
    func requireOffset() throws(RequestError) -> Int {
        Int(clamping: try requireUnsigned())
    }

    /// Refuses members with other names than these: a misspelt one would change what is meant.
    func allowOnly(_ names: Set<String>) throws(RequestError) {
        for (name, value) in try object().members where !names.contains(name) {
            throw .format("unknown field `\(name)`", at: value)
        }
    }

    /// Refuses members that stand for something that is not done here.
    func refuse(_ name: String, _ what: String) throws(RequestError) {
        if optional(name) != nil { throw .unsupported(what) }
    }
}
