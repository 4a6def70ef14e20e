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
        case .invalidFieldName(let name): malformedField(name)
        case .fieldNotFound(let field, let name): withoutField(field, name)
        case .wrongFieldKind(let field, let name): otherKind(field, name)
        case .aliasNotFound(let name): missingAlias(name)
        case .aliasExists(let name): presentAlias(name)
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
            message: "'\(name)' is no collection name: expected a letter, a digit or '_', then up "
                + "to 127 letters, digits, '.', '_' and '-'",
            expected: .text("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"),
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

    private func malformedField(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: kind,
            message: "'\(name)' is no name for another vector field: expected 1 to "
                + "\(VectorField.nameByteCountMax) bytes without <>:\"/\\|?*, each name once",
            got: .text(name)
        )
    }

    private func withoutField(_ field: String, _ name: String) -> Diagnostic {
        let which = field.isEmpty ? "vectors without a name" : "vector field '\(field)'"
        return Diagnostic(
            code: 65,
            kind: kind,
            message: "collection '\(name)' has no \(which)",
            field: field.isEmpty ? "vector" : field,
            hint: "vectorizer info \(name)"
        )
    }

    private func otherKind(_ field: String, _ name: String) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: kind,
            message: "vector field '\(field)' of collection '\(name)' is of the other kind, "
                + "dense or sparse",
            field: field,
            hint: "vectorizer info \(name)"
        )
    }

    private func missingAlias(_ name: String) -> Diagnostic {
        Diagnostic(code: 66, kind: kind, message: "no alias '\(name)'")
    }

    private func presentAlias(_ name: String) -> Diagnostic {
        Diagnostic(code: 73, kind: kind, message: "an alias '\(name)' exists already")
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
