/// The long description of a command, taken apart into what a manual page sets differently.
struct Discussion {
    enum Block: Equatable {
        /// Lines that run together.
        case paragraph([String])
        /// Lines that stand as they are.
        case literal([String])
    }

    /// The description.
    private(set) var blocks: [Block] = []
    /// What followed a line `Examples:`.
    private(set) var examples: [Block] = []
    /// The codes listed behind a line such as `Exit codes:`, which help needs and a page does not.
    private(set) var exitCodes: [Int32] = []

    private enum Section { case description, examples, exitCodes }

    init(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var section = Section.description
        while let line = lines.first {
            if Self.isBlank(line) {
                lines.removeFirst()
            } else if Self.isIndented(line) {
                add(Self.takeLiteral(&lines), to: section)
            } else if let next = Self.section(introducedBy: line) {
                section = next
                lines.removeFirst()
            } else {
                section = .description
                blocks.append(.paragraph(Self.takeParagraph(&lines)))
            }
        }
    }

    private mutating func add(_ literal: [String], to section: Section) {
        switch section {
        case .description: blocks.append(.literal(literal))
        case .examples: examples.append(.literal(literal))
        case .exitCodes:
            exitCodes += literal.compactMap { Int32($0.prefix { $0.isNumber }) }
        }
    }

    private static func section(introducedBy line: Substring) -> Section? {
        if line == "Examples:" || line == "Example:" { return .examples }
        return line.hasPrefix("Exit codes") && line.hasSuffix(":") ? .exitCodes : nil
    }

    /// Up to a blank or indented line, or to the examples.
    private static func takeParagraph(_ lines: inout ArraySlice<Substring>) -> [String] {
        let end = lines.dropFirst().firstIndex {
            isBlank($0) || isIndented($0) || section(introducedBy: $0) != nil
        }
        let paragraph = lines[..<(end ?? lines.endIndex)]
        lines = lines[(end ?? lines.endIndex)...]
        return paragraph.map(trimmedEnd)
    }

    /// Indented lines and the blank ones between them, without what they are all indented by.
    private static func takeLiteral(_ lines: inout ArraySlice<Substring>) -> [String] {
        let end = lines.firstIndex { !isBlank($0) && !isIndented($0) } ?? lines.endIndex
        var literal = lines[..<end]
        lines = lines[end...]
        while let last = literal.last, isBlank(last) { literal.removeLast() }
        let indents = literal.filter { !isBlank($0) }.map { $0.prefix { $0 == " " }.count }
        let common = indents.min() ?? 0
        return literal.map { trimmedEnd($0.dropFirst(common)) }
    }

    private static func isBlank(_ line: Substring) -> Bool {
        line.allSatisfy { $0 == " " || $0 == "\t" }
    }

    private static func isIndented(_ line: Substring) -> Bool {
        line.first == " " || line.first == "\t"
    }

    private static func trimmedEnd(_ line: Substring) -> String {
        String(line.dropLast(line.reversed().prefix { $0 == " " || $0 == "\t" }.count))
    }
}
