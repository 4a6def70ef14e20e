import ArgumentParser
import VectorStore

extension KeyScope {
    /// Reads a scope that was typed.
    init(argument text: String) throws {
        guard let scope = KeyScope(text: text) else {
            let verbs = KeyVerb.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(
                "'\(text)' is no scope such as docs:read: a collection or *, and one of \(verbs)"
            )
        }
        self = scope
    }
}

/// When a key ends, as it is typed: `90d`, a moment, or `never`.
enum KeyExpiry: Equatable {
    case after(TimeSpan)
    case at(Timestamp)
    case never

    init(argument text: String) throws {
        if text == "never" {
            self = .never
        } else if let span = TimeSpan(text) {
            self = .after(span)
        } else if let time = Timestamp(text) {
            self = .at(time)
        } else {
            throw ValidationError(
                "'\(text)' is neither never, a length of time such as 90d, nor a time such as "
                    + "2027-01-31"
            )
        }
    }

    /// The moment; nil is never.
    func moment(from now: Timestamp) -> Timestamp? {
        switch self {
        case .after(let span): now.adding(seconds: span.seconds)
        case .at(let time): time
        case .never: nil
        }
    }
}

/// A key's id on a command line: a whole key given by mistake is refused, and not repeated.
struct KeyID: ExpressibleByArgument {
    let text: String

    init?(argument: String) { text = argument }

    init(_ text: String) { self.text = text }

    /// The id as the store knows it.
    ///
    /// - Throws: a usage error for what can't be an id.
    func checked() throws(Diagnostic) -> String {
        guard let id = KeyInfo.id(in: text) else {
            // A part of a key is as secret as the key.
            let isSecret = text.utf8.count > 20
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: isSecret
                    ? "a key is never given as an argument, where others can see it; give its id"
                    : "'\(text)' is no id of a key: expected 16 hexadecimal digits",
                hint: "vectorizer keys list"
            )
        }
        return id
    }
}
