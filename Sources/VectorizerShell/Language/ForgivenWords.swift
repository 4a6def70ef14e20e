/// What hands type that have learnt other shells.
package enum ForgivenWords {
    /// The words without the program's name or a dot in front of the command.
    package static func cleaned(_ words: [String]) -> [String] {
        var words = words
        if words.count > 1, words[0] == "vectorizer" { words.removeFirst() }
        guard let first = words.first else { return words }
        if first == "?" {
            words[0] = "help"
        } else if first.hasPrefix("."), first.dropFirst().first?.isLetter == true {
            words[0] = String(first.dropFirst())
        }
        return words
    }
}
