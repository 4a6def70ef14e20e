import VectorStore

extension Settings {
    /// Where the store is: by an option, or by the environment.
    ///
    /// - Parameters:
    ///   - given: what the command line says, if anything.
    ///   - environment: the process's environment.
    /// - Returns: the data directory, and what has decided on it.
    package static func dataDirectory(
        _ given: String?,
        _ environment: [String: String]
    ) -> Setting<String> {
        if let path = given { return Setting(value: path, source: .option) }
        if let path = environment["VECTORIZER_DATA_DIR"], !path.isEmpty {
            return Setting(value: path, source: .environment)
        }
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") {
            return Setting(value: base + "/vectorizer", source: .environment)
        }
        let home =
            environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? OperatingSystemUser.homeDirectory ?? "/"
        return Setting(
            value: (home == "/" ? "" : home) + "/.local/share/vectorizer",
            source: .builtIn
        )
    }
}
