import Glibc
package import VectorStore

extension Diagnostic {
    /// The one place where the engine's facts become a message, a hint and an exit code.
    ///
    /// There is no `default`: a new case does not compile until somebody has found words for it.
    /// What is not found is told with the data directory that was looked in.
    package init(_ error: VectorStoreError, lookedIn directory: String? = nil) {
        self =
            switch error {
            case .dataDirectoryNotFound(let path): Self.dataDirectoryNotFound(path)
            case .dataDirectoryExists(let path): Self.dataDirectoryExists(path)
            case .dataDirectoryNotEmpty(let path): Self.dataDirectoryNotEmpty(path)
            case .notADataDirectory(let path, let why): Self.notADataDirectory(path, why)
            case .collectionNotFound(let name, let path): Self.collectionNotFound(name, path)
            case .collectionExists(let name): Self.collectionExists(name)
            case .pointsNotFound(let ids, _): Self.pointsNotFound(ids, directory)
            case .pointExists(let id, _): Self.pointExists(id)
            case .indexNotFound(let field, let name): Self.indexNotFound(field, name, directory)
            case .indexExists(let field, let name): Self.indexExists(field, name)
            case .keyNotFound(let id, let path): Self.keyNotFound(id, path)
            case .invalidKey(let reason): Self.invalidKey(reason)
            case .keyNotActive(let id, let state): Self.keyNotActive(id, state)
            case .keyExceedsItsMaker(let what): Self.keyExceedsItsMaker(what)
            case .invalidCollectionName(let name): Self.invalidCollectionName(name)
            case .invalidID(let problem): Self.invalidID(problem)
            case .invalidDimension(let dimension): Self.invalidDimension(dimension)
            case .invalidVector(let fault, _): Diagnostic(fault)
            case .invalidFilter(let fault): Diagnostic(fault)
            case .invalidFieldPath(let text): Self.invalidFieldPath(text)
            case .limitExceeded(let limit, let maximum, let got):
                Self.limitExceeded(limit, maximum, got)
            case .payloadTooLarge(let byteCount, let id, let limit):
                Self.payloadTooLarge(byteCount, id.text, limit)
            case .busy(let lock, let holder, let seconds): Self.busy(lock, holder, seconds)
            case .dataDirectoryReplaced(let path): Self.dataDirectoryReplaced(path)
            case .unsupportedFileSystem(let path, let kind): Self.fileSystem(path, kind)
            case .readOnly(let path): Self.readOnly(path)
            case .foreignOwner(let path): Self.foreignOwner(path)
            case .writableByOthers(let path): Self.writableByOthers(path, directory)
            case .unrecoveredLogOnReadOnlyMedium(let path): Self.unrecoveredLog(path)
            case .system(let operation, let path, let number):
                Self.system(operation, path, number)
            case .catalog(let operation, let path, let code, let message):
                Self.catalog(operation, path, code, message)
            case .newerFormat(let path, let found, let supported):
                Self.newerFormat(path, found, supported)
            case .corrupt(let file, let offset, let reason): Self.corrupt(file, offset, reason)
            case .cancelled: Self.interrupted(Cancellation.signal)
            case .repositoryNotFound(let path): Self.repositoryNotFound(path)
            case .repositoryParentNotFound(let path, let parent):
                Self.repositoryParentNotFound(path, parent)
            case .notARepository(let path, let why): Self.notARepository(path, why)
            case .repositoryInsideDataDirectory(let path, let own):
                Self.repositoryInside(path, own)
            case .repositoryOfAnotherStore(let path): Self.repositoryOfAnotherStore(path)
            case .snapshotNotFound(let name, let path): Self.snapshotNotFound(name, path)
            case .collectionNotInSnapshot(let name, let snapshot, let path):
                Self.collectionNotInSnapshot(name, snapshot, path)
            case .ambiguousSnapshot(let name, let ids): Self.ambiguousSnapshot(name, ids)
            case .malformedSnapshot(let file, let why): Self.malformedSnapshot(file, why)
            case .corruptRepository(let file, let why): Self.corruptRepository(file, why)
            case .unprovenSnapshot(let name, let why): Self.unprovenSnapshot(name, why)
            }
    }

    // MARK: What is not there, or there already

    private static func dataDirectoryNotFound(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "data_directory_not_found",
            message: "no store in \(path)",
            file: path,
            hint: "vectorizer -D \(ShellWord.quoted(path)) init"
        )
    }

    private static func dataDirectoryExists(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: "data_directory_exists",
            message: "a store exists already in \(path)",
            file: path,
            hint: "vectorizer -D \(ShellWord.quoted(path)) init --if-missing"
        )
    }

    private static func dataDirectoryNotEmpty(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: "data_directory_not_empty",
            message: "\(path) holds other files; a store wants a directory of its own",
            file: path
        )
    }

    private static func notADataDirectory(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "not_a_data_directory",
            message: "\(path) is no data directory: \(reason)",
            file: path
        )
    }

    private static func collectionNotFound(_ name: String, _ path: String) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "collection_not_found",
            message: "no collection '\(name)' in \(path)",
            hint: "vectorizer -D \(ShellWord.quoted(path)) list-collections"
        )
    }

    private static func collectionExists(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: "collection_exists",
            message: "a collection '\(name)' exists already",
            hint: "vectorizer info \(name)"
        )
    }

    private static func pointsNotFound(_ ids: [PointID], _ directory: String?) -> Diagnostic {
        let shown = ids.prefix(5).map { "'\($0.text)'" }.joined(separator: ", ")
        let rest = ids.count > 5 ? " and \(ids.count - 5) more" : ""
        return Diagnostic(
            code: 66,
            kind: "point_not_found",
            message: "no point with id \(shown)\(rest)" + place(directory),
            extra: [("count", .integer(Int64(ids.count)))]
        )
    }

    private static func pointExists(_ id: PointID) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: "point_exists",
            message: "a point with id '\(id.text)' exists already",
            field: "id",
            got: .text(id.text)
        )
    }

    private static func indexNotFound(
        _ field: String,
        _ name: String,
        _ directory: String?
    ) -> Diagnostic {
        Diagnostic(
            code: 66,
            kind: "index_not_found",
            message: "collection '\(name)' has no index on \(field)" + place(directory),
            field: field,
            hint: "vectorizer info \(name)"
        )
    }

    private static func place(_ directory: String?) -> String {
        directory.map { " in \($0)" } ?? ""
    }

    private static func indexExists(_ field: String, _ name: String) -> Diagnostic {
        Diagnostic(
            code: 73,
            kind: "index_exists",
            message: "collection '\(name)' has an index on \(field) already",
            field: field
        )
    }

    // MARK: The world around the store

    private static func busy(
        _ lock: String,
        _ holder: LockHolder?,
        _ seconds: Double
    ) -> Diagnostic {
        let who = holder.map { " is held by process \($0.processID) (\($0.command))" }
        let extra: [(String, OutputValue)] =
            holder.map {
                [("holder", .integer(Int64($0.processID))), ("command", .text($0.command))]
            } ?? []
        var diagnostic = Diagnostic(
            code: 75,
            kind: "busy",
            message: "\(lock)\(who ?? " is held by another process"); waited \(seconds) s",
            extra: extra
        )
        diagnostic.repeatingWith = ["--wait", "60"]
        return diagnostic
    }

    private static func dataDirectoryReplaced(_ path: String) -> Diagnostic {
        var diagnostic = Diagnostic(
            code: 75,
            kind: "data_directory_replaced",
            message: "another store was put into \(path) meanwhile; nothing was written",
            file: path
        )
        diagnostic.repeatingWith = []
        return diagnostic
    }

    private static func fileSystem(_ path: String, _ kind: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "unsupported_file_system",
            message: "\(path) lies on \(kind), where locks and shared memory can't be trusted",
            file: path
        )
    }

    private static func readOnly(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: "read_only",
            message: "\(path) is on a read-only medium",
            file: path
        )
    }

    private static func unrecoveredLog(_ path: String) -> Diagnostic {
        Diagnostic(
            code: 77,
            kind: "unrecovered_log",
            message:
                "\(path) was not closed cleanly and its medium is read-only; mount it writable "
                + "for one command that changes something",
            file: path
        )
    }

    private static func newerFormat(_ path: String, _ found: Int, _ supported: Int) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "newer_format",
            message: "\(path) has format \(found), this program knows up to \(supported)",
            file: path,
            expected: .integer(Int64(supported)),
            got: .integer(Int64(found))
        )
    }

    private static func corrupt(_ file: String, _ offset: Int?, _ reason: String) -> Diagnostic {
        let place = offset.map { " at byte \($0)" } ?? ""
        return Diagnostic(
            code: 76,
            kind: "corrupt",
            message: "\(file)\(place): \(reason)",
            file: file,
            hint: "vectorizer verify --repair-plan",
            extra: offset.map { [("offset", .integer(Int64($0)))] } ?? []
        )
    }

    static func interrupted(_ signal: Int32) -> Diagnostic {
        let name = signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP"
        return Diagnostic(
            code: 128 + signal,
            kind: "interrupted",
            message: "interrupted by \(name)"
        )
    }

    private static func catalog(
        _ operation: String,
        _ path: String,
        _ code: Int32,
        _ message: String
    ) -> Diagnostic {
        Diagnostic(
            code: 70,
            kind: "catalog",
            message: "\(path): \(operation): SQLite error \(code): \(message)",
            file: path
        )
    }

    /// The system's reason decides: what is full, what is forbidden, what is exhausted.
    static func system(_ operation: String, _ path: String, _ number: Int32) -> Diagnostic {
        let reason = String(cString: strerror(number)).lowercased()
        let (code, kind): (Int32, String) =
            switch number {
            case ENOSPC, EDQUOT, EFBIG: (74, "disk_full")
            case EMFILE, ENFILE, ENOMEM: (69, "out_of_resources")
            case EACCES, EPERM, EROFS: (77, "permission")
            case ENOENT, ENOTDIR: (66, "file_not_found")
            default: (74, "io_error")
            }
        return Diagnostic(
            code: code,
            kind: kind,
            message: "\(path): \(operation): \(reason)",
            file: path,
            extra: [("errno", .integer(Int64(number)))]
        )
    }
}
