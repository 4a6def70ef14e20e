/// What can be wrong with backup repositories and the snapshots in them.
public enum BackupError: Equatable, Sendable {
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

    /// The name by which programs tell errors apart.
    ///
    /// A collection that is not there has the same name, in a store and in a snapshot.
    public var kind: String {
        switch self {
        case .repositoryNotFound: "repository_not_found"
        case .repositoryParentNotFound: "repository_parent_not_found"
        case .notARepository: "not_a_repository"
        case .repositoryInsideDataDirectory: "repository_inside_data_directory"
        case .repositoryOfAnotherStore: "repository_of_another_store"
        case .snapshotNotFound: "snapshot_not_found"
        case .collectionNotInSnapshot: "collection_not_found"
        case .ambiguousSnapshot: "ambiguous_snapshot"
        case .malformedSnapshot: "malformed_snapshot"
        case .corruptRepository: "corrupt_repository"
        case .unprovenSnapshot: "unproven_snapshot"
        }
    }
}
