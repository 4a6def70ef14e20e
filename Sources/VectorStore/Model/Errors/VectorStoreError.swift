/// Everything that can go wrong in the engine, as facts, by subject.
///
/// Sentences, hints and exit codes are made where an answer is written, by a switch over each
/// subject. No such switch has a default: a new case does not compile without its words.
public enum VectorStoreError: Error, Equatable, Sendable {
    case store(StoreError)
    case collection(CollectionError)
    case point(PointError)
    case key(KeyError)
    case file(FileError)
    case backup(BackupError)
    /// The request was no longer wanted; nothing of it was committed.
    case cancelled

    /// The name by which programs tell errors apart, such as `collection_not_found`; it never
    /// changes.
    public var kind: String {
        switch self {
        case .store(let error): error.kind
        case .collection(let error): error.kind
        case .point(let error): error.kind
        case .key(let error): error.kind
        case .file(let error): error.kind
        case .backup(let error): error.kind
        case .cancelled: "interrupted"
        }
    }
}

extension VectorStoreError: CustomStringConvertible {
    /// The case with its facts, for logs and debuggers.
    public var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .collection(let error): "\(error)"
        case .point(let error): "\(error)"
        case .key(let error): "\(error)"
        case .file(let error): "\(error)"
        case .backup(let error): "\(error)"
        case .cancelled: "cancelled"
        }
    }
}

extension VectorStoreError {
    /// Something damaged in a file.
    ///
    /// - Parameters:
    ///   - file: the path.
    ///   - offset: the byte where it is; nil where there is no telling.
    ///   - reason: what is wrong.
    /// - Returns: the error.
    static func corrupt(_ file: String, at offset: Int? = nil, _ reason: String) -> Self {
        .file(.corrupt(file: file, offset: offset, reason: reason))
    }

    /// A call of the system that failed.
    ///
    /// - Parameters:
    ///   - operation: the call's name.
    ///   - path: what it was for.
    ///   - errno: why, as the system numbers it.
    /// - Returns: the error.
    package static func system(_ operation: String, _ path: String, _ errno: Int32) -> Self {
        .file(.system(operation: operation, path: path, errno: errno))
    }
}

extension VectorStoreError {
    /// Whether a row was refused because of the write's mode, which is no fault of the row.
    var isRefusal: Bool {
        switch self {
        case .point(.exists), .point(.notFound): true
        default: false
        }
    }
}
