package import VectorizerCommands

/// What `set` shows and changes.
package enum ShellSetting: String, CaseIterable, Sendable {
    case output, header, quiet, verbose
    case logFormat = "log-format"
    case color, progress, wait, yes
    case dryRun = "dry-run"
    case timing, pager, history

    /// The values it takes; nil for a number.
    package var values: [String]? {
        switch self {
        case .output: ["auto"] + OutputMode.allCases.map(\.rawValue)
        case .logFormat: MessageLog.Format.allCases.map(\.rawValue)
        case .color, .progress: When.allCases.map(\.rawValue)
        case .wait: nil
        case .header, .quiet, .verbose, .yes, .dryRun, .timing, .pager, .history: ["on", "off"]
        }
    }

    /// The setting that is called so, or the one that may be meant.
    package static func named(_ name: String) throws(Diagnostic) -> ShellSetting {
        if let setting = ShellSetting(rawValue: name) { return setting }
        let near = Suggestion.nearest(to: name, in: allCases.map(\.rawValue))
        let question = near.map { ", did you mean '\($0)'?" } ?? ""
        throw Diagnostic(
            code: 64,
            kind: "usage",
            message: "unknown setting '\(name)'\(question)",
            hint: "set"
        )
    }
}

/// The settings of a shell.
package struct ShellSettings {
    /// Options that each line has without naming them.
    package var options: StandingOptions
    /// Whether each command is timed.
    package var isTimed = false
    /// Whether rows that don't fit the screen go through a pager.
    package var usesPager = true
    /// Whether lines are remembered.
    package var keepsHistory = true

    /// Takes what the shell was called with.
    package init(options: StandingOptions) {
        self.options = options
    }

    /// What a setting is now.
    package func value(of setting: ShellSetting) -> String {
        switch setting {
        case .output: options.output?.rawValue ?? "auto"
        case .header: Self.word(!options.hidesHeader)
        case .quiet: Self.word(options.isQuiet)
        case .verbose: Self.word(options.isVerbose)
        case .logFormat: (options.logFormat ?? .text).rawValue
        case .color: (options.color ?? .auto).rawValue
        case .progress: (options.progress ?? .auto).rawValue
        case .wait: (options.waitSeconds ?? 10).formatted
        case .yes: Self.word(options.assumesYes)
        case .dryRun: Self.word(options.isDryRun)
        case .timing: Self.word(isTimed)
        case .pager: Self.word(usesPager)
        case .history: Self.word(keepsHistory)
        }
    }

    /// Changes a setting.
    ///
    /// - Throws: a usage error for a value that it does not take.
    package mutating func set(_ setting: ShellSetting, _ value: String) throws(Diagnostic) {
        if let values = setting.values, !values.contains(value) {
            throw Self.refusal(setting, value, values.joined(separator: ", "))
        }
        let isOn = value == "on"
        switch setting {
        case .output: options.output = OutputMode(rawValue: value)
        case .header: options.hidesHeader = !isOn
        case .quiet: options.isQuiet = isOn
        case .verbose: options.isVerbose = isOn
        case .logFormat: options.logFormat = MessageLog.Format(rawValue: value)
        case .color: options.color = When(rawValue: value)
        case .progress: options.progress = When(rawValue: value)
        case .wait:
            guard let seconds = Double(value), (0...1e6).contains(seconds) else {
                throw Self.refusal(setting, value, "seconds from 0 to 1000000")
            }
            options.waitSeconds = seconds
        case .yes: options.assumesYes = isOn
        case .dryRun: options.isDryRun = isOn
        case .timing: isTimed = isOn
        case .pager: usesPager = isOn
        case .history: keepsHistory = isOn
        }
    }

    private static func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }

    private static func refusal(
        _ setting: ShellSetting,
        _ value: String,
        _ expected: String
    ) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: "usage",
            message: "'\(value)' is no value of \(setting.rawValue), which takes \(expected)",
            field: setting.rawValue,
            expected: .text(expected),
            got: .text(value)
        )
    }
}

extension Double {
    /// Without a fraction that is zero.
    fileprivate var formatted: String {
        self == rounded() && abs(self) < 1e15 ? "\(Int64(self))" : "\(self)"
    }
}
