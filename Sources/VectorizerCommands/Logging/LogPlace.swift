import VectorStore

/// Where a log file may lie: a setting must not turn the store's own files into a log.
enum LogPlace {
    /// The path of a log file; relative ones lie in the data directory.
    static func path(_ name: String, in dataDirectory: String) -> String {
        name.hasPrefix("/") ? name : dataDirectory + "/" + name
    }

    /// Refuses a place that a log file can't have.
    ///
    /// - Parameters:
    ///   - setting: what is set, and where.
    ///   - dataDirectory: the data directory.
    /// - Throws: ``Diagnostic`` with 78 for a file of the store.
    static func check(
        _ setting: Setting<String>,
        in dataDirectory: String
    ) throws(Diagnostic) {
        guard !setting.value.isEmpty else { return }
        if let reason = problem(setting.value, in: dataDirectory) {
            let name = setting.source == .environment ? SettingKey.logFile.variable : "log_file"
            throw Diagnostic(
                code: 78,
                kind: "invalid_setting",
                message: "\(name) is '\(setting.value)': \(reason)",
                field: name,
                got: .text(setting.value),
                hint: SettingKey.manual
            )
        }
    }

    /// Whether another user's file would have this process write outside of the data directory.
    static func isForeign(_ setting: Setting<String>, isForeignFile: Bool) -> Bool {
        setting.source == .file && isForeignFile && setting.value.contains("/")
    }

    /// Why a log can't be there; nil when it can, as far as its name tells.
    static func problem(_ name: String, in dataDirectory: String) -> String? {
        let path = path(name, in: dataDirectory)
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let last = parts.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard !last.isEmpty, last != ".", last != ".." else { return "it is a directory" }
        guard let place = DurableFile.resolve(DurableFile.parent(of: path))?.path,
            let own = DurableFile.resolve(dataDirectory)?.path
        else { return nil }
        if (place + "/").utf8.starts(with: (own + "/store/").utf8) {
            return "what lies in store/ is the store's own"
        }
        let isOwn = last == "store" || last.hasPrefix("config.yaml") || last.hasPrefix("LOCK.")
        return place == own && isOwn ? "that is a file of the store" : nil
    }
}
