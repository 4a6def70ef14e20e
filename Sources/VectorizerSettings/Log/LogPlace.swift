import VectorStore

/// Where a log file may lie: a setting must not turn the store's own files into a log.
package enum LogPlace {
    /// The path of a log file; relative ones lie in the data directory.
    static func path(_ name: String, in dataDirectory: String) -> String {
        name.hasPrefix("/") ? name : dataDirectory + "/" + name
    }

    /// Refuses a place that a log file can't have.
    ///
    /// - Parameters:
    ///   - setting: what is set, and where.
    ///   - dataDirectory: the data directory.
    /// - Throws: `.invalidLogPlace` for a file of the store.
    static func check(_ setting: Setting<String>, in dataDirectory: String) throws(SettingsError) {
        guard !setting.value.isEmpty else { return }
        if let problem = problem(setting.value, in: dataDirectory) {
            let name = setting.source == .environment ? SettingKey.logFile.variable : "log_file"
            throw .invalidLogPlace(name: name, value: setting.value, problem: problem)
        }
    }

    /// Whether another user's file would have this process write outside of the data directory.
    static func isForeign(_ setting: Setting<String>, isForeignFile: Bool) -> Bool {
        setting.source == .file && isForeignFile && setting.value.contains("/")
    }

    /// Why a log can't be there; nil when it can, as far as its name tells.
    package static func problem(_ name: String, in dataDirectory: String) -> LogPlaceProblem? {
        let path = path(name, in: dataDirectory)
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let last = parts.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard !last.isEmpty, last != ".", last != ".." else { return .isDirectory }
        guard let place = DurableFile.resolve(DurableFile.parent(of: path))?.path,
            let own = DurableFile.resolve(dataDirectory)?.path
        else { return nil }
        if (place + "/").utf8.starts(with: (own + "/store/").utf8) {
            return .isInStore
        }
        let isOwn = last == "store" || last.hasPrefix("config.yaml") || last.hasPrefix("LOCK.")
        return place == own && isOwn ? .isFileOfStore : nil
    }
}
