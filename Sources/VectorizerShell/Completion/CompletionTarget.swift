package import VectorizerCommands

/// What is being typed at the cursor, found by walking the command tree.
package struct CompletionTarget {
    /// What it may be.
    package enum Kind: Equatable, Sendable {
        case command
        case option
        case values([String])
        case collection
        case id
        /// One field's name, alone or as the last of a list.
        case field
        /// The last name of a filter, a field's or that of the id.
        case filterField
        case file(extensions: [String])
        case directory
        case nothing
    }

    package let kind: Kind
    /// The line's words, without the one at the cursor.
    package let words: [String]
    /// What has been typed of the word, without quotes.
    package let word: String
    /// Where the bytes to replace begin.
    package let start: Int
    /// The quote that is open.
    package let style: WordQuoting.Style
    /// What the words before belong to.
    package let shape: LineShape

    /// Whether a field's name is being typed, behind which more may follow at once.
    package var isField: Bool { kind == .field || kind == .filterField }

    /// Looks at the bytes before the cursor.
    ///
    /// - Returns: nil where nothing can be completed: inside JSON, behind a comment, in bytes that
    ///   are no line.
    package static func find(_ typed: [UInt8], root: HelpDump.Command) -> CompletionTarget? {
        var tokenizer = Tokenizer()
        guard tokenizer.take(upToCursor: typed) else { return nil }
        var start = tokenizer.wordStart
        let style: WordQuoting.Style
        switch tokenizer.mode {
        case .blank: (start, style) = (typed.count, .bare)
        case .word: style = .bare
        case .single: style = .single
        case .double: style = .double
        case .bracket, .comment: return nil
        case .pipe: return file(behindPipe: typed, root)
        }
        guard let word = String(validating: tokenizer.word, as: UTF8.self) else { return nil }
        let words = ForgivenWords.cleaned(tokenizer.words + [""]).dropLast()
        let shape = LineShape(words, root: root)
        let isQuoted = style != .bare && tokenizer.quoteStart > start + 1
        // A word put together of several quotes can't be replaced as one.
        guard !isQuoted else { return nil }
        if style != .bare { start = tokenizer.quoteStart }
        var skipped = valueStart(word, shape, style)
        var kind = kind(word, shape, root, hasValue: skipped > 0)
        let value = String(word.utf8.dropFirst(skipped)) ?? ""
        if kind == .filterField, value.hasPrefix("@") {
            kind = .file(extensions: [])
            skipped += 1
        }
        let isField = kind == .field || kind == .filterField
        if isField, isInString(word) { return nil }
        if isField {
            skipped = word.utf8.count - lastName(in: word).utf8.count
        } else if kind == .command, words.isEmpty, word.hasPrefix(".") {
            skipped = 1
        }
        let rest = String(word.utf8.dropFirst(skipped)) ?? ""
        return CompletionTarget(
            kind: kind,
            words: Array(words),
            word: rest,
            // What is skipped is plain text in all the places where something is.
            start: skipped == 0 ? start : typed.count - rest.utf8.count,
            style: style,
            shape: shape
        )
    }

    /// Behind a `|` files are completed; commands are the system shell's affair.
    private static func file(
        behindPipe typed: [UInt8],
        _ root: HelpDump.Command
    ) -> CompletionTarget {
        let end = typed.lastIndex { [Tokenizer.Sign.blank, Tokenizer.Sign.bar].contains($0) }
        let start = end.map { $0 + 1 } ?? typed.count
        return CompletionTarget(
            kind: .file(extensions: []),
            words: [],
            word: String(decoding: typed[start...], as: UTF8.self),
            start: start,
            style: .bare,
            shape: LineShape([], root: root)
        )
    }

    /// Where the value begins in `--option=value`; 0 where the word is no such thing.
    private static func valueStart(
        _ word: String,
        _ shape: LineShape,
        _ style: WordQuoting.Style
    ) -> Int {
        guard shape.openOption == nil, !shape.hasTerminator, word.hasPrefix("--"),
            style == .bare, let equals = word.utf8.firstIndex(of: Tokenizer.Sign.equals)
        else { return 0 }
        return word.utf8.distance(from: word.utf8.startIndex, to: equals) + 1
    }

    private static func kind(
        _ word: String,
        _ shape: LineShape,
        _ root: HelpDump.Command,
        hasValue: Bool
    ) -> Kind {
        if let option = shape.openOption { return kind(of: option) }
        if hasValue {
            let name = String(word.prefix { $0 != "=" })
            return shape.option(name).map { kind(of: $0) } ?? .nothing
        }
        if shape.asksForHelp { return .command }
        if !shape.hasTerminator, word.hasPrefix("-") { return .option }
        let isGroup = shape.command.subcommands?.isEmpty == false
        if isGroup { return shape.arguments.isEmpty ? .command : .nothing }
        return kind(ofArgument: shape)
    }

    private static func kind(ofArgument shape: LineShape) -> Kind {
        let positionals = shape.positionals
        let place = shape.arguments.count
        guard let argument = place < positionals.count ? positionals[place] : positionals.last,
            place < positionals.count || argument.isRepeating
        else { return .nothing }
        // The value of a setting depends on which one it is.
        if shape.command.commandName == SetCommand.name, place == 1 {
            let setting = ShellSetting.all.first { $0.name == shape.arguments.first?.word }
            return setting?.values.map(Kind.values) ?? .nothing
        }
        return kind(of: argument)
    }

    /// What an argument is, by how it is described.
    static func kind(of argument: HelpDump.Argument) -> Kind {
        if argument.isCollection { return .collection }
        if let values = argument.allValues, !values.isEmpty { return .values(values) }
        if let values = argument.completionKind?.list?.values { return .values(values) }
        if let file = argument.completionKind?.file { return .file(extensions: file.extensions) }
        if argument.completionKind?.directory != nil { return .directory }
        switch argument.valueName {
        case "id", "ids": return .id
        case "expr": return .filterField
        case "a,b", "field": return .field
        default: return .nothing
        }
    }

    /// Whether a filter's string is open, in which no name can stand.
    private static func isInString(_ text: String) -> Bool {
        !text.utf8.count(where: { $0 == Tokenizer.Sign.single }).isMultiple(of: 2)
    }

    /// The name that is being typed at the end of a filter or of a list of fields.
    private static func lastName(in text: String) -> String {
        let reversed = text.unicodeScalars.reversed().prefix { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || ["_", ".", "-", "$", "[", "]"].contains(scalar)
        }
        return String(String.UnicodeScalarView(reversed.reversed()))
    }
}
