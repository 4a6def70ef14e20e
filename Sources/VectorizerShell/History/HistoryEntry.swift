import VectorizerCommands

/// What a line typed at the prompt is worth remembering.
package enum HistoryEntry {
    /// Lines longer than this are remembered until the shell ends, and not written to the file: a
    /// pasted vector of 4096 numbers would push a hundred others out of it.
    package static let fileByteCountMax = 16 << 10

    /// Whether an entry may be kept at all: one with a secret, or with a blank in front, may not.
    package static func isKept(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != Tokenizer.Sign.blank else { return false }
        return !mayHoldSecret(text)
    }

    /// Whether an entry may be written to the file.
    package static func isFiled(_ text: String) -> Bool {
        isKept(text) && text.utf8.count <= fileByteCountMax
    }

    /// Whether a line is about keys, or has something in it that looks like one.
    ///
    /// A line that can't be taken apart is searched for the word itself.
    static func mayHoldSecret(_ text: String) -> Bool {
        if mayHoldKey(text) { return true }
        var tokenizer = Tokenizer()
        do throws(LineError) {
            var commands: [ShellLine] = []
            for line in text.utf8.split(separator: Tokenizer.Sign.lineEnd) {
                commands += try tokenizer.take(Array(line))
            }
            guard tokenizer.opening == nil else { return text.contains("keys") }
            return commands.contains { isAboutKeys($0) || $0.pipe?.contains("keys") == true }
        } catch {
            return text.contains("keys")
        }
    }

    private static func isAboutKeys(_ line: ShellLine) -> Bool {
        let words = ForgivenWords.cleaned(line.words)
        return ScannedLine(words).command == "keys" || words.first == "keys"
    }

    /// Something like a key, torn or misspelled: one line too many forgotten does no harm.
    private static func mayHoldKey(_ text: String) -> Bool {
        var rest = text.lowercased()[...]
        while let found = rest.firstRange(of: "vz_") {
            let key = rest[found.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if key.count >= 16, key.contains("_") { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    // MARK: One entry as one line of the file

    /// The entry as a line: line ends and backslashes are written as `\n` and `\\`.
    package static func line(for text: String) -> [UInt8] {
        var line: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case Tokenizer.Sign.lineEnd: line += Array(#"\n"#.utf8)
            case Tokenizer.Sign.backslash: line += Array(#"\\"#.utf8)
            default: line.append(byte)
            }
        }
        return line
    }

    /// The entry that a line of the file stands for; nil for an empty one or one that is no text.
    package static func text(of line: some Collection<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in line {
            if isEscaped {
                bytes.append(byte == UInt8(ascii: "n") ? Tokenizer.Sign.lineEnd : byte)
                isEscaped = false
            } else if byte == Tokenizer.Sign.backslash {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
