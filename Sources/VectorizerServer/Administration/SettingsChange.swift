import VectorStore
import VectorizerSettings

/// Changes the settings' file for a request, all of it or nothing.
struct SettingsChange {
    private let store: Store
    private let deadline: RequestDeadline

    init(_ request: RouteRequest) {
        store = request.store
        deadline = request.deadline
    }

    /// Writes settings; each has an entry in the audit trail by its name.
    ///
    /// - Parameter changes: the settings, with nil for one that is taken out.
    /// - Throws: 422 for a file that is edited by hand only, 503 when it changes all the time, and
    ///   what reading and writing it throw.
    func apply(_ changes: [(key: SettingKey, value: String?)]) throws {
        let path = SettingsFile.path(in: store.path)
        let names = changes.map(\.key.rawValue).sorted().joined(separator: " ")
        repeat {
            let text = try SettingsFile.read(in: store.path)?.text ?? ""
            var edited = text
            for (key, value) in changes {
                edited =
                    if let value {
                        try SettingsFile.text(setting: key, to: value, in: edited, path: path)
                    } else {
                        try SettingsFile.text(unsetting: key, in: edited, path: path)
                    }
            }
            guard edited.utf8.count <= SettingsFile.byteCountMax else {
                throw ServerError(413, "Payload too large: the settings would be too long")
            }
            let isDone = try store.settings.replace(
                Array(text.utf8),
                with: Array(edited.utf8),
                object: changes.count == 1 ? "setting \(names)" : "settings \(names)",
                outcome: "changed over HTTP"
            )
            if isDone { return }
        } while !deadline.isOver
        throw ServerError.busy("the settings are changed again and again")
    }
}
