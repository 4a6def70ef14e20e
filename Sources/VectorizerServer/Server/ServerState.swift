import Glibc
package import Logging
import Synchronization
package import VectorStore

/// What the requests of one server share.
package final class ServerState: Sendable {
    /// The open store, in the name of the process.
    package let store: Store
    /// Decides on keys.
    package let keys: KeyAuthority
    /// All routes.
    package let routes: RouteTable
    /// Where the server tells what it does; it never tells keys, vectors or payloads.
    package let logger: Logger
    /// Points whose ids are neither numbers nor UUIDs.
    let wireIDs = PointWireIDs()
    /// When the server began, on the steady clock.
    package let start = KeyClock.seconds()
    /// The version of the program.
    package let version: String

    private let currentRules: Mutex<ServerRules>
    private let isReadyFlag = Atomic(false)
    private let isStoppingFlag = Atomic(false)
    private let presence = Mutex((known: true, checked: -Double.infinity))
    private let bodies = Atomic(0)
    private let present = Mutex((seconds: 0, text: ""))
    /// Where the rules come from.
    let source: SettingsSource
    /// Long work.
    let jobs = JobList()
    /// Requests in numbers.
    let counts = RequestCounts()
    /// What else happens, in numbers.
    let events = ServerEvents()
    /// How often one address may ask.
    let addresses = AddressLimits()
    let readLane: WorkLane
    let writeLane: WorkLane
    /// For bodies that are files.
    let fileLane = WorkLane(threadCount: 2)

    /// Puts a server together; it does not listen yet.
    ///
    /// - Parameters:
    ///   - store: the open store.
    ///   - routes: all routes.
    ///   - rules: what holds for all requests.
    ///   - source: where the rules come from, for when they are read again.
    ///   - version: the version of the program.
    ///   - logger: where the server tells what it does.
    package init(
        store: Store,
        routes: RouteTable,
        rules: ServerRules,
        source: SettingsSource,
        version: String,
        logger: Logger
    ) {
        self.store = store
        self.source = source
        self.routes = routes
        self.version = version
        self.logger = logger
        keys = KeyAuthority(store: store, logger: logger)
        currentRules = Mutex(rules)
        readLane = WorkLane(threadCount: rules.limits.searchCount ?? Self.coreCount)
        writeLane = WorkLane(threadCount: Self.writeThreadCount)
    }

    /// Cores that are there to work on.
    static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Writes that share a commit wait together, so there are more of them than cores.
    private static let writeThreadCount = 16

    /// What holds for all requests at this moment.
    package var rules: ServerRules {
        get { currentRules.withLock { $0 } }
        set { currentRules.withLock { $0 = newValue } }
    }

    /// Reads the rules again; what can't be obeyed changes nothing.
    ///
    /// - Throws: why the settings can't be read.
    package func reload() throws {
        rules = source.rules(try source.read())
    }

    /// Sizes and times at this moment.
    package var limits: ServerLimits { rules.limits }

    /// Requests that read, running or waiting.
    package var readCount: Int { readLane.workCount }

    /// Whether requests are answered.
    package var isReady: Bool {
        get { isReadyFlag.load(ordering: .relaxed) }
        set { isReadyFlag.store(newValue, ordering: .relaxed) }
    }

    /// Whether the server is about to end.
    package var isStopping: Bool {
        get { isStoppingFlag.load(ordering: .relaxed) }
        set { isStoppingFlag.store(newValue, ordering: .relaxed) }
    }

    /// The collection of a name in a path.
    ///
    /// - Parameters:
    ///   - name: the name or alias.
    ///   - store: the store in the name of the request.
    /// - Returns: the collection's own name; it need not exist.
    /// - Throws: `.collection(.invalidName)`, and the catalog's errors.
    package func resolve(_ name: String, in store: Store) throws(VectorStoreError) -> CollectionName
    {
        let name = try CollectionName(name)
        do throws(VectorStoreError) {
            return try store.aliases.collectionName(resolving: name)
        } catch .collection(.notFound) {
            return name
        }
    }

    /// Whether the store has keys, so that every request needs one; known for half a second.
    ///
    /// - Parameter isShown: whether the request shows a key, so that none must be missed.
    /// - Returns: whether it has; once it has, it always will.
    /// - Throws: the catalog's errors.
    func needsKeys(isShown: Bool) throws(VectorStoreError) -> Bool {
        let now = KeyClock.seconds()
        let known = presence.withLock { $0 }
        let isFresh = now - known.checked < Self.presenceSeconds
        if isFresh, known.known || !isShown { return known.known }
        let isNeeded = try !store.keys.all().isEmpty
        presence.withLock { $0 = (isNeeded, now) }
        return isNeeded
    }

    private static let presenceSeconds = 0.5

    /// The date as answers have it; made once a second.
    func date() -> String {
        let seconds = time(nil)
        return present.withLock { present in
            if present.seconds != seconds { present = (seconds, HTTPDate.text(seconds)) }
            return present.text
        }
    }

    // MARK: Memory of bodies

    /// Takes memory for a body's bytes.
    ///
    /// - Returns: whether there is room.
    func reserveBody(_ byteCount: Int, limit: Int) -> Bool {
        let before = bodies.wrappingAdd(byteCount, ordering: .relaxed).oldValue
        guard before + byteCount > limit else { return true }
        bodies.wrappingSubtract(byteCount, ordering: .relaxed)
        return false
    }

    /// Gives memory of a body's bytes back.
    func releaseBody(_ byteCount: Int) {
        bodies.wrappingSubtract(byteCount, ordering: .relaxed)
    }
}

extension ServerState {
    /// Ends the threads of the lanes after their present work.
    func stopLanes() async throws {
        try await readLane.stop()
        try await writeLane.stop()
        try await fileLane.stop()
        try await jobs.stop()
    }
}
