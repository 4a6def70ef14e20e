import VectorStore

/// Sentences about keys, and about who may get at a store.
extension Diagnostic {
    static func keyNotFound(_ id: String, _ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "key_not_found",
            message: "no key with id '\(KeyRedaction.redacted(id))' in \(path)",
            hint: "vectorizer -D \(ShellWord.quoted(path)) keys list"
        )
    }

    static func invalidKey(_ reason: String) -> Diagnostic {
        Diagnostic(code: 64, kind: "invalid_key", message: "the key can't be made: \(reason)")
    }

    static func keyNotActive(_ id: String, _ state: KeyInfo.State) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: "key_not_active",
            message: "key \(id) is \(state.rawValue); make a new one",
            hint: "vectorizer keys show \(id)"
        )
    }

    static func keyExceedsItsMaker(_ what: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: "key_exceeds_its_maker",
            message: "the key that asks for it does not have what the new one would: \(what)"
        )
    }

    /// One answer for whatever is wrong with a key.
    static func keyRefused() -> Diagnostic {
        Diagnostic(code: 77, kind: "key_refused", message: "the key is refused")
    }

    static func foreignOwner(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: "foreign_owner",
            message: "\(path) belongs to another user than the data directory, who can write it",
            file: path,
            hint: "ls -l \(ShellWord.quoted(path))"
        )
    }

    static func writableByOthers(_ path: String, _ directory: String?) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: "writable_by_others",
            message: "\(path) can be written by other users; a store in which others can write is "
                + "not used",
            file: path,
            hint: "chmod -R go-w \(ShellWord.quoted(directory ?? path))"
        )
    }
}
