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
            .dataDirectoryNotFound(path: "/no such/store"), .dataDirectoryExists(path: "/store"),
            .dataDirectoryNotEmpty(path: "/home"), .notADataDirectory(path: "/x", reason: "a file"),
            .collectionNotFound(name: "docs", dataDirectory: "/store"),
            .collectionExists(name: "docs"),
            .pointsNotFound([id], row: nil), .pointsNotFound(many, row: 3),
            .pointExists(id: id, row: 0), .indexNotFound(field: "lang", collection: "docs"),
            .indexExists(field: "lang", collection: "docs"), .invalidCollectionName("a\u{1b}b"),
            .invalidID(.empty), .invalidID(.tooLong(byteCount: 600)), .invalidID(.containsNUL),
            .invalidDimension(5000),
            .invalidVector(.dimensionMismatch(expected: 3, got: 2), row: 1),
            .invalidVector(.notANumber(component: 2), row: 1),
            .invalidVector(.infinite(component: 0, isNegative: true), row: nil),
            .invalidVector(.infinite(component: 1, isNegative: false), row: nil),
            .invalidVector(.noDirection(length: 0), row: 1),
            .invalidVector(.tooLong(length: 1e30, maximum: 1e18), row: 1),
            .invalidFieldPath("a..b"), .limitExceeded(limit: "batch", maximum: 10, got: 11),
            .payloadTooLarge(byteCount: 2_000_000, id: id),
            .payloadTooLarge(byteCount: 30, id: id, limit: 20),
            .keyNotFound(id: "0123456789abcdef", dataDirectory: "/store"),
            .invalidKey("it takes scopes"),
            .keyNotActive(id: "0123456789abcdef", state: .expired),
            .keyExceedsItsMaker(what: "docs:write"), .writableByOthers(path: "/store/store"),
            .busy(lock: "LOCK.write", holder: nil, waitedSeconds: 10),
            .dataDirectoryReplaced(path: "/store"),
            .unsupportedFileSystem(path: "/mnt", kind: "nfs"), .readOnly(path: "/store"),
            .unrecoveredLogOnReadOnlyMedium(path: "/store"),
            .catalog(operation: "commit", path: "/store/catalog", resultCode: 11, message: "odd"),
            .newerFormat(path: "/store", found: 9, supported: 1),
            .corrupt(file: "/store/x", offset: 4096, reason: "checksum"),
            .corrupt(file: "/store/x", offset: nil, reason: "missing"),
            .cancelled,
            .repositoryNotFound(path: "/mnt/no repo"),
            .repositoryParentNotFound(path: "/mnt/no disk/repo", parent: "/mnt/no disk"),
            .notARepository(path: "/home", reason: "it holds other files"),
            .repositoryInsideDataDirectory(path: "/store/repo", dataDirectory: "/store"),
            .repositoryOfAnotherStore(path: "/mnt/repo"),
            .snapshotNotFound(snapshot: "1f0a", repository: "/mnt/repo"),
            .collectionNotInSnapshot(name: "docs", snapshot: "1f0a", repository: "/mnt/repo"),
            .ambiguousSnapshot(
                snapshot: "1",
                candidates: ["1f", "1e", "1d", "1c", "1b", "1a\u{1b}"]
            ),
            .malformedSnapshot(file: "/mnt/repo/snapshots/x.json", reason: "its id is bad"),
            .corruptRepository(file: "/mnt/repo/chunks/ab/x", reason: "it is missing"),
            .unprovenSnapshot(snapshot: "1f0a", reason: "other points are nearest"),
        ] + [filter, middle].compactMap { $0 }.map { .invalidFilter($0) }
            + [ENOSPC, EDQUOT, EFBIG, EMFILE, ENOMEM, EACCES, EROFS, ENOENT, ENOTDIR, EIO].map {
                .system(operation: "write", path: "/store/x", errno: $0)
            }
    }

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
            (VectorFault.noDirection(length: 0) as any Error, "zero_length"),
            (VectorStoreError.readOnly(path: "/x") as any Error, "read_only"),
        ]
    )
    func explained(error: any Error, kind: String) {
        #expect(Diagnostic(explaining: error).kind == kind)
    }
}
