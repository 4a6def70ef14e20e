import Synchronization
import VectorStore

/// What happens in a server beside its requests, in numbers.
final class ServerEvents: Sendable {
    /// Why requests are refused before they are looked at closely.
    enum Rejection: String, CaseIterable {
        case host, origin, login, scope, rate, size, overload, malformed, timeout

        /// The reason behind a status; nil for what is no rejection.
        init?(status: Int) {
            switch status {
            case 400, 431: self = .malformed
            case 401: self = .login
            case 403: self = .scope
            case 408: self = .timeout
            case 413: self = .size
            case 421: self = .host
            case 429: self = .rate
            case 503: self = .overload
            default: return nil
            }
        }
    }

    /// The numbers.
    struct Values {
        var rejections: [Rejection: Int] = [:]
        var compactionCount = 0
        var failedCompactionCount = 0
        var busyCount = 0
        var lastBackup: Timestamp?
    }

    private let kept = Mutex(Values())

    /// The numbers now.
    var values: Values { kept.withLock { $0 } }

    /// Counts something.
    func count(_ change: (inout Values) -> Void) { kept.withLock { change(&$0) } }
}
