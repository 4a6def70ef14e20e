import VectorStore

/// Sentences about backup repositories and the snapshots in them.
extension BackupError {
    /// What the user is told.
    var diagnostic: Diagnostic {
        switch self {
        case .repositoryNotFound(let path): missing(path)
        case .repositoryParentNotFound(let path, let parent): withoutParent(path, parent)
        case .notARepository(let path, let reason): other(path, reason)
        case .repositoryInsideDataDirectory(let path, let own): inside(path, own)
        case .repositoryOfAnotherStore(let path): foreign(path)
        case .snapshotNotFound(let name, let path): withoutSnapshot(name, path)
        case .collectionNotInSnapshot(let name, let snapshot, let path):
            withoutCollection(name, snapshot, path)
        case .ambiguousSnapshot(let name, let ids): ambiguous(name, ids)
        case .malformedSnapshot(let file, let reason): malformed(file, reason)
        case .corruptRepository(let file, let reason): damaged(file, reason)
        case .unprovenSnapshot(let name, let reason): unproven(name, reason)
        }
    }

    private func missing(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no backup repository in \(path)",
            file: path,
            hint: "vectorizer backup \(ShellWord.quoted(path))"
        )
    }

    /// The usual reason is a disk that is not mounted.
    private func withoutParent(_ path: String, _ parent: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no backup repository in \(path), and no directory \(parent) to make it in; "
                + "is the disk mounted?",
            file: path,
            hint: "mkdir -p \(ShellWord.quoted(parent))"
        )
    }

    private func other(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: kind,
            message: "\(path) can't become a backup repository: \(reason)",
            file: path
        )
    }

    private func inside(_ path: String, _ directory: String) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: kind,
            message:
                "\(path) lies inside the data directory \(directory); it would be lost with it",
            file: path
        )
    }

    private func foreign(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: "\(path) keeps the snapshots of another store; each store wants its own",
            file: path,
            hint: "vectorizer list-backups \(ShellWord.quoted(path))"
        )
    }

    private func withoutSnapshot(_ snapshot: String, _ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no snapshot '\(snapshot)' in \(path)",
            file: path,
            hint: "vectorizer list-backups \(ShellWord.quoted(path))"
        )
    }

    private func withoutCollection(
        _ name: String,
        _ snapshot: String,
        _ path: String
    ) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no collection '\(name)' in the snapshot \(snapshot) of \(path)",
            file: path
        )
    }

    private func ambiguous(_ snapshot: String, _ candidates: [String]) -> Diagnostic {
        let shown = candidates.prefix(5).joined(separator: ", ")
        return Diagnostic(
            code: 64,
            kind: kind,
            message: "'\(snapshot)' may be any of \(candidates.count) snapshots: \(shown)"
        )
    }

    private func malformed(_ file: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: kind,
            message: "\(file): \(reason)",
            file: file
        )
    }

    private func damaged(_ file: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 76,
            kind: kind,
            message: "\(file): \(reason)",
            file: file
        )
    }

    private func unproven(_ snapshot: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 76,
            kind: kind,
            message: "the snapshot \(snapshot) does not restore to a sound store: \(reason)"
        )
    }
}
