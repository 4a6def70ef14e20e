/// What can be wrong with API keys that are managed; a key that asks for something is judged by
/// ``KeyRefusal``.
public enum KeyError: Equatable, Sendable {
    case notFound(id: String, dataDirectory: String)
    case invalid(String)
    case notActive(id: String, state: KeyInfo.State)
    case exceedsItsMaker(what: String)

    /// The name by which programs tell errors apart.
    public var kind: String {
        switch self {
        case .notFound: "key_not_found"
        case .invalid: "invalid_key"
        case .notActive: "key_not_active"
        case .exceedsItsMaker: "key_exceeds_its_maker"
        }
    }
}
