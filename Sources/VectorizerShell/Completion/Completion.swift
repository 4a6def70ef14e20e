/// What a word at the cursor can go on as.
package struct Completion: Equatable, Sendable {
    /// Where the bytes that are replaced begin; they end at the cursor.
    package var start: Int
    /// What each possibility would stand there as, without what ends it.
    package var candidates: [Candidate] = []
    /// The last of all possibilities where there are more than were looked for, which are sorted.
    package var farthest: Candidate?

    /// Whether there are more than were looked for.
    package var isCut: Bool { farthest != nil }

    /// One possibility.
    package struct Candidate: Equatable, Sendable {
        /// What a list of possibilities shows.
        package var name: String
        /// What is typed.
        package var text: String
        /// What follows when it is the only one: the closing quote and a blank, or nothing.
        package var ending: String
    }

    /// What to put in the place of the bytes; nil when nothing is known.
    package var replacement: String? {
        guard let first = candidates.first else { return nil }
        guard candidates.count > 1 else { return first.text + first.ending }
        return Self.commonPrefix((candidates + [farthest].compactMap { $0 }).map(\.text))
    }

    /// The names for a list; what does not fit in it is told as such.
    package var shownNames: [String] {
        candidates.map(\.name) + (isCut ? ["…"] : [])
    }

    /// What all texts begin with, in whole characters.
    static func commonPrefix(_ texts: [String]) -> String {
        guard var common = texts.first.map({ Array($0.unicodeScalars) }) else { return "" }
        for text in texts.dropFirst() {
            let scalars = Array(text.unicodeScalars)
            let length = zip(common, scalars).prefix { $0 == $1 }.count
            common.removeLast(common.count - length)
        }
        var text = String.UnicodeScalarView(common)
        // A backslash keeps the sign that follows, and is nothing without it.
        let trailing = text.reversed().prefix { $0 == "\\" }.count
        if trailing % 2 == 1 { text.removeLast() }
        return String(text)
    }
}
