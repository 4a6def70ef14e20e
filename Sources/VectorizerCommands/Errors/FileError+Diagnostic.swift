import Glibc
import VectorStore

/// Sentences about files, below everything else.
extension FileError {
    /// What the user is told.
    var diagnostic: Diagnostic {
        switch self {
        case .system(let operation, let path, let number): .system(operation, path, number)
        case .catalog(let operation, let path, let code, let message):
            sqlite(operation, path, code, message)
        case .newerFormat(let path, let found, let supported): newer(path, found, supported)
        case .corrupt(let file, let offset, let reason): damaged(file, offset, reason)
        }
    }

    private func sqlite(
        _ operation: String,
        _ path: String,
        _ code: Int32,
        _ message: String
    ) -> Diagnostic {
        Diagnostic(
            code: 70,
            kind: kind,
            message: "\(path): \(operation): SQLite error \(code): \(message)",
            file: path
        )
    }

    private func newer(_ path: String, _ found: Int, _ supported: Int) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: kind,
            message: "\(path) has format \(found), this program knows up to \(supported)",
            file: path,
            expected: .integer(Int64(supported)),
            got: .integer(Int64(found))
        )
    }

    private func damaged(_ file: String, _ offset: Int?, _ reason: String) -> Diagnostic {
        let place = offset.map { " at byte \($0)" } ?? ""
        return Diagnostic(
            code: 76,
            kind: kind,
            message: "\(file)\(place): \(reason)",
            file: file,
            hint: "vectorizer verify --repair-plan",
            extra: offset.map { [("offset", .integer(Int64($0)))] } ?? []
        )
    }
}

extension Diagnostic {
    /// The system's reason decides: what is full, what is forbidden, what is exhausted.
    static func system(_ operation: String, _ path: String, _ number: Int32) -> Diagnostic {
        let cause = SystemCause(errno: number)
        let code: Int32 =
            switch cause {
            case .diskFull, .other: 74
            case .outOfResources: 69
            case .permission: 77
            case .fileNotFound: 66
            }
        return Diagnostic(
            code: code,
            kind: cause.rawValue,
            message: "\(path): \(operation): \(String(cString: strerror(number)).lowercased())",
            file: path,
            extra: [("errno", .integer(Int64(number)))]
        )
    }
}
