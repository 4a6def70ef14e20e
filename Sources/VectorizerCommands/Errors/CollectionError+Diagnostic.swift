import VectorStore

/// Sentences about collections and their payload indexes.
extension CollectionError {
    /// What the user is told; `directory` is the data directory that the command worked in.
    func diagnostic(lookedIn directory: String?) -> Diagnostic {
        switch self {
        case .notFound(let name, let path): missing(name, path)
        case .exists(let name): present(name)
        case .invalidName(let name): malformed(name)
        case .invalidDimension(let dimension): outOfRange(dimension)
        case .indexNotFound(let field, let name): withoutIndex(field, name, directory)
        case .indexExists(let field, let name): withIndex(field, name)
        }
    }

    private func missing(_ name: String, _ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no collection '\(name)' in \(path)",
            hint: "vectorizer -D \(ShellWord.quoted(path)) list-collections"
        )
    }

    private func present(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: kind,
            message: "a collection '\(name)' exists already",
            hint: "vectorizer info \(name)"
        )
    }

    private func malformed(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: kind,
            message: "'\(name)' is no collection name: expected a letter or digit, then up to 127 "
                + "letters, digits, '.', '_' and '-'",
            expected: .text("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"),
            got: .text(name)
        )
    }

    private func outOfRange(_ dimension: Int) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: kind,
            message: "dimension: expected 1 to \(Limits.dimension), got \(dimension)",
            field: "dim",
            expected: .text("1 to \(Limits.dimension)"),
            got: .integer(Int64(dimension))
        )
    }

    private func withoutIndex(_ field: String, _ name: String, _ directory: String?) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "collection '\(name)' has no index on \(field)" + Diagnostic.place(directory),
            field: field,
            hint: "vectorizer info \(name)"
        )
    }

    private func withIndex(_ field: String, _ name: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: kind,
            message: "collection '\(name)' has an index on \(field) already",
            field: field
        )
    }
}
