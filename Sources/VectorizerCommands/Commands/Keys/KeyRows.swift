import VectorStore

/// Keys as rows of output.
enum KeyRows {
    static let columns = [
        "id", "name", "state", "scopes", "created", "expires", "overlap_ends", "rate", "burst",
        "parent", "last_used",
    ]

    /// One key; its text is nowhere in it.
    static func row(_ key: KeyInfo, at now: Timestamp = .now) -> OutputRow {
        func time(_ time: Timestamp?) -> OutputValue { time.map { .text($0.description) } ?? .null }
        let overlap = key.overlapEnds.flatMap { $0 > now ? $0 : nil }
        let values: [OutputValue] = [
            .text(key.id), .text(key.name), .text(key.state(at: now).rawValue),
            .json(scopes(key.scopes)), time(key.created), time(key.expires), time(overlap),
            key.rate.map { .text($0.text) } ?? .null,
            key.rate.map { .integer(Int64($0.burst)) } ?? .null,
            key.parent.map { .text($0) } ?? .null, time(key.lastUsed),
        ]
        return OutputRow(id: key.id, columns: zip(columns, values).map { (name: $0, value: $1) })
    }

    private static func scopes(_ scopes: [KeyScope]) -> [UInt8] {
        // Scopes have nothing in them that JSON would escape.
        Array(("[" + scopes.map { "\"\($0.text)\"" }.joined(separator: ",") + "]").utf8)
    }
}

extension CommandContext {
    /// Hands over a key's text: alone on standard output, and everything else beside it.
    func hand(over key: IssuedKey, _ verb: String) -> CommandResult {
        let scopes = key.info.scopes.map(\.text).joined(separator: " ")
        let end = key.info.expires.map { "until \($0)" } ?? "for ever"
        log.note("\(verb) key \(key.info.id) '\(key.info.name)' for \(scopes), good \(end)")
        log.guide("The line on standard output is the key; it is not shown again.")
        return .text(key.secret.reveal() + "\n")
    }
}
