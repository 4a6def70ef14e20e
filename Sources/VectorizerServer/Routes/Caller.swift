package import VectorStore

/// Who asks.
package enum Caller: Sendable {
    /// Whoever can reach a server without keys; it listens on this machine only.
    case anyone
    /// The owner of a key.
    case key(KeyInfo)

    /// The key; nil where none is needed.
    package var key: KeyInfo? {
        switch self {
        case .anyone: nil
        case .key(let key): key
        }
    }

    /// Whether the caller may do something with a collection.
    ///
    /// - Parameters:
    ///   - verb: what is to be done.
    ///   - collection: with which collection; nil for all of them.
    /// - Returns: whether it is permitted.
    package func may(_ verb: KeyVerb, _ collection: CollectionName?) -> Bool {
        switch self {
        case .anyone: true
        case .key(let key):
            key.scopes.contains { $0.permits(verb, on: collection) }
        }
    }

    /// Whether the caller may know that a collection exists.
    ///
    /// - Parameter collection: the collection.
    /// - Returns: whether any of its scopes is about it.
    package func mayKnow(_ collection: CollectionName) -> Bool {
        KeyVerb.allCases.contains { may($0, collection) }
    }
}
