import Glibc
import Testing
import VectorStore
import VectorizerServer

/// What the engine's errors are answered with.
@Suite struct ServerErrorTests {
    private static let secret = "/home/someone/data"

    private static func things() -> [(VectorStoreError, Int)] {
        let path = secret
        return [
            (.store(.notFound(path: path)), 500), (.store(.exists(path: path)), 409),
            (.store(.directoryNotEmpty(path: path)), 409),
            (.store(.notADataDirectory(path: path, reason: path)), 500),
            (.store(.busy(lock: path, holder: nil, waitedSeconds: 1)), 503),
            (.store(.replaced(path: path)), 503),
            (.store(.unsupportedFileSystem(path: path, kind: path)), 500),
            (.store(.readOnly(path: path)), 403), (.store(.writableByOthers(path: path)), 500),
            (.store(.foreignOwner(path: path)), 500),
            (.store(.unrecoveredLogOnReadOnlyMedium(path: path)), 500),
            (.collection(.notFound(name: "c", dataDirectory: path)), 404),
            (.collection(.exists(name: "c")), 409), (.collection(.invalidName("-")), 422),
            (.collection(.invalidDimension(0)), 422), (.collection(.invalidFieldName("/")), 422),
            (.collection(.fieldNotFound(field: "f", collection: "c")), 400),
            (.collection(.wrongFieldKind(field: "f", collection: "c")), 400),
            (.collection(.aliasNotFound("a")), 404), (.collection(.aliasExists("a")), 400),
            (.collection(.indexNotFound(field: "f", collection: "c")), 404),
            (.collection(.indexExists(field: "f", collection: "c")), 409), (.cancelled, 408),
        ]
    }

    private static func points(_ id: PointID) -> [(VectorStoreError, Int)] {
        let syntax = FilterSyntaxError(position: 1, found: "", expected: .value)
        let problems: [VectorError] = [
            .dimensionMismatch(expected: 1, got: 2), .notANumber(component: 0),
            .infinite(component: 0, isNegative: true), .noDirection(length: 0),
            .tooShort(length: 1, minimum: 2), .tooLong(length: 2, maximum: 1),
        ]
        return [
            (.point(.notFound([], row: nil)), 404), (.point(.notFound([id], row: 3)), 404),
            (.point(.exists(id: id, row: 0)), 409), (.point(.invalidID(.empty)), 400),
            (.point(.invalidID(.tooLong(byteCount: 9))), 400),
            (.point(.invalidID(.containsNUL)), 400),
            (.point(.payloadTooLarge(byteCount: 1, id: id)), 413),
            (.point(.invalidFilter(syntax)), 400), (.point(.invalidFieldPath("")), 400),
            (.point(.limitExceeded(limit: "k", maximum: 0, got: 1)), 422),
        ]
            + problems.flatMap { problem in
                [
                    (.point(.invalidVector(problem, row: nil)), 400),
                    (.point(.invalidVector(problem, row: 7)), 400),
                ]
            }
    }

    private static func below() -> [(VectorStoreError, Int)] {
        func system(_ code: Int32) -> VectorStoreError {
            .file(.system(operation: "write", path: secret, errno: code))
        }
        func catalog(_ code: Int32) -> VectorStoreError {
            .file(.catalog(operation: "", path: secret, resultCode: code, message: secret))
        }
        return [
            (system(ENOSPC), 507), (system(EMFILE), 503), (system(EACCES), 500),
            (system(ENOENT), 500), (system(EIO), 500), (catalog(5), 503), (catalog(262), 503),
            (catalog(7), 503), (catalog(8), 403), (catalog(13), 507), (catalog(11), 500),
            (.file(.newerFormat(path: secret, found: 2, supported: 1)), 500),
            (.file(.corrupt(file: secret, offset: nil, reason: secret)), 500),
            (.key(.notFound(id: "k", dataDirectory: secret)), 404), (.key(.invalid("r")), 400),
            (.key(.notActive(id: "k", state: .expired)), 409),
            (.key(.exceedsItsMaker(what: "w")), 403),
        ]
    }

    private static func backups() -> [(VectorStoreError, Int)] {
        let path = secret
        return [
            (.backup(.repositoryNotFound(path: path)), 404),
            (.backup(.repositoryParentNotFound(path: path, parent: path)), 404),
            (.backup(.notARepository(path: path, reason: path)), 404),
            (.backup(.repositoryInsideDataDirectory(path: path, dataDirectory: path)), 400),
            (.backup(.repositoryOfAnotherStore(path: path)), 400),
            (.backup(.snapshotNotFound(snapshot: "s", repository: path)), 404),
            (.backup(.ambiguousSnapshot(snapshot: "s", candidates: [])), 400),
            (
                .backup(
                    .collectionNotInSnapshot(name: "c", snapshot: "s", repository: path)
                ), 404
            ),
            (.backup(.malformedSnapshot(file: path, reason: path)), 500),
            (.backup(.corruptRepository(file: path, reason: path)), 500),
            (.backup(.unprovenSnapshot(snapshot: "s", reason: path)), 500),
        ]
    }

    @Test("Each error has its status and a sentence, in which no path of this machine stands")
    func statuses() throws {
        let table =
            Self.things() + Self.points(try PointID("a")) + Self.below() + Self.backups()
        for (error, status) in table {
            let answer = ServerError(error)
            #expect(answer.status == status, "\(error)")
            #expect(!answer.message.isEmpty && !answer.message.contains(Self.secret), "\(error)")
            #expect((answer.retryAfterSeconds != nil) == (status == 503), "\(error)")
        }
    }
}
