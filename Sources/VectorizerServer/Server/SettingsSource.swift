package import VectorizerSettings

/// Where a server's settings come from, and what they mean together with how it was called.
package struct SettingsSource: Sendable {
    /// Reads the settings in force.
    package let read: @Sendable () throws -> Settings
    /// What they say of all requests.
    package let rules: @Sendable (Settings) -> ServerRules

    /// Takes both.
    package init(
        read: @escaping @Sendable () throws -> Settings,
        rules: @escaping @Sendable (Settings) -> ServerRules = { ServerRules($0) }
    ) {
        self.read = read
        self.rules = rules
    }
}
