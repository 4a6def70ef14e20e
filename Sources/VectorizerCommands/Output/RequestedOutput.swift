/// Finds the output mode that was asked for, even in a line that does not parse.
///
/// The last `-o` or `--output` before a `--` that names a mode wins, then `VECTORIZER_OUTPUT`.
/// Returns nil when neither names one: the default then decides, and errors are text.
package func requestedOutputMode(
    tokens: [String],
    environment: [String: String]
) -> OutputMode? {
    let line = tokens.prefix { $0 != "--" }
    var requested: OutputMode?
    for (position, token) in line.enumerated() {
        let next = position + 1 < line.count ? line[position + 1] : nil
        guard let value = outputValue(of: token, next: next) else { continue }
        requested = OutputMode(rawValue: value) ?? requested
    }
    return requested ?? environment["VECTORIZER_OUTPUT"].flatMap(OutputMode.init(rawValue:))
}

/// The value that a token gives to `--output`: in itself, or in the token after it.
private func outputValue(of token: String, next: String?) -> String? {
    if token.hasPrefix("--") {
        if token == "--output" { return next }
        return token.hasPrefix("--output=") ? String(token.dropFirst(9)) : nil
    }
    guard token.hasPrefix("-") else { return nil }
    // Flags may stand before it in one token: `-qo json`.
    let letters = token.dropFirst().drop { "qvynh".contains($0) }
    guard letters.first == "o" else { return nil }
    let attached = letters.dropFirst()
    if attached.isEmpty { return next }
    return String(attached.first == "=" ? attached.dropFirst() : attached)
}

/// Finds when colour was asked for, even in a line that does not parse.
///
/// The last `--color` before a `--` that says when wins.
package func requestedColor(tokens: [String]) -> When {
    let line = tokens.prefix { $0 != "--" }
    var requested = When.auto
    for (position, token) in line.enumerated() {
        let next = position + 1 < line.count ? line[position + 1] : nil
        let prefix = "--color="
        let value =
            token == "--color"
            ? next
            : token.hasPrefix(prefix) ? String(token.dropFirst(prefix.count)) : nil
        requested = value.flatMap(When.init(rawValue:)) ?? requested
    }
    return requested
}
