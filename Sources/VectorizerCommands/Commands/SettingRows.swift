/// The settings in force, for `config show` and `stats` alike.
enum SettingRows {
    /// One setting.
    struct Row {
        let key: String
        let value: OutputValue
        let source: SettingSource
    }

    /// All settings, in the order they are shown.
    static func all(_ context: CommandContext) -> [Row] {
        let options = context.options
        let given = context.options.given
        func row(_ key: String, _ value: OutputValue, _ isGiven: Bool) -> Row {
            Row(key: key, value: value, source: isGiven ? .option : .builtIn)
        }
        return [
            Row(
                key: "data_dir",
                value: .text(options.dataDirectory.value),
                source: options.dataDirectory.source
            ),
            Row(
                key: "output",
                value: .text(options.output.value.rawValue),
                source: options.output.source
            ),
            row("color", .text(options.color.rawValue), given.contains(.color)),
            row("progress", .text(options.progress.rawValue), given.contains(.progress)),
            row("wait", .double(options.waitSeconds), given.contains(.wait)),
            row("log_format", .text(options.logFormat.rawValue), given.contains(.logFormat)),
            row("durability", .text("full"), false),
            row("batch_rows", .integer(Int64(InsertRun.BatchLimits.defaultRowCount)), false),
            row("batch_bytes", .integer(Int64(InsertRun.BatchLimits.defaultByteCount)), false),
            Row(
                key: "compaction",
                value: .text(options.compaction.value.rawValue),
                source: options.compaction.source
            ),
            Row(
                key: "compaction_threshold",
                value: .integer(Int64(options.compactionThreshold.value)),
                source: options.compactionThreshold.source
            ),
        ]
    }
}
