/// The way to a member of a payload: one name per level of nesting.
///
/// In text, components are joined by dots, and a component with odd characters stands in double
/// quotes, in which `""` is one quote: `author."full name"`. Names are compared as UTF-8 bytes, so
/// a
/// composed and a decomposed letter are different names, as they are in JSON.
package struct FieldPath: Hashable, Sendable {
    /// A payload nests no deeper than this, so a longer path could never lead anywhere.
    package static let componentCountMax = 128

    /// The decoded names, outermost first, as UTF-8.
    package let components: [[UInt8]]

    /// Makes the path from decoded member names, outermost first.
    package init(components: [String]) {
        self.init(names: components.map { Array($0.utf8) })
    }

    init(names: [[UInt8]]) {
        precondition(!names.isEmpty, "a field path names at least one member")
        precondition(names.count <= Self.componentCountMax, "a field path this long leads nowhere")
        precondition(!names.contains { $0.contains(0) }, "a field path has no NUL character")
        components = names
    }
}

extension FieldPath: CustomStringConvertible {
    /// The one canonical text of this path, which reads back as the same path.
    package var description: String {
        let texts = components.indices.map { index in
            Self.written(components[index], isFirst: index == 0)
        }
        let joined = texts.joined(separator: ".")
        guard components.count == 1, Self.isKeyword(joined) else { return joined }
        return "\"\(joined)\""
    }

    /// A decoded name as it stands in a path: in quotes if it has odd characters.
    static func written(_ name: [UInt8], isFirst: Bool) -> String {
        let name = String(decoding: name, as: UTF8.self)
        return isPlain(name, isFirst: isFirst) ? name : quoted(name)
    }

    /// Tells whether a name needs no quotes.
    private static func isPlain(_ name: String, isFirst: Bool) -> Bool {
        let scalars = name.unicodeScalars
        guard let first = scalars.first, !isFirst || startsName(first) else { return false }
        return scalars.allSatisfy(continuesName)
    }

    private static func quoted(_ name: String) -> String {
        let doubled = name.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
        return "\"\(doubled)\""
    }
}

extension FieldPath {
    /// Tells whether the filter language keeps this word for itself, in any case of letters.
    static func isKeyword(_ word: String) -> Bool {
        keywords.contains(word.lowercased())
    }

    /// Tells whether a path without quotes may begin with this character.
    static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isIDStart
    }

    /// Tells whether a name without quotes may go on with this character.
    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar.properties.isIDContinue
    }

    private static let keywords: Set<String> = [
        "and", "or", "not", "in", "contains", "prefix", "exists", "is", "null", "true", "false",
    ]
}
