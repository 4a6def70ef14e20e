/// Everything that can go wrong in the engine, as facts.
///
/// Sentences, hints and exit codes are made where a person reads them, by one exhaustive switch.
public enum VectorStoreError: Error, Equatable, Sendable {
    // What is not there, or there already.
    case dataDirectoryNotFound(path: String)
    case dataDirectoryExists(path: String)
    case dataDirectoryNotEmpty(path: String)
    case notADataDirectory(path: String, reason: String)
    case collectionNotFound(name: String, dataDirectory: String)
    case collectionExists(name: String)
    case pointsNotFound([PointID], row: Int?)
    case pointExists(id: PointID, row: Int)
    case indexNotFound(field: String, collection: String)
    case indexExists(field: String, collection: String)
    case keyNotFound(id: String, dataDirectory: String)

    // What the user gave.
    case invalidKey(String)
    case keyNotActive(id: String, state: KeyInfo.State)
    case keyExceedsItsMaker(what: String)
    case invalidCollectionName(String)
    case invalidID(IDProblem)
    case invalidDimension(Int)
    case invalidVector(VectorFault, row: Int?)
    case invalidFilter(FilterSyntaxError)
    case invalidFieldPath(String)
    case limitExceeded(limit: String, maximum: Int, got: Int)
    case payloadTooLarge(byteCount: Int, id: PointID, limit: Int = Limits.payloadByteCount)

    // The world around the store.
    case busy(lock: String, holder: LockHolder?, waitedSeconds: Double)
    case dataDirectoryReplaced(path: String)
    case unsupportedFileSystem(path: String, kind: String)
    case readOnly(path: String)
    case writableByOthers(path: String)
    case foreignOwner(path: String)
    case unrecoveredLogOnReadOnlyMedium(path: String)
    case system(operation: String, path: String, errno: Int32)
    case catalog(operation: String, path: String, resultCode: Int32, message: String)
    case newerFormat(path: String, found: Int, supported: Int)
    case corrupt(file: String, offset: Int?, reason: String)
    /// The request was no longer wanted; nothing of it was committed.
    case cancelled

    // Backups.
    case repositoryNotFound(path: String)
    case repositoryParentNotFound(path: String, parent: String)
    case notARepository(path: String, reason: String)
    case repositoryInsideDataDirectory(path: String, dataDirectory: String)
    case repositoryOfAnotherStore(path: String)
    case snapshotNotFound(snapshot: String, repository: String)
    case collectionNotInSnapshot(name: String, snapshot: String, repository: String)
    case ambiguousSnapshot(snapshot: String, candidates: [String])
    /// What no backup writes: a name, a number or a table that is not ours.
    case malformedSnapshot(file: String, reason: String)
    case corruptRepository(file: String, reason: String)
    /// The restored store does not hold what its snapshot promises.
    case unprovenSnapshot(snapshot: String, reason: String)
}

/// The process that holds a lock somebody waits for.
public struct LockHolder: Equatable, Sendable {
    /// Its process id.
    public let processID: Int32
    /// The command it runs, as it said when it took the lock.
    public let command: String
}
