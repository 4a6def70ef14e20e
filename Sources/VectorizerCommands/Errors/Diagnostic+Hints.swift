import VectorizerSettings

extension Diagnostic {
    /// The same error with a hint that can be pasted as it stands.
    ///
    /// A hint that is the line itself is made from its words; any other command gets the line's
    /// own data directory, or it would look into the usual one.
    func withWholeHint(tokens: [String], dataDirectory: Setting<String>?) -> Diagnostic {
        var told = self
        if let repeatingWith {
            let end = tokens.firstIndex(of: "--") ?? tokens.endIndex
            let kept = Self.without(repeatingWith.first, in: tokens[..<end])
            let place = Self.dataDirectoryWords(for: tokens, dataDirectory)
            let words = ["vectorizer"] + place + kept + repeatingWith + tokens[end...]
            told.hint = words.map(ShellWord.quoted).joined(separator: " ")
        } else if let hint, let dataDirectory, dataDirectory.source == .option {
            let program = "vectorizer "
            let isAimed = ["help", "-D"].contains { hint.hasPrefix(program + $0 + " ") }
            if hint.hasPrefix(program), !isAimed {
                let directory = ShellWord.quoted(dataDirectory.value)
                told.hint = program + "-D \(directory) " + hint.dropFirst(program.count)
            }
        }
        return told
    }

    /// What a line lacks that was typed in a shell which was started with a data directory.
    private static func dataDirectoryWords(
        for tokens: [String],
        _ dataDirectory: Setting<String>?
    ) -> [String] {
        guard let dataDirectory, dataDirectory.source == .option,
            ScannedLine(tokens).options.dataDir == nil
        else { return [] }
        return ["-D", dataDirectory.value]
    }

    /// Words but for an option and its value, which are given anew.
    private static func without(_ option: String?, in tokens: ArraySlice<String>) -> [String] {
        guard let option else { return Array(tokens) }
        var kept: [String] = []
        var isValue = false
        for token in tokens {
            if isValue {
                isValue = false
            } else if token == option {
                isValue = true
            } else if !token.hasPrefix(option + "=") {
                kept.append(token)
            }
        }
        return kept
    }
}

/// A word as a shell reads it, for hints that can be pasted.
package enum ShellWord {
    /// Quotes a word that a shell would otherwise split or expand.
    package static func quoted(_ word: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@,%")
        guard word.isEmpty || !word.allSatisfy(plain.contains) else { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
