extension SettingsFile {
    /// The text of a file with one setting changed; all other lines and comments stay.
    ///
    /// - Parameters:
    ///   - key: the setting.
    ///   - value: its new value.
    ///   - text: the file as it is.
    ///   - path: the file, for errors.
    /// - Returns: the whole text.
    /// - Throws: `.fileNotEditable` when the file is written in a way that this can't edit.
    package static func text(
        setting key: SettingKey,
        to value: String,
        in text: String,
        path: String
    ) throws(SettingsError) -> String {
        let before = try SettingsFile(path: path, text: text)
        var lines = lines(of: text)
        if let line = before.entries[key]?.line, line <= lines.count {
            // In a section the name is shorter, and stands behind blanks.
            let blanks = lines[line - 1].prefix { $0 == " " }
            let name = blanks.isEmpty ? key.rawValue : key.nameInSection
            let entry = blanks + name + ": " + scalar(value)
            lines[line - 1] = entry + comment(of: lines[line - 1])
        } else {
            // Line ends as those of the file.
            let end = lines.first?.utf8.last == UInt8(ascii: "\r") ? "\r" : ""
            if lines.last?.isEmpty == true { lines.removeLast() }
            lines += [key.rawValue + ": " + scalar(value) + end, ""]
        }
        return try checked(lines, after: before, key, key.kind.canonical(value))
    }

    /// The text of a file without one setting; all other lines and comments stay.
    ///
    /// - Parameters:
    ///   - key: the setting.
    ///   - text: the file as it is.
    ///   - path: the file, for errors.
    /// - Returns: the whole text.
    /// - Throws: `.fileNotEditable` when the file is written in a way that this can't edit.
    package static func text(
        unsetting key: SettingKey,
        in text: String,
        path: String
    ) throws(SettingsError) -> String {
        let before = try SettingsFile(path: path, text: text)
        var lines = lines(of: text)
        if let line = before.entries[key]?.line, line <= lines.count { lines.remove(at: line - 1) }
        return try checked(lines, after: before, key, nil)
    }

    private static func lines(of text: String) -> [String] {
        // Over bytes: CR and LF are one `Character`.
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Whatever way the file is written in, exactly this one setting must have changed.
    private static func checked(
        _ lines: [String],
        after before: SettingsFile,
        _ key: SettingKey,
        _ value: String?
    ) throws(SettingsError) -> String {
        let edited = lines.joined(separator: "\n")
        if let after = whatWasWritten(edited, before.path), after[key]?.text == value {
            let others = SettingKey.allCases.filter { $0 != key }
            if others.allSatisfy({ after[$0]?.text == before.entries[$0]?.text }) { return edited }
        }
        throw .fileNotEditable(path: before.path)
    }

    private static func whatWasWritten(_ text: String, _ path: String) -> [SettingKey: Entry]? {
        do {
            return try SettingsFile(path: path, text: text).entries
        } catch {
            return nil
        }
    }

    /// A value as YAML has it on one line.
    private static func scalar(_ value: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-=,")
        let isPlain =
            !["null", "Null", "NULL"].contains(value)
            && value.first.map { $0.isLetter || $0.isNumber || $0 == "/" } == true
            && value.allSatisfy(plain.contains)
        guard !isPlain else { return value }
        return "'" + value.replacing("'", with: "''") + "'"
    }

    /// The comment at the end of a line, with the blanks before it.
    private static func comment(of line: String) -> String {
        var quote: Character?
        var last: Character = ":"
        for place in line.indices {
            let sign = line[place]
            if let open = quote {
                if sign == open { quote = nil }
            } else if sign == "'" || sign == "\"" {
                if last == " " || last == ":" { quote = sign }
            } else if sign == "#", last == " " || last == "\t" {
                let blanks = line[..<place].reversed().prefix { $0 == " " || $0 == "\t" }
                return String(blanks.reversed()) + line[place...]
            }
            last = sign
        }
        return line.utf8.last == UInt8(ascii: "\r") ? "\r" : ""
    }
}
