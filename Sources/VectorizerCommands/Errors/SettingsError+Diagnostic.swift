import VectorStore
package import VectorizerSettings

/// Sentences about settings, their file and the log's.
extension SettingsError {
    /// What the user is told.
    package var diagnostic: Diagnostic {
        switch self {
        case .unknownName(let name, let place): unknown(name, place)
        case .sectionName(let name): section(name)
        case .invalidVariable(let key, let value): badVariable(key, value)
        case .invalidValue(let key, let value, let place): badValue(key, value, place)
        case .invalidFile(let path, let line, let problem):
            badFile(path, line, problem)
        case .fileNotEditable(let path): uneditable(path)
        case .invalidLogPlace(let name, let value, let problem):
            badLogPlace(name, value, problem)
        case .inaccessible(let error, let directory): Diagnostic(error, lookedIn: directory)
        }
    }

    /// The command that tells what can be set, whatever is wrong with the file.
    private static let manual = "man 5 vectorizer-config"

    private func unknown(_ name: String, _ place: FilePlace?) -> Diagnostic {
        let near = Suggestion.nearest(to: name, in: SettingKey.allCases.map(\.rawValue))
        let question = near.map { ", did you mean '\($0)'?" } ?? ""
        let prefix = place.map { "\($0.path):\($0.line): " } ?? ""
        return Diagnostic(
            code: 78,
            kind: kind,
            message: "\(prefix)unknown setting '\(name)'\(question)",
            file: place?.path,
            line: place?.line,
            field: name,
            // What shows the settings needs the file in order.
            hint: place == nil ? "vectorizer config show" : Self.manual
        )
    }

    private func section(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: "\(name) is a section; its settings are \(name).listen and others",
            field: name
        )
    }

    private func badVariable(_ key: SettingKey, _ value: String) -> Diagnostic {
        let expected = key.kind.expected
        let words = if case .choice = key.kind { "one of \(expected)" } else { expected }
        return Diagnostic(
            code: 78,
            kind: kind,
            message: "\(key.variable) is '\(value)', expected \(words)",
            field: key.variable,
            expected: .text(expected),
            got: .text(value)
        )
    }

    private func badValue(_ key: SettingKey, _ value: String?, _ place: FilePlace) -> Diagnostic {
        let expected = key.kind.expected
        let got = value.map { "'\($0)'" } ?? "a list or section"
        return Diagnostic(
            code: 78,
            kind: kind,
            message: "\(place.path):\(place.line): \(key.rawValue) is \(got), expected \(expected)",
            file: place.path,
            line: place.line,
            field: key.rawValue,
            expected: .text(expected),
            got: .text(got),
            hint: Self.manual
        )
    }

    private func badFile(
        _ path: String,
        _ line: Int?,
        _ problem: SettingsFileProblem
    ) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: path + (line.map { ":\($0)" } ?? "") + ": " + problem.words,
            file: path,
            line: line
        )
    }

    private func uneditable(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: "\(path) is written in a way that can't be changed here; edit it by hand",
            file: path
        )
    }

    private func badLogPlace(
        _ name: String,
        _ value: String,
        _ problem: LogPlaceProblem
    ) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: "\(name) is '\(value)': \(problem.words)",
            field: name,
            got: .text(value),
            hint: Self.manual
        )
    }
}

extension SettingsFileProblem {
    fileprivate var words: String {
        switch self {
        case .isDirectory: "it is a directory"
        case .isNoRegularFile: "it is no regular file"
        case .isSymbolicLink: "it is a symbolic link"
        case .isTooLarge(let byteCountMax): "it has more than \(byteCountMax) bytes"
        case .isNotText: "it is not UTF-8 text"
        case .isNotYAML(let problem): "this is no YAML: \(problem)"
        case .isUnreadable(let problem): "it is no YAML: \(problem)"
        case .hasSeveralDocuments: "it has several documents"
        case .isNoMapping: "expected lines such as 'wait: 30'"
        case .nameIsNoText: "a name is no text"
        case .nameIsTwice(let name): "'\(name)' is set twice"
        }
    }
}

extension LogPlaceProblem {
    /// Why a log can't be there.
    var words: String {
        switch self {
        case .isDirectory: "it is a directory"
        case .isInStore: "what lies in store/ is the store's own"
        case .isFileOfStore: "that is a file of the store"
        }
    }
}

extension LogProblem {
    /// Why nothing is logged.
    var words: String {
        switch self {
        case .isNamedByOtherUser:
            "config.yaml belongs to another user, and names a log outside of the data directory"
        case .isNoRegularFile(let path): "\(path) is no regular file"
        case .isSymbolicLink(let path): "\(path) is a symbolic link"
        case .hasAnotherName(let path): "\(path) has another name, and may be another file by that"
        case .isProtected(let path): "\(path) belongs to another user, or is protected"
        case .unwritable(let path, let number): Diagnostic.system("write", path, number).message
        }
    }
}

extension SettingKey {
    /// What an error says of a limit that is set below the program's own.
    func explanation(of limit: Int) -> String {
        guard let text = defaultValue, let number = Int(text), limit < number else { return "" }
        return ", as \(rawValue) is set"
    }
}
