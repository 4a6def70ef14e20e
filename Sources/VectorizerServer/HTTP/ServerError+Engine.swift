package import VectorStore

extension ServerError {
    /// The one place where the engine's facts become answers; there is no default, so a new fact
    /// does not compile without its words.
    ///
    /// Paths and other internals are left out; ``VectorStoreError/kind`` and the facts stand in the
    /// log.
    ///
    /// - Parameter error: what the engine has thrown.
    package init(_ error: VectorStoreError) {
        self =
            switch error {
            case .store(let error): Self.of(error)
            case .collection(let error): Self.of(error)
            case .point(let error): Self.of(error)
            case .key(let error): Self.of(error)
            case .file(let error): Self.of(error)
            case .backup(let error): Self.of(error)
            case .cancelled: ServerError(408, "Timeout error: the request was cancelled")
            }
    }

    private static func of(_ error: StoreError) -> ServerError {
        switch error {
        case .busy: .busy("another process is writing, try again")
        case .replaced: .busy("the store was replaced, the server has to be started again")
        case .readOnly: .forbidden("the store is read-only")
        case .exists, .directoryNotEmpty: ServerError(409, "Wrong input: it exists already")
        case .notFound, .notADataDirectory, .unsupportedFileSystem, .writableByOthers,
            .foreignOwner, .unrecoveredLogOnReadOnlyMedium:
            .internal("the store can't be used")
        }
    }

    private static func of(_ error: CollectionError) -> ServerError {
        switch error {
        case .notFound(let name, _): .noCollection(name)
        case .exists(let name):
            ServerError(409, "Wrong input: Collection `\(name)` already exists!")
        case .invalidName(let name):
            .invalidPath("collection_name", "value \(name.debugDescription) invalid")
        case .invalidDimension(let dimension):
            .invalid(
                "vectors.size",
                "value \(dimension) invalid, must be from 1 to \(Limits.dimension)"
            )
        case .invalidFieldName(let name):
            .invalid("vectors", "value \(name.debugDescription) invalid")
        case .fieldNotFound(let field, _):
            .wrongInput("Not existing vector name error: \(field)")
        case .wrongFieldKind(let field, _):
            .wrongInput("Not existing vector name error: \(field), which is of the other kind")
        case .aliasNotFound(let name): .notFound("Alias \(name) does not exists!")
        case .aliasExists(let name):
            .wrongInput(
                "Can't create collection with name \(name). Alias with the same name exists"
            )
        case .indexNotFound(let field, _): .notFound("no index on field \(field)")
        case .indexExists(let field, _):
            ServerError(409, "Wrong input: an index on field \(field) already exists!")
        }
    }

    private static func of(_ error: PointError) -> ServerError {
        switch error {
        case .notFound(let ids, _):
            .notFound("No point with id \(ids.first?.text ?? "") found")
        case .exists(let id, _):
            ServerError(409, "Wrong input: point with id \(id.text) already exists!")
        case .invalidID(let problem): .wrongInput(words(problem))
        case .invalidVector(let problem, let row):
            .wrongInput(words(problem) + (row.map { " (point \($0))" } ?? ""))
        case .payloadTooLarge(let byteCount, let id, let limit):
            ServerError(
                413,
                "Payload of point \(id.text) too large: \(byteCount) bytes, at most \(limit)"
            )
        case .invalidFilter(let problem):
            .wrongInput("Filter: expected \(problem.expected.rawValue)")
        case .invalidFieldPath(let path): .wrongInput("Invalid field path: \(path)")
        case .limitExceeded(let limit, let maximum, let got):
            .invalid(limit, "value \(got) invalid, must be at most \(maximum)")
        }
    }

    private static func words(_ problem: IDProblem) -> String {
        switch problem {
        case .empty: "an id must not be empty"
        case .tooLong(let byteCount):
            "an id of \(byteCount) bytes, at most \(Limits.idByteCount) are taken"
        case .containsNUL: "an id must not hold U+0000"
        }
    }

    private static func words(_ problem: VectorError) -> String {
        switch problem {
        case .dimensionMismatch(let expected, let got):
            "Vector dimension error: expected dim: \(expected), got \(got)"
        case .notANumber(let component): "Vector component \(component) is not a number"
        case .infinite(let component, _): "Vector component \(component) is infinite"
        case .noDirection: "a vector of zero length has no direction for cosine"
        case .tooShort: "the vector is too short to be compared in 32-bit floats"
        case .tooLong: "the vector is too long to be compared in 32-bit floats"
        }
    }

    private static func of(_ error: KeyError) -> ServerError {
        switch error {
        case .notFound(let id, _): .notFound("no key \(id)")
        case .invalid(let reason): .wrongInput("Invalid key: \(reason)")
        case .notActive(let id, let state):
            ServerError(409, "Wrong input: key \(id) is \(state.rawValue)")
        case .exceedsItsMaker(let what): .forbidden("more than this key may hand out: \(what)")
        }
    }

    private static func of(_ error: FileError) -> ServerError {
        switch error {
        case .system(_, _, let errno):
            switch SystemCause(errno: errno) {
            case .diskFull: diskFull
            case .outOfResources: .busy("out of system resources")
            case .permission, .fileNotFound, .other: .internal("a system call failed")
            }
        case .catalog(_, _, let resultCode, _): of(catalogResult: resultCode)
        case .newerFormat: .internal("the store has a newer format than this program")
        case .corrupt: .internal("damaged data; run a verification")
        }
    }

    private static let diskFull = ServerError(507, "Service internal error: the disk is full")

    /// SQLite's primary result codes; the lowest byte of an extended one.
    private static func of(catalogResult code: Int32) -> ServerError {
        switch code & 0xff {
        case 5, 6: .busy("the catalog is locked")
        case 7: .busy("out of memory")
        case 8: .forbidden("the store is read-only")
        case 13: diskFull
        default: .internal("the catalog failed")
        }
    }

    private static func of(_ error: BackupError) -> ServerError {
        switch error {
        case .snapshotNotFound(let snapshot, _): .notFound("Snapshot \(snapshot) not found")
        case .collectionNotInSnapshot(let name, _, _): .noCollection(name)
        case .ambiguousSnapshot(let snapshot, _):
            .wrongInput("more than one snapshot is called \(snapshot)")
        case .repositoryInsideDataDirectory:
            .wrongInput("a backup must not lie in the data directory")
        case .repositoryNotFound, .repositoryParentNotFound, .notARepository:
            .notFound("no such backup repository")
        case .repositoryOfAnotherStore:
            .wrongInput("the backup repository belongs to another store")
        case .malformedSnapshot, .corruptRepository, .unprovenSnapshot:
            .internal("the backup is damaged")
        }
    }
}
