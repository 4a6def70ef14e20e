package import VectorizerCommands

/// Puts the collection in use where a line leaves it out.
package struct ImpliedCollection {
    /// The collection in use.
    package let name: String
    /// The command tree.
    package let root: HelpDump.Command

    /// Takes the collection that `use` has named.
    package init(name: String, root: HelpDump.Command) {
        self.name = name
        self.root = root
    }

    /// What is not done to a collection that was not named.
    private static let namedOnly: Set = ["drop-collection", "rename-collection"]

    /// Returns the words with the collection.
    ///
    /// Where only one reading has room for what is given, that is it. Where both have, as in
    /// `get a b`, a first argument that names a collection is one.
    ///
    /// - Parameters:
    ///   - words: the line.
    ///   - exists: whether a collection of this name is there.
    /// - Returns: the line as the program itself would take it.
    package func filled(_ words: [String], exists: (String) -> Bool) -> [String] {
        let shape = LineShape(words, root: root)
        let positionals = shape.positionals
        guard let place = shape.commandPlace, !shape.hasHelpFlag, shape.openOption == nil,
            !Self.namedOnly.contains(words[place]),
            let first = positionals.first, first.isCollection, !first.isOptional
        else { return words }
        let given = shape.arguments.count
        let required = positionals.filter { !$0.isOptional }.count
        let room = positionals.contains { $0.isRepeating } ? Int.max : positionals.count
        if given >= required {
            if given >= room { return words }
            if let word = shape.arguments.first?.word, exists(word) { return words }
        }
        var filled = words
        filled.insert(name, at: place + 1)
        return filled
    }
}
