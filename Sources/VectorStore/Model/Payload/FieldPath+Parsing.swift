/// What is wrong in the text of a field path, and where.
package struct FieldPathSyntaxError: Error, Equatable, Sendable {
    /// What would have been right; the raw value is a phrase for a message.
    package enum Expected: String, Equatable, Sendable {
        case name = "a field name; one with odd characters stands in double quotes"
        case closingQuote = "a closing \""
        case end = "the end of the field name"
        case shorterPath = "at most 128 names in one path"
        case element = "[] for any element of an array, or [0] for one"
    }

    /// The column of the first character that does not fit, counted in characters from 1.
    package let position: Int
    /// The text found there; empty at the end.
    package let found: String
    package let expected: Expected
}

extension FieldPath {
    /// Reads a path from the whole of a text, such as `author."full name"`.
    package init(parsing text: String) throws(FieldPathSyntaxError) {
        var reader = FieldPathReader(source: text, index: text.startIndex)
        self = try reader.path()
        try reader.expectEnd()
    }

    /// Reads a list of paths between commas, such as `title,author."full name"`.
    package static func list(parsing text: String) throws(FieldPathSyntaxError) -> [FieldPath] {
        var reader = FieldPathReader(source: text, index: text.startIndex)
        var paths = [try reader.path()]
        while reader.skip(",") {
            paths.append(try reader.path())
        }
        try reader.expectEnd()
        return paths
    }
}

/// Reads field paths out of a longer text, for the options and for the filter language alike.
struct FieldPathReader {
    let source: String
    var index: String.Index

    var scalar: Unicode.Scalar? {
        index < source.endIndex ? source.unicodeScalars[index] : nil
    }

    /// Reads the longest path that begins here.
    mutating func path() throws(FieldPathSyntaxError) -> FieldPath {
        var names: [[UInt8]] = []
        repeat {
            try check(names.count)
            names.append(try component(isFirst: names.isEmpty))
        } while skip(".")
        return FieldPath(names: names)
    }

    /// Goes past one character if it is the given one, and tells whether it was.
    mutating func skip(_ expected: Unicode.Scalar) -> Bool {
        guard scalar == expected else { return false }
        source.unicodeScalars.formIndex(after: &index)
        return true
    }

    func expectEnd() throws(FieldPathSyntaxError) {
        guard index == source.endIndex else { throw failure(.end) }
    }

    /// Refuses another level behind so many.
    func check(_ count: Int) throws(FieldPathSyntaxError) {
        guard count < FieldPath.componentCountMax else { throw failure(.shorterPath) }
    }

    mutating func component(isFirst: Bool) throws(FieldPathSyntaxError) -> [UInt8] {
        if scalar == "\"" {
            return try quotedComponent()
        }
        let start = index
        while let scalar, FieldPath.continuesName(scalar) {
            if isFirst, index == start, !FieldPath.startsName(scalar) {
                break
            }
            source.unicodeScalars.formIndex(after: &index)
        }
        guard start < index else { throw failure(.name) }
        return Array(source.utf8[start..<index])
    }

    private mutating func quotedComponent() throws(FieldPathSyntaxError) -> [UInt8] {
        let start = index
        var name = ""
        _ = skip("\"")
        while let scalar, scalar != "\0" {
            source.unicodeScalars.formIndex(after: &index)
            if scalar == "\"", !skip("\"") {
                return Array(name.utf8)
            }
            name.unicodeScalars.append(scalar)
        }
        guard scalar == nil else { throw failure(.name) }
        index = start
        throw failure(.closingQuote)
    }

    func failure(_ expected: FieldPathSyntaxError.Expected) -> FieldPathSyntaxError {
        FieldPathSyntaxError(
            position: source[..<index].count + 1,
            found: String(source[index...].prefix(1)),
            expected: expected
        )
    }
}
