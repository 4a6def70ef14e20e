extension Diagnostic {
    static func repositoryNotFound(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "repository_not_found",
            message: "no backup repository in \(path)",
            file: path,
            hint: "vectorizer backup \(ShellWord.quoted(path))"
        )
    }

    /// The usual reason is a disk that is not mounted.
    static func repositoryParentNotFound(_ path: String, _ parent: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "repository_parent_not_found",
            message: "no backup repository in \(path), and no directory \(parent) to make it in; "
                + "is the disk mounted?",
            file: path,
            hint: "mkdir -p \(ShellWord.quoted(parent))"
        )
    }

    static func notARepository(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: "not_a_repository",
            message: "\(path) can't become a backup repository: \(reason)",
            file: path
        )
    }

    static func repositoryInside(_ path: String, _ directory: String) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: "repository_inside_data_directory",
            message:
                "\(path) lies inside the data directory \(directory); it would be lost with it",
            file: path
        )
    }

    static func repositoryOfAnotherStore(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "repository_of_another_store",
            message: "\(path) keeps the snapshots of another store; each store wants its own",
            file: path,
            hint: "vectorizer list-backups \(ShellWord.quoted(path))"
        )
    }

    static func snapshotNotFound(_ snapshot: String, _ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "snapshot_not_found",
            message: "no snapshot '\(snapshot)' in \(path)",
            file: path,
            hint: "vectorizer list-backups \(ShellWord.quoted(path))"
        )
    }

    static func collectionNotInSnapshot(
        _ name: String,
        _ snapshot: String,
        _ path: String
    ) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "collection_not_found",
            message: "no collection '\(name)' in the snapshot \(snapshot) of \(path)",
            file: path
        )
    }

    static func ambiguousSnapshot(_ snapshot: String, _ candidates: [String]) -> Diagnostic {
        let shown = candidates.prefix(5).joined(separator: ", ")
        return Diagnostic(
            code: 64,
            kind: "ambiguous_snapshot",
            message: "'\(snapshot)' may be any of \(candidates.count) snapshots: \(shown)"
        )
    }

    static func malformedSnapshot(_ file: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: "malformed_snapshot",
            message: "\(file): \(reason)",
            file: file
        )
    }

    static func corruptRepository(_ file: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 76,
            kind: "corrupt_repository",
            message: "\(file): \(reason)",
            file: file
        )
    }

    static func unprovenSnapshot(_ snapshot: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 76,
            kind: "unproven_snapshot",
            message: "the snapshot \(snapshot) does not restore to a sound store: \(reason)"
        )
    }
}
