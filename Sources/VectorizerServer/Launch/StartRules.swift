import VectorStore
import VectorizerSettings

/// What must hold before a server may listen.
enum StartRules {
    /// Refuses an address that others can reach without what protects it.
    ///
    /// - Parameters:
    ///   - options: how the server was called.
    ///   - store: the open store.
    /// - Throws: ``ServerStartError``, and the catalog's errors.
    static func check(_ options: ServerOptions, _ store: Store) throws {
        guard !options.listen.isLoopback || options.rules.isBehindProxy else { return }
        if options.tls == nil, !options.rules.isBehindProxy {
            throw ServerStartError.needsTLS(options.listen.text)
        }
        if try store.keys.all().isEmpty { throw ServerStartError.needsKeys(options.listen.text) }
    }
}
