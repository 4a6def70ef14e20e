package import VectorizerSettings

/// An option that every command takes, as all readers of a command line know it.
///
/// The parser needs a declaration of its own, in ``GlobalOptions``. A new option is added there and
/// to ``all``, and every reader knows it; a test compares the two.
package struct GlobalOption: ScannedOption {
    /// What may stand behind its name.
    package enum Kind: Sendable, Equatable {
        case flag, directory, when
        /// A value of a setting, which it wins over.
        case setting(SettingKey)
    }

    /// Its long name, with its dashes.
    package let name: String
    /// Its short name, with its dash.
    package let short: String?
    package let kind: Kind
    package let takesAnyWord: Bool
    /// What was given, as text; nil for nothing.
    package let text: @Sendable (GlobalOptions) -> String?
    /// Sets what was given; text that is no value is nothing.
    private let assign: @Sendable (inout GlobalOptions, String?) -> Void

    /// All of them, in the order in which help and `set` list them.
    package static let all: [GlobalOption] = [
        GlobalOption("--data-dir", "-D", .directory, { $0.dataDir }) {
            $0.dataDir = $1 == "" ? nil : $1
        },
        GlobalOption("--output", "-o", .setting(.output), { $0.output?.rawValue }) {
            $0.output = $1.flatMap(OutputMode.init(rawValue:))
        },
        flag("--no-header", nil, { $0.hidesHeader }) { $0.hidesHeader = $1 },
        flag("--quiet", "-q", { $0.quiet }) { $0.quiet = $1 },
        flag("--verbose", "-v", { $0.verbose }) { $0.verbose = $1 },
        GlobalOption("--log-format", nil, .setting(.logFormat), { $0.logFormat?.rawValue }) {
            $0.logFormat = $1.flatMap(LogFormat.init(rawValue:))
        },
        GlobalOption("--color", nil, .when, { $0.color?.rawValue }) {
            $0.color = $1.flatMap(When.init(rawValue:))
        },
        GlobalOption("--progress", nil, .when, { $0.progress?.rawValue }) {
            $0.progress = $1.flatMap(When.init(rawValue:))
        },
        GlobalOption(
            "--wait",
            nil,
            .setting(.wait),
            takesAnyWord: true,
            { $0.wait.map(SettingKind.plain) },
            { $0.wait = $1.flatMap { Double($0) }.flatMap { waits.contains($0) ? $0 : nil } }
        ),
        flag("--yes", "-y", { $0.yes }) { $0.yes = $1 },
        flag("--dry-run", "-n", { $0.isDryRun }) { $0.isDryRun = $1 },
    ]

    /// Seconds that a lock can be waited for.
    static let waits = 0...1e6

    private init(
        _ name: String,
        _ short: String?,
        _ kind: Kind,
        takesAnyWord: Bool = false,
        _ text: @escaping @Sendable (GlobalOptions) -> String?,
        _ assign: @escaping @Sendable (inout GlobalOptions, String?) -> Void
    ) {
        (self.name, self.short, self.kind) = (name, short, kind)
        (self.takesAnyWord, self.text, self.assign) = (takesAnyWord, text, assign)
    }

    private static func flag(
        _ name: String,
        _ short: String?,
        _ isOn: @escaping @Sendable (GlobalOptions) -> Bool,
        _ set: @escaping @Sendable (inout GlobalOptions, Bool) -> Void
    ) -> GlobalOption {
        GlobalOption(name, short, .flag, { isOn($0) ? "on" : nil }, { set(&$0, $1 != nil) })
    }

    /// The option that is spelled so.
    static func named(_ name: String) -> GlobalOption? {
        name.utf8.count == 2 ? all.first { $0.short == name } : all.first { $0.name == name }
    }
}

extension GlobalOption {
    package var takesValue: Bool { kind != .flag }

    /// The setting that it wins over.
    package var setting: SettingKey? {
        if case .setting(let key) = kind { key } else { nil }
    }

    /// Whether a line of the shell can change what holds for the lines after it.
    package var standsInShell: Bool { kind != .directory }

    /// The values that it takes; nil for a flag.
    package var values: SettingKind? {
        switch kind {
        case .flag: nil
        case .directory: .path
        case .when: .choice(When.allValueStrings)
        case .setting(let key): key.kind
        }
    }

    /// Gives it a value, or for a flag turns it on.
    ///
    /// - Returns: false for a text that is no value, which changes nothing.
    package func give(_ value: String, to options: inout GlobalOptions) -> Bool {
        var changed = options
        assign(&changed, value)
        guard text(changed) != nil else { return false }
        options = changed
        return true
    }

    /// Sets what was given, or with nil takes it back; text that is no value is taken for nil.
    package func set(_ value: String?, in options: inout GlobalOptions) {
        assign(&options, value)
    }
}

extension GlobalOptions {
    /// Options of which none is given.
    package static let none: GlobalOptions = {
        var options = GlobalOptions()
        for option in GlobalOption.all { option.set(nil, in: &options) }
        return options
    }()

    /// The same options; where one is not given, what others say.
    package func over(_ others: GlobalOptions) -> GlobalOptions {
        filled { $0.text(others) }
    }

    /// The same options; where one is not given, what the environment says that can be a value.
    package func over(environment: [String: String]) -> GlobalOptions {
        filled { $0.setting.flatMap { environment[$0.variable] } }
    }

    /// The same options; where one is not given, what is said elsewhere and can be a value.
    func filled(_ value: (GlobalOption) -> String?) -> GlobalOptions {
        var filled = self
        for option in GlobalOption.all where option.text(self) == nil {
            if let value = value(option) { _ = option.give(value, to: &filled) }
        }
        return filled
    }
}
