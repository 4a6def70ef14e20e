/// What is wrong with a piece of JSON text, and where.
package struct JSONError: Error, Equatable, Sendable {
    /// One way in which text fails to be JSON as this store accepts it.
    package enum Problem: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case invalidUTF8
        case duplicateMember(name: String)
        case tooDeep(limit: Int)
        case badNumber
        case badEscape
        case loneSurrogate
        case controlCharacter(UInt8)
        case trailingContent
    }

    /// The byte offset from the beginning of the text that was given.
    package var offset: Int
    package var problem: Problem

    package init(offset: Int, problem: Problem) {
        self.offset = offset
        self.problem = problem
    }

    /// The fault at a place where the text either ends or goes on with a byte that can't be there.
    package static func unexpected(_ text: Span<UInt8>, at offset: Int) -> JSONError {
        guard offset < text.count else {
            return JSONError(offset: text.count, problem: .unexpectedEnd)
        }
        return JSONError(offset: offset, problem: .unexpectedByte(text[offset]))
    }
}
