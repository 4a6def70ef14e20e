import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// Every sentence, hint and object that an error of the engine becomes.
@Suite struct DiagnosticGoldenTests {
    private static func errors() throws -> [VectorStoreError] {
        let id = try PointID("a")
        let many = try (0..<7).map { try PointID("p\($0)") }
        let filter: FilterSyntaxError? = failure { _ = try PointFilter(parsing: "lang =") }
        let middle: FilterSyntaxError? = failure { _ = try PointFilter(parsing: "lang ~ 'x'") }
        return [
            .store(.notFound(path: "/no such/store")), .store(.exists(path: "/store")),
            .store(.directoryNotEmpty(path: "/home")),
            .store(.notADataDirectory(path: "/x", reason: "a file")),
            .collection(.notFound(name: "docs", dataDirectory: "/store")),
            .collection(.exists(name: "docs")),
            .point(.notFound([id], row: nil)), .point(.notFound(many, row: 3)),
            .point(.exists(id: id, row: 0)),
            .collection(.indexNotFound(field: "lang", collection: "docs")),
            .collection(.indexExists(field: "lang", collection: "docs")),
            .collection(.invalidName("a\u{1b}b")),
            .collection(.invalidFieldName("a/b")),
            .collection(.fieldNotFound(field: "", collection: "docs")),
            .collection(.fieldNotFound(field: "text", collection: "docs")),
            .collection(.wrongFieldKind(field: "words", collection: "docs")),
            .collection(.aliasNotFound("now")), .collection(.aliasExists("now")),
            .point(.invalidID(.empty)), .point(.invalidID(.tooLong(byteCount: 600))),
            .point(.invalidID(.containsNUL)),
            .collection(.invalidDimension(5000)),
            .point(.invalidVector(.dimensionMismatch(expected: 3, got: 2), row: 1)),
            .point(.invalidVector(.notANumber(component: 2), row: 1)),
            .point(.invalidVector(.infinite(component: 0, isNegative: true), row: nil)),
            .point(.invalidVector(.infinite(component: 1, isNegative: false), row: nil)),
            .point(.invalidVector(.noDirection(length: 0), row: 1)),
            .point(.invalidVector(.tooLong(length: 1e30, maximum: 1e18), row: 1)),
            .point(.invalidFieldPath("a..b")),
            .point(.limitExceeded(limit: "batch", maximum: 10, got: 11)),
            .point(.payloadTooLarge(byteCount: 2_000_000, id: id)),
            .point(.payloadTooLarge(byteCount: 30, id: id, limit: 20)),
            .key(.notFound(id: "0123456789abcdef", dataDirectory: "/store")),
            .key(.invalid("it takes scopes")),
            .key(.notActive(id: "0123456789abcdef", state: .expired)),
            .key(.exceedsItsMaker(what: "docs:write")),
            .store(.writableByOthers(path: "/store/store")),
            .store(.busy(lock: "LOCK.write", holder: nil, waitedSeconds: 10)),
            .store(.replaced(path: "/store")),
            .store(.unsupportedFileSystem(path: "/mnt", kind: "nfs")),
            .store(.readOnly(path: "/store")),
            .store(.unrecoveredLogOnReadOnlyMedium(path: "/store")),
            .file(
                .catalog(
                    operation: "commit",
                    path: "/store/catalog",
                    resultCode: 11,
                    message: "odd"
                )
            ),
            .file(.newerFormat(path: "/store", found: 9, supported: 1)),
            .file(.corrupt(file: "/store/x", offset: 4096, reason: "checksum")),
            .file(.corrupt(file: "/store/x", offset: nil, reason: "missing")),
            .cancelled,
        ] + backupErrors + [filter, middle].compactMap { $0 }.map { .point(.invalidFilter($0)) }
            + [ENOSPC, EDQUOT, EFBIG, EMFILE, ENOMEM, EACCES, EROFS, ENOENT, ENOTDIR, EIO].map {
                .file(.system(operation: "write", path: "/store/x", errno: $0))
            }
    }

    private static let backupErrors: [VectorStoreError] = [
        .backup(.repositoryNotFound(path: "/mnt/no repo")),
        .backup(.repositoryParentNotFound(path: "/mnt/no disk/repo", parent: "/mnt/no disk")),
        .backup(.notARepository(path: "/home", reason: "it holds other files")),
        .backup(.repositoryInsideDataDirectory(path: "/store/repo", dataDirectory: "/store")),
        .backup(.repositoryOfAnotherStore(path: "/mnt/repo")),
        .backup(.snapshotNotFound(snapshot: "1f0a", repository: "/mnt/repo")),
        .backup(
            .collectionNotInSnapshot(name: "docs", snapshot: "1f0a", repository: "/mnt/repo")
        ),
        .backup(
            .ambiguousSnapshot(
                snapshot: "1",
                candidates: ["1f", "1e", "1d", "1c", "1b", "1a\u{1b}"]
            )
        ),
        .backup(
            .malformedSnapshot(file: "/mnt/repo/snapshots/x.json", reason: "its id is bad")
        ),
        .backup(.corruptRepository(file: "/mnt/repo/chunks/ab/x", reason: "it is missing")),
        .backup(.unprovenSnapshot(snapshot: "1f0a", reason: "other points are nearest")),
    ]

    private static func failure<Failure: Error>(_ body: () throws -> Void) -> Failure? {
        do {
            try body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test("Each error of the engine is its golden, as a sentence and as an object")
    func goldens() throws {
        var text = ""
        for error in try Self.errors() {
            let diagnostic = Diagnostic(error, lookedIn: "/store")
            #expect(diagnostic.kind == error.kind)
            #expect(
                ExitStatus.all.contains { $0.code == diagnostic.code } || diagnostic.code == 129
            )
            text += diagnostic.rendered(as: .text) + "\n"
            text += diagnostic.rendered(as: .json) + "\n\n"
        }
        try expectGolden(text, "diagnostics.txt")
    }

    @Test("Each repair has words, commands where one helps")
    func repairs() throws {
        let docs = try CollectionName("docs")
        let words: [Repair: String] = [
            .restoreStore: "restore the store from a backup",
            .reinsertPoint: "delete the point and insert it again, or restore from a backup",
            .rebuildIndex(collection: docs): "vectorizer compact docs --rebuild",
            .recreatePayloadIndex(collection: docs, field: "a.b"):
                "vectorizer drop-index docs a.b && vectorizer create-index docs a.b",
        ]
        for (repair, expected) in words { #expect(repair.words == expected) }
    }

    @Test("What nobody foresaw is called a bug")
    func unforeseen() {
        struct Surprise: Error {}
        let diagnostic = Diagnostic(explaining: Surprise())
        #expect(diagnostic.code == 70)
        #expect(diagnostic.kind == "internal")
    }

    @Test(
        "An error is explained by what it is",
        arguments: [
            (VectorError.noDirection(length: 0) as any Error, "zero_length"),
            (VectorStoreError.store(.readOnly(path: "/x")) as any Error, "read_only"),
        ]
    )
    func explained(error: any Error, kind: String) {
        #expect(Diagnostic(explaining: error).kind == kind)
    }
}
