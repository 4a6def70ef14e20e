import VectorStore

/// Sentences about a data directory, and about what keeps a process from using it.
extension StoreError {
    /// What the user is told; `directory` is the data directory that the command worked in.
    func diagnostic(lookedIn directory: String?) -> Diagnostic {
        switch self {
        case .notFound(let path): missing(path)
        case .exists(let path): present(path)
        case .directoryNotEmpty(let path): filled(path)
        case .notADataDirectory(let path, let reason): other(path, reason)
        case .busy(let lock, let holder, let seconds): locked(lock, holder, seconds)
        case .replaced(let path): exchanged(path)
        case .unsupportedFileSystem(let path, let name): untrusted(path, name)
        case .readOnly(let path): onReadOnlyMedium(path)
        case .writableByOthers(let path): open(path, directory)
        case .foreignOwner(let path): foreign(path)
        case .unrecoveredLogOnReadOnlyMedium(let path): unrecovered(path)
        }
    }

    private func missing(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "no store in \(path)",
            file: path,
            hint: "vectorizer -D \(ShellWord.quoted(path)) init"
        )
    }

    private func present(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: kind,
            message: "a store exists already in \(path)",
            file: path,
            hint: "vectorizer -D \(ShellWord.quoted(path)) init --if-missing"
        )
    }

    private func filled(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: kind,
            message: "\(path) holds other files; a store wants a directory of its own",
            file: path
        )
    }

    private func other(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: kind,
            message: "\(path) is no data directory: \(reason)",
            file: path
        )
    }

    private func locked(_ lock: String, _ holder: LockHolder?, _ seconds: Double) -> Diagnostic {
        let who = holder.map { " is held by process \($0.processID) (\($0.command))" }
        let extra: [(String, OutputValue)] =
            holder.map {
                [("holder", .integer(Int64($0.processID))), ("command", .text($0.command))]
            } ?? []
        var diagnostic = Diagnostic(
            code: 75,
            kind: kind,
            message: "\(lock)\(who ?? " is held by another process"); waited \(seconds) s",
            extra: extra
        )
        diagnostic.repeatingWith = ["--wait", "60"]
        return diagnostic
    }

    private func exchanged(_ path: String) -> Diagnostic {
        var diagnostic = Diagnostic(
            code: 75,
            kind: kind,
            message: "another store was put into \(path) meanwhile; nothing was written",
            file: path
        )
        diagnostic.repeatingWith = []
        return diagnostic
    }

    private func untrusted(_ path: String, _ name: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: "\(path) lies on \(name), where locks and shared memory can't be trusted",
            file: path
        )
    }

    private func onReadOnlyMedium(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: kind,
            message: "\(path) is on a read-only medium",
            file: path
        )
    }

    private func open(_ path: String, _ directory: String?) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: kind,
            message: "\(path) can be written by other users; a store in which others can write is "
                + "not used",
            file: path,
            hint: "chmod -R go-w \(ShellWord.quoted(directory ?? path))"
        )
    }

    private func foreign(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: kind,
            message: "\(path) belongs to another user than the data directory, who can write it",
            file: path,
            hint: "ls -l \(ShellWord.quoted(path))"
        )
    }

    private func unrecovered(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: kind,
            message:
                "\(path) was not closed cleanly and its medium is read-only; mount it writable "
                + "for one command that changes something",
            file: path
        )
    }
}
