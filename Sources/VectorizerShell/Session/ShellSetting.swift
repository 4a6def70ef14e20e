package import VectorizerCommands
import VectorizerSettings

/// What `set` shows and changes: the options that hold for all lines, and what only a shell has.
package struct ShellSetting: Sendable {
    package let name: String
    /// The values it takes; nil for a number.
    package let values: [String]?
    /// What it takes, as errors say it.
    fileprivate let expected: String
    fileprivate let value: @Sendable (ShellSettings) -> String
    /// Changes it; false for what is no value of it.
    fileprivate let assign: @Sendable (inout ShellSettings, String) -> Bool

    /// All of them, in the order in which `set` shows them.
    package static let all =
        GlobalOption.all.filter(\.standsInShell).map(of) + [
            onOrOff("timing", { $0.isTimed }, { $0.isTimed = $1 }),
            onOrOff("pager", { $0.usesPager }, { $0.usesPager = $1 }),
            onOrOff("history", { $0.keepsHistory }, { $0.keepsHistory = $1 }),
        ]

    /// An option of all lines; one that turns something off is called by what it turns off.
    private static func of(_ option: GlobalOption) -> ShellSetting {
        guard let kind = option.values else {
            let isNegative = option.name.hasPrefix("--no-")
            return onOrOff(
                String(option.name.dropFirst(isNegative ? 5 : 2)),
                { (option.text($0.options) != nil) != isNegative },
                { option.set($1 != isNegative ? "" : nil, in: &$0.options) }
            )
        }
        let standard = option.setting.map { $0.defaultValue ?? "auto" } ?? When.auto.rawValue
        var values: [String]?
        if case .choice(let words) = kind {
            // Where nothing is given, a word that is no value itself stands for what holds then.
            values = words.contains(standard) ? words : [standard] + words
        }
        return ShellSetting(
            name: String(option.name.dropFirst(2)),
            values: values,
            expected: values?.joined(separator: ", ") ?? kind.expected,
            value: { option.text($0.options) ?? standard },
            assign: {
                if option.give($1, to: &$0.options) { return true }
                guard $1 == standard else { return false }
                option.set(nil, in: &$0.options)
                return true
            }
        )
    }

    private static func onOrOff(
        _ name: String,
        _ isOn: @escaping @Sendable (ShellSettings) -> Bool,
        _ turn: @escaping @Sendable (inout ShellSettings, Bool) -> Void
    ) -> ShellSetting {
        let words = ["on", "off"]
        return ShellSetting(
            name: name,
            values: words,
            expected: words.joined(separator: ", "),
            value: { words[isOn($0) ? 0 : 1] },
            assign: {
                turn(&$0, $1 == words[0])
                return words.contains($1)
            }
        )
    }

    /// The setting that is called so, or the one that may be meant.
    package static func named(_ name: String) throws(Diagnostic) -> ShellSetting {
        if let setting = all.first(where: { $0.name == name }) { return setting }
        let near = Suggestion.nearest(to: name, in: all.map(\.name))
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
package struct ShellSettings: Sendable {
    /// Options that each line has without naming them.
    package var options: GlobalOptions
    /// Whether each command is timed.
    package var isTimed = false
    /// Whether rows that don't fit the screen go through a pager.
    package var usesPager = true
    /// Whether lines are remembered.
    package var keepsHistory = true

    /// Takes what the shell was called with.
    package init(options: GlobalOptions) {
        self.options = options
    }

    /// What a setting is now.
    package func value(of setting: ShellSetting) -> String { setting.value(self) }

    /// Changes a setting.
    ///
    /// - Throws: a usage error for a value that it does not take.
    package mutating func set(_ setting: ShellSetting, _ value: String) throws(Diagnostic) {
        var changed = self
        guard setting.assign(&changed, value) else {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "'\(value)' is no value of \(setting.name), which takes "
                    + setting.expected,
                field: setting.name,
                expected: .text(setting.expected),
                got: .text(value)
            )
        }
        self = changed
    }
}
