import GRDB
import GRDBSQLite
import Glibc

/// An SQLite error with the system's reason, read before another call can overwrite it.
struct CatalogError: Error {
    private let error: DatabaseError
    private let systemError: Int32

    init(_ error: DatabaseError, systemError: Int32) {
        self.error = error
        self.systemError = systemError
    }

    init(_ error: DatabaseError, connection: OpaquePointer?) {
        self.error = error
        self.systemError = unsafe connection.map { unsafe sqlite3_system_errno($0) } ?? 0
    }

    /// On a full disk SQLite often says "I/O error", so the system's reason decides where it has
    /// one.
    func asStoreError(path: String, operation: String) -> VectorStoreError {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            .store(.busy(lock: "catalog.sqlite", holder: nil, waitedSeconds: 0))
        // SQLite calls a schema that it could not read malformed, whatever the reason was.
        case .SQLITE_CORRUPT where systemError == EIO:
            .system(operation, path, EIO)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_MISMATCH,
            // Our own SQL is right for our own schema: what does not compile found another one.
            .SQLITE_ERROR:
            .corrupt(path, error.message ?? "malformed")
        case .SQLITE_FULL:
            .system(operation, path, ENOSPC)
        case .SQLITE_NOMEM:
            .system(operation, path, ENOMEM)
        case .SQLITE_READONLY where ![0, EROFS, EACCES, EPERM].contains(systemError):
            .system(operation, path, systemError)
        case .SQLITE_READONLY:
            .store(.readOnly(path: path))
        // Only the progress handler interrupts a statement, and only for a cancellation.
        case .SQLITE_INTERRUPT:
            .cancelled
        case .SQLITE_PERM, .SQLITE_AUTH:
            .system(operation, path, EACCES)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN:
            .system(operation, path, systemError == 0 ? EIO : systemError)
        default:
            .file(
                .catalog(
                    operation: operation,
                    path: path,
                    resultCode: error.extendedResultCode.rawValue,
                    message: error.message ?? ""
                )
            )
        }
    }
}
