import Glibc

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
    ///   - file: the settings file that is in force.
    /// - Throws: ``Diagnostic`` with 78 for a file of the store, and with 77 when another user's
    ///   file would have this process write outside of the data directory.
    static func check(
        _ setting: Setting<String>,
        in dataDirectory: String,
        _ file: SettingsFile?
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
        guard setting.source == .file, let file, file.isForeign, setting.value.contains("/") else {
            return
        }
        throw Diagnostic(
            code: 77,
            kind: "foreign_settings",
            message: "\(file.path) belongs to another user, and may not say that this one logs to "
                + "'\(setting.value)'; a name without '/' lies in the data directory",
            file: file.path,
            field: SettingKey.logFile.rawValue,
            got: .text(setting.value)
        )
    }

    /// Why a log can't be there; nil when it can, as far as its name tells.
    static func problem(_ name: String, in dataDirectory: String) -> String? {
        let path = path(name, in: dataDirectory)
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let last = String(decoding: path.utf8[slash...].dropFirst(), as: UTF8.self)
        guard !last.isEmpty, last != ".", last != ".." else { return "it is a directory" }
        let above = String(decoding: path.utf8[..<slash], as: UTF8.self)
        guard let place = resolved(above.isEmpty ? "/" : above), let own = resolved(dataDirectory)
        else { return nil }
        if (place + "/").utf8.starts(with: (own + "/store/").utf8) {
            return "what lies in store/ is the store's own"
        }
        let isOwn = last == "store" || last.hasPrefix("config.yaml") || last.hasPrefix("LOCK.")
        return place == own && isOwn ? "that is a file of the store" : nil
    }

    private static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
