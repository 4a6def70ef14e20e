import Glibc
import Logging
import Synchronization

/// An open data directory, as one request sees it.
///
/// A store may be used from several threads and by several processes at once: writers take turns
/// batch by batch, readers see one committed state and never wait. Every change is durable
/// before its call returns.
public final class Store: Sendable {
    let session: StoreSession
    let options: StoreOptions

    /// Opens the store in a data directory.
    ///
    /// - Parameters:
    ///   - path: the data directory.
    ///   - options: what for, and how long to wait.
    /// - Throws: `StoreError.notFound`, `.busy` while a restore runs, `.newerFormat`, `.corrupt`
    ///   and system errors.
    /// - Complexity: constant; no data is loaded.
    public init(path: String, options: StoreOptions = StoreOptions()) throws(VectorStoreError) {
        self.options = options
        session = try StoreSession(path: path, options: options)
    }

    private init(_ session: StoreSession, _ options: StoreOptions) {
        self.session = session
        self.options = options
    }

    /// The same open store for another request.
    ///
    /// - Parameter context: who asks, how long to wait, and when to stop.
    /// - Returns: a store for the requests of that context.
    /// - Complexity: constant; nothing is opened.
    public func with(_ context: RequestContext) -> Store {
        var options = options
        options.context = context
        return Store(session, options)
    }

    /// The data directory as the user named it.
    public var path: String { session.directory.path }
    /// Whether the medium is mounted read-only.
    public var isReadOnlyMedium: Bool { session.isReadOnlyMedium }
    /// The directory or file of the store that other users may read, if there is one.
    public var pathReadableByOthers: String? { session.pathReadableByOthers }

    var directory: DataDirectory { session.directory }

    /// The number of transactions that this store has seen.
    public func commitSequence() throws(VectorStoreError) -> UInt64 {
        try read { db in try StoreRecord(db).commitSequence }
    }

    /// Runs a body inside one read transaction on a connection of its own.
    func read<Value>(_ body: (CatalogReader) throws -> Value) throws(VectorStoreError) -> Value {
        try session.read(until: options.context.cancellation, body)
    }

    /// The collection's row, or `CollectionError.notFound`.
    func record(of name: CollectionName, in db: CatalogReader) throws -> CollectionRecord {
        guard let record = try CollectionRecord.find(name, in: db) else {
            throw VectorStoreError.collection(.notFound(name: name.text, dataDirectory: path))
        }
        return record
    }
}
