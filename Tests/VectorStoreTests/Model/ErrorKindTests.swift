import Glibc
import Testing
import VectorStore

/// The names by which programs tell errors apart: they are for ever.
@Suite struct ErrorKindTests {
    private static let syntax = FilterSyntaxError(position: 1, found: "", expected: .value)

    private static func kinds() throws -> [(VectorStoreError, String)] {
        try namesOfThings() + pointNames(PointID("a")) + namesBelow()
    }

    private static func namesOfThings() -> [(VectorStoreError, String)] {
        [
            (.store(.notFound(path: "")), "data_directory_not_found"),
            (.store(.exists(path: "")), "data_directory_exists"),
            (.store(.directoryNotEmpty(path: "")), "data_directory_not_empty"),
            (.store(.notADataDirectory(path: "", reason: "")), "not_a_data_directory"),
            (.store(.busy(lock: "", holder: nil, waitedSeconds: 0)), "busy"),
            (.store(.replaced(path: "")), "data_directory_replaced"),
            (.store(.unsupportedFileSystem(path: "", kind: "")), "unsupported_file_system"),
            (.store(.readOnly(path: "")), "read_only"),
            (.store(.writableByOthers(path: "")), "writable_by_others"),
            (.store(.foreignOwner(path: "")), "foreign_owner"),
            (.store(.unrecoveredLogOnReadOnlyMedium(path: "")), "unrecovered_log"),
            (.collection(.notFound(name: "", dataDirectory: "")), "collection_not_found"),
            (.collection(.exists(name: "")), "collection_exists"),
            (.collection(.invalidName("")), "invalid_collection_name"),
            (.collection(.invalidDimension(0)), "invalid_dimension"),
            (.collection(.invalidFieldName("")), "invalid_vector_field_name"),
            (.collection(.fieldNotFound(field: "", collection: "")), "vector_field_not_found"),
            (.collection(.wrongFieldKind(field: "", collection: "")), "wrong_vector_kind"),
            (.collection(.aliasNotFound("")), "alias_not_found"),
            (.collection(.aliasExists("")), "alias_exists"),
            (.collection(.indexNotFound(field: "", collection: "")), "index_not_found"),
            (.collection(.indexExists(field: "", collection: "")), "index_exists"),
        ]
    }

    private static func pointNames(_ id: PointID) -> [(VectorStoreError, String)] {
        [
            (.point(.notFound([], row: nil)), "point_not_found"),
            (.point(.exists(id: id, row: 0)), "point_exists"),
            (.point(.invalidID(.empty)), "invalid_id"),
            (.point(.invalidID(.tooLong(byteCount: 9))), "id_too_long"),
            (
                .point(.invalidVector(.dimensionMismatch(expected: 1, got: 2), row: nil)),
                "dimension_mismatch"
            ),
            (.point(.invalidVector(.notANumber(component: 0), row: nil)), "not_finite"),
            (.point(.invalidVector(.noDirection(length: 0), row: nil)), "zero_length"),
            (.point(.invalidVector(.tooShort(length: 1, minimum: 2), row: nil)), "too_short"),
            (.point(.invalidVector(.tooLong(length: 2, maximum: 1), row: nil)), "too_long"),
            (.point(.payloadTooLarge(byteCount: 1, id: id)), "payload_too_large"),
            (.point(.invalidFilter(syntax)), "invalid_filter"),
            (.point(.invalidFieldPath("")), "invalid_field"),
            (.point(.limitExceeded(limit: "", maximum: 0, got: 1)), "limit_exceeded"),
            (.key(.notFound(id: "", dataDirectory: "")), "key_not_found"),
            (.key(.invalid("")), "invalid_key"),
            (.key(.notActive(id: "", state: .expired)), "key_not_active"),
            (.key(.exceedsItsMaker(what: "")), "key_exceeds_its_maker"),
        ]
    }

    private static func namesBelow() -> [(VectorStoreError, String)] {
        [
            (.file(.system(operation: "", path: "", errno: ENOSPC)), "disk_full"),
            (.file(.system(operation: "", path: "", errno: EMFILE)), "out_of_resources"),
            (.file(.system(operation: "", path: "", errno: EACCES)), "permission"),
            (.file(.system(operation: "", path: "", errno: ENOENT)), "file_not_found"),
            (.file(.system(operation: "", path: "", errno: EIO)), "io_error"),
            (.file(.catalog(operation: "", path: "", resultCode: 1, message: "")), "catalog"),
            (.file(.newerFormat(path: "", found: 2, supported: 1)), "newer_format"),
            (.file(.corrupt(file: "", offset: nil, reason: "")), "corrupt"),
            (.backup(.repositoryNotFound(path: "")), "repository_not_found"),
            (
                .backup(.repositoryParentNotFound(path: "", parent: "")),
                "repository_parent_not_found"
            ),
            (.backup(.notARepository(path: "", reason: "")), "not_a_repository"),
            (
                .backup(.repositoryInsideDataDirectory(path: "", dataDirectory: "")),
                "repository_inside_data_directory"
            ),
            (.backup(.repositoryOfAnotherStore(path: "")), "repository_of_another_store"),
            (.backup(.snapshotNotFound(snapshot: "", repository: "")), "snapshot_not_found"),
            (.backup(.ambiguousSnapshot(snapshot: "", candidates: [])), "ambiguous_snapshot"),
            (.backup(.malformedSnapshot(file: "", reason: "")), "malformed_snapshot"),
            (.backup(.corruptRepository(file: "", reason: "")), "corrupt_repository"),
            (.backup(.unprovenSnapshot(snapshot: "", reason: "")), "unproven_snapshot"),
            (.cancelled, "interrupted"),
        ]
    }

    @Test("Each error has its own name, in small letters and underscores")
    func names() throws {
        let kinds = try Self.kinds()
        for (error, kind) in kinds { #expect(error.kind == kind) }
        #expect(Set(kinds.map(\.1)).count == kinds.count)
        #expect(kinds.allSatisfy { $0.1.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil })
    }

    @Test("Some errors that are answered alike share a name")
    func sharedNames() {
        let gone = BackupError.collectionNotInSnapshot(name: "", snapshot: "", repository: "")
        #expect(gone.kind == CollectionError.notFound(name: "", dataDirectory: "").kind)
        #expect(IDProblem.containsNUL.kind == IDProblem.empty.kind)
        let infinite = VectorError.infinite(component: 0, isNegative: true)
        #expect(infinite.kind == VectorError.notANumber(component: 0).kind)
    }
}
