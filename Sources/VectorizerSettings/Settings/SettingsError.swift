package import VectorStore

/// Everything that can be wrong with settings, as facts.
package enum SettingsError: Error, Equatable, Sendable {
    /// No setting has the name; the place is nil for a name that no file has.
    case unknownName(String, at: FilePlace?)
    /// The name is that of a section, whose settings have names of their own.
    case sectionName(String)
    /// An environment variable does not have a value that its setting takes.
    case invalidVariable(SettingKey, value: String)
    /// A file does not have a value that a setting takes; nil is a list or a section.
    case invalidValue(SettingKey, value: String?, at: FilePlace)
    /// A file can't be understood.
    case invalidFile(path: String, line: Int?, problem: SettingsFileProblem)
    /// A file is written in a way that can't be edited line by line.
    case fileNotEditable(path: String)
    /// The log can't be where a setting or a variable of this name wants it.
    case invalidLogPlace(name: String, value: String, problem: LogPlaceProblem)
    /// The file, or the data directory that it lies in, can't be read or trusted.
    case inaccessible(VectorStoreError, dataDirectory: String)

    /// The name by which programs tell errors apart; it never changes.
    package var kind: String {
        switch self {
        case .unknownName, .sectionName: "unknown_setting"
        case .invalidVariable, .invalidValue, .invalidLogPlace: "invalid_setting"
        case .invalidFile: "invalid_settings_file"
        case .fileNotEditable: "settings_file_not_editable"
        case .inaccessible(let error, _): error.kind
        }
    }
}

extension SettingsError {
    /// A line of a settings file.
    package struct FilePlace: Equatable, Sendable {
        package let path: String
        package let line: Int

        /// Names a line, counted from 1.
        package init(path: String, line: Int) {
            (self.path, self.line) = (path, line)
        }
    }
}

/// What is wrong with a settings file as a whole, or with one of its lines.
package enum SettingsFileProblem: Equatable, Sendable {
    case isDirectory, isNoRegularFile, isSymbolicLink
    case isTooLarge(byteCountMax: Int)
    case isNotText
    /// What the YAML parser says.
    case isNotYAML(String)
    /// What the YAML parser says of something else than the text.
    case isUnreadable(String)
    case hasSeveralDocuments
    case isNoMapping
    case nameIsNoText
    case nameIsTwice(String)
}

/// Why a log can't be where it is wanted.
package enum LogPlaceProblem: Equatable, Sendable {
    case isDirectory
    case isInStore
    case isFileOfStore
}
