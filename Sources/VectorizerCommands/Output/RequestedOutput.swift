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

/// Finds the form of messages that was asked for, even in a line that does not parse.
///
/// The last `--log-format` before a `--` that names one wins, then `VECTORIZER_LOG_FORMAT`.
package func requestedLogFormat(
    tokens: [String],
    environment: [String: String]
) -> MessageLog.Format? {
    value(of: "--log-format", in: tokens).flatMap(MessageLog.Format.init(rawValue:))
        ?? environment["VECTORIZER_LOG_FORMAT"].flatMap(MessageLog.Format.init(rawValue:))
}

/// The last value that a line gives to a long option before a `--`.
private func value(of option: String, in tokens: [String]) -> String? {
    let line = Array(tokens.prefix { $0 != "--" })
    let values = line.enumerated().compactMap { position, token in
        if token.hasPrefix(option + "=") { return String(token.dropFirst(option.count + 1)) }
        return token == option && position + 1 < line.count ? line[position + 1] : nil
    }
    return values.last
}

/// Finds when colour was asked for, even in a line that does not parse.
///
/// The last `--color` before a `--` that says when wins.
package func requestedColor(tokens: [String]) -> When {
    value(of: "--color", in: tokens).flatMap(When.init(rawValue:)) ?? .auto
}
