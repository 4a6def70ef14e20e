/// Commands that users of sqlite3, psql or redis-cli type, and what it is called here.
package enum ForeignCommands {
    private static let names: [String: String] = [
        "tables": "list-collections", "databases": "list-collections", "dt": "list-collections",
        "l": "list-collections", "d": "info", "schema": "info", "c": "use", "open": "use",
        "timer": "set timing on", "timing": "set timing on", "mode": "set output",
        "headers": "set header", "read": "source", "i": "source", "import": "insert",
        "copy": "insert", "dump": "export", "select": "search", "scan": "list-points",
        "del": "delete", "show": "set", "pset": "set",
    ]

    /// The command of ours that does what this one does elsewhere; nil for an unknown word.
    package static func counterpart(of word: String) -> String? {
        names[word.lowercased()]
    }
}
