import Glibc

/// What can be wrong with files, below everything else.
public enum FileError: Equatable, Sendable {
    case system(operation: String, path: String, errno: Int32)
    case catalog(operation: String, path: String, resultCode: Int32, message: String)
    case newerFormat(path: String, found: Int, supported: Int)
    case corrupt(file: String, offset: Int?, reason: String)

    /// The name by which programs tell errors apart.
    public var kind: String {
        switch self {
        case .system(_, _, let errno): SystemCause(errno: errno).rawValue
        case .catalog: "catalog"
        case .newerFormat: "newer_format"
        case .corrupt: "corrupt"
        }
    }
}

/// Why the system refused: what is full, what is forbidden, what is exhausted.
public enum SystemCause: String, CaseIterable, Sendable {
    case diskFull = "disk_full"
    case outOfResources = "out_of_resources"
    case permission
    case fileNotFound = "file_not_found"
    case other = "io_error"

    /// Sorts an error number.
    ///
    /// - Parameter errno: what the system gave as its reason.
    public init(errno: Int32) {
        self =
            switch errno {
            case ENOSPC, EDQUOT, EFBIG: .diskFull
            case EMFILE, ENFILE, ENOMEM: .outOfResources
            case EACCES, EPERM, EROFS: .permission
            case ENOENT, ENOTDIR: .fileNotFound
            default: .other
            }
    }
}
