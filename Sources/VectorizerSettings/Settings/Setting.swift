/// A setting's value and where it came from.
package struct Setting<Value: Sendable>: Sendable {
    package let value: Value
    package let source: SettingSource

    /// Makes a setting of its two parts.
    package init(value: Value, source: SettingSource) {
        self.value = value
        self.source = source
    }
}

/// Where a setting came from; later ones win over earlier ones.
package enum SettingSource: String, Sendable {
    case builtIn = "default"
    case file
    case environment
    case option
}
