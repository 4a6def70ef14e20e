import VectorStore
import VectorizerSettings

/// The settings in force, for `config show` and `stats` alike.
enum SettingRows {
    /// One setting.
    struct Row {
        let key: String
        let value: OutputValue
        let source: SettingSource
    }

    /// All settings, in the order they are shown.
    ///
    /// - Parameters:
    ///   - context: the command's.
    ///   - isEffective: whether words that stand for a number are shown as the number.
    /// - Returns: a row for each.
    static func all(_ context: CommandContext, isEffective: Bool = false) -> [Row] {
        let options = context.options
        func row(_ key: String, _ value: When?) -> Row {
            let source: SettingSource = value == nil ? .builtIn : .option
            return Row(key: key, value: .text((value ?? .auto).rawValue), source: source)
        }
        let directory = options.dataDirectory
        let first = Row(
            key: "data_dir",
            value: .text(directory.value),
            source: directory.source
        )
        let shown = [row("color", options.asked.color), row("progress", options.asked.progress)]
        return [first] + shown
            + SettingKey.allCases.map { self.row(of: $0, options.settings, isEffective) }
    }

    /// One of those that can be set.
    static func row(of key: SettingKey, _ settings: Settings, _ isEffective: Bool = false) -> Row {
        let setting = settings[key]
        let value = isEffective ? effective(key, settings) : setting.value
        return Row(key: key.rawValue, value: key.kind.shown(value), source: setting.source)
    }

    private static func effective(_ key: SettingKey, _ settings: Settings) -> String {
        switch key {
        case .compactionThreads: "\(settings.compactionThreadCount)"
        case .batchRows: "\(settings.batchRowCount)"
        default: settings[key].value
        }
    }
}

extension SettingKind {
    /// How a row shows a value.
    fileprivate func shown(_ text: String) -> OutputValue {
        switch self {
        case .number, .numberOr, .rows: Int64(text).map { .integer($0) } ?? .text(text)
        case .seconds:
            Int64(text).map { .integer($0) } ?? Double(text).map { .double($0) } ?? .text(text)
        case .choice, .spanOr, .path, .levels, .address, .words, .rateOr: .text(text)
        }
    }
}
