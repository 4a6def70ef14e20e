/// What can be wrong with a data directory, or keep a process from using it.
public enum StoreError: Equatable, Sendable {
    case notFound(path: String)
    case exists(path: String)
    case directoryNotEmpty(path: String)
    case notADataDirectory(path: String, reason: String)
    case busy(lock: String, holder: LockHolder?, waitedSeconds: Double)
    /// Another store is there now; nothing was written.
    case replaced(path: String)
    case unsupportedFileSystem(path: String, kind: String)
    case readOnly(path: String)
    case writableByOthers(path: String)
    case foreignOwner(path: String)
    case unrecoveredLogOnReadOnlyMedium(path: String)

    /// The name by which programs tell errors apart.
    public var kind: String {
        switch self {
        case .notFound: "data_directory_not_found"
        case .exists: "data_directory_exists"
        case .directoryNotEmpty: "data_directory_not_empty"
        case .notADataDirectory: "not_a_data_directory"
        case .busy: "busy"
        case .replaced: "data_directory_replaced"
        case .unsupportedFileSystem: "unsupported_file_system"
        case .readOnly: "read_only"
        case .writableByOthers: "writable_by_others"
        case .foreignOwner: "foreign_owner"
        case .unrecoveredLogOnReadOnlyMedium: "unrecovered_log"
        }
    }
}

/// The process that holds a lock that another waits for.
public struct LockHolder: Equatable, Sendable {
    /// Its process id.
    public let processID: Int32
    /// The command it runs, as it said when it took the lock.
    public let command: String
}
