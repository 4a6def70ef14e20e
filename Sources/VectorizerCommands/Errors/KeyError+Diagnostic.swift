import VectorStore

/// Sentences about keys that are managed.
extension KeyError {
    /// What the user is told.
    var diagnostic: Diagnostic {
        switch self {
        case .notFound(let id, let path): missing(id, path)
        case .invalid(let reason): impossible(reason)
        case .notActive(let id, let state): inactive(id, state)
        case .exceedsItsMaker(let what): excessive(what)
        }
    }

    private func missing(_ id: String, _ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no key with id '\(KeyRedaction.redacted(id))' in \(path)",
            hint: "vectorizer -D \(ShellWord.quoted(path)) keys list"
        )
    }

    private func impossible(_ reason: String) -> Diagnostic {
        Diagnostic(code: 64, kind: kind, message: "the key can't be made: \(reason)")
    }

    private func inactive(_ id: String, _ state: KeyInfo.State) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: kind,
            message: "key \(id) is \(state.rawValue); make a new one",
            hint: "vectorizer keys show \(id)"
        )
    }

    private func excessive(_ what: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: kind,
            message: "the key that asks for it does not have what the new one would: \(what)"
        )
    }
}

extension Diagnostic {
    /// One answer for whatever is wrong with a key.
    static func keyRefused() -> Diagnostic {
        Diagnostic(code: 77, kind: "key_refused", message: "the key is refused")
    }
}
