/// Finds the output mode that was asked for, even in a line that does not parse.
///
/// The last `-o` or `--output` before a `--` that names a mode wins, then `VECTORIZER_OUTPUT`.
/// Returns nil when neither names one: the default then decides, and errors are text.
package func requestedOutputMode(
    tokens: [String],
    environment: [String: String]
) -> OutputMode? {
    let modes = values(of: "--output", short: "o", in: tokens).compactMap(
        OutputMode.init(rawValue:)
    )
    return modes.last ?? environment["VECTORIZER_OUTPUT"].flatMap(OutputMode.init(rawValue:))
}

/// Finds the data directory that was asked for, even in a line that does not parse.
func requestedDataDirectory(tokens: [String]) -> String? {
    values(of: "--data-dir", short: "D", in: tokens).last { !$0.isEmpty }
}

/// The values that a line gives to an option before a `--`.
private func values(of long: String, short: Character, in tokens: [String]) -> [String] {
    let line = Array(tokens.prefix { $0 != "--" })
    return line.enumerated().compactMap { position, token in
        let next = position + 1 < line.count ? line[position + 1] : nil
        return value(of: long, short, in: token, next: next)
    }
}

/// The value that a token gives to an option: in itself, or in the token after it.
private func value(
    of long: String,
    _ short: Character,
    in token: String,
    next: String?
) -> String? {
    if token.hasPrefix("--") {
        if token == long { return next }
        return token.hasPrefix(long + "=") ? String(token.dropFirst(long.count + 1)) : nil
    }
    guard token.hasPrefix("-") else { return nil }
    // Flags may stand before it in one token: `-qo json`.
    let letters = token.dropFirst().drop { "qvynh".contains($0) }
    guard letters.first == short else { return nil }
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
