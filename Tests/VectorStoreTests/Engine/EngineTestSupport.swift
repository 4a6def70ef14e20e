import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import VectorStore

/// A data directory with one collection, gone with the test.
final class TestStore: Sendable {
    static let collection = CollectionName(known: "docs")

    private let scratch: ScratchDirectory
    let store: Store
    var path: String { store.path }

    init(
        dimension: Int = 4,
        metric: Metric = .euclidean,
        lockTimeout: LockTimeout = LockTimeout(seconds: 10)
    ) throws {
        scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        try Store.create(path: path)
        store = try Store(
            path: path,
            options: StoreOptions(access: .write, lockTimeout: lockTimeout)
        )
        try store.createCollection(
            Self.collection,
            configuration: CollectionConfiguration(dimension: dimension, metric: metric)
        )
    }

    /// Another store on the same directory, as another process would have it.
    func reopened(
        _ access: StoreOptions.Access = .read,
        lockTimeout: LockTimeout = LockTimeout(),
        log: RecordedLog = RecordedLog()
    ) throws -> Store {
        let options = StoreOptions(access: access, lockTimeout: lockTimeout, logger: log.logger)
        return try Store(path: path, options: options)
    }

    var catalogPath: String { path + "/store/catalog.sqlite" }

    /// The tails that are there, by path.
    func tails() throws -> [String] { try files(".tail") }

    /// The segments that are there, by path.
    func segments() throws -> [String] { try files(".seg") }

    /// The vector files that are there and end in something, by path.
    func files(_ ending: String) throws -> [String] {
        let root = path + "/store/vectors"
        return try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.contains("/") && $0.hasSuffix(ending) }.map { root + "/" + $0 }.sorted()
    }

    /// The only vector file.
    func tail() throws -> String {
        let all = try tails()
        guard let first = all.first, all.count == 1 else { throw Unexpected("\(all)") }
        return first
    }
}

/// One point as a test writes it.
struct TestPoint: Equatable {
    var id: String
    var vector: [Float]
    var payload = "{}"
}

extension PointBatch {
    init(_ points: [TestPoint], dimension: Int = 4) {
        self.init(dimension: dimension)
        for point in points {
            append(
                id: PointID(known: point.id),
                vector: point.vector,
                payload: point.payload.utf8
            )
        }
    }
}

extension Store {
    @discardableResult
    func put(
        _ points: [TestPoint],
        to name: CollectionName = TestStore.collection,
        mode: WriteMode = .upsert,
        skipsRefused: Bool = false
    ) throws(VectorStoreError) -> BatchResult {
        let dimension = points.first?.vector.count ?? 4
        return try write(
            PointBatch(points, dimension: dimension),
            to: name,
            mode: mode,
            skipsRefused: skipsRefused
        )
    }

    /// All points with their vectors, in the order of their ids.
    func allPoints(of name: CollectionName = TestStore.collection) throws -> [TestPoint] {
        try withReader(of: name) { snapshot in
            var points: [TestPoint] = []
            try snapshot.forEachPoint(includesVectors: true) { point in
                points.append(TestPoint(point))
                return true
            }
            return points
        }
    }

    func search(
        _ vector: [Float],
        k: Int = 10,
        filter: String? = nil,
        minimumScore: Float? = nil,
        in name: CollectionName = TestStore.collection
    ) throws -> [SearchHit] {
        let request = SearchRequest(
            vector: vector,
            neighbourCount: k,
            filter: try filter.map { try PointFilter(parsing: $0) },
            minimumScore: minimumScore,
            includesVectors: true
        )
        return try withReader(of: name) { try $0.search(request) }
    }

    func ids(_ texts: String...) -> PointSelection { .ids(texts.map(PointID.init(known:))) }

    /// What `verify` finds, at the greatest depth and with the links of segments.
    func findings(_ depth: VerificationDepth = .full) throws -> [VerificationFinding] {
        var findings: [VerificationFinding] = []
        _ = try verify(depth: depth, includesGraph: depth == .full) { findings.append($0) }
        return findings
    }

    /// Makes one segment of a collection.
    @discardableResult
    func compact(
        _ name: CollectionName = TestStore.collection,
        rebuilds: Bool = false,
        willIndex: @escaping (Int) -> Void = { _ in }
    ) throws(VectorStoreError) -> CompactionResult {
        var options = CompactionOptions()
        options.rebuilds = rebuilds
        options.willIndex = willIndex
        return try maintenance.compact(name, options: options)
    }
}

extension TestPoint {
    init(_ point: StoredPoint) {
        self.init(
            id: point.id.text,
            vector: point.vector ?? [],
            payload: String(decoding: point.payload, as: UTF8.self)
        )
    }
}

/// Points named `p0`, `p1` … with vectors that differ.
func samplePoints(_ range: Range<Int>, dimension: Int = 4) -> [TestPoint] {
    range.map { number in
        TestPoint(
            id: "p\(number)",
            vector: (0..<dimension).map { Float(number) + Float($0) / 8 + 1 },
            payload: #"{"n":\#(number),"even":\#(number % 2 == 0)}"#
        )
    }
}

/// Keeps a process that is meant to trap from leaving its memory as a file in the repository.
func leaveNoCore() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(4), &none)
}

/// What the engine tells while it works.
final class RecordedLog: Sendable {
    private let recorded = Mutex<[String]>([])

    var messages: [String] { recorded.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.recorded.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}

/// Holds a store's lock as another process would.
struct LockedFile {
    private let path: String

    init(_ path: String) { self.path = path }

    func whileHeld(_ body: () throws -> Void) throws {
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        try #require(flock(file, LOCK_EX) == 0)
        try body()
    }
}
