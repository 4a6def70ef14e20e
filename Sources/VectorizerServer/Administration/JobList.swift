import NIOPosix
import Synchronization
import VectorStore

/// The jobs of a server: those that run, those that wait, and the last ones that are over.
///
/// Their threads stand behind those that answer requests.
final class JobList: Sendable {
    /// Jobs that run at one time.
    static let threadCount = 2
    /// Jobs that wait or run; more are refused.
    static let openCountMax = 32
    /// Jobs that are over and still told of.
    static let keptCountMax = 100

    private let jobs = Mutex<[Job]>([])
    private let pool = NIOThreadPool(numberOfThreads: JobList.threadCount)

    init() {
        pool.start()
    }

    /// Takes a job, which runs when its turn comes.
    ///
    /// - Parameters:
    ///   - kind: what it does.
    ///   - object: what it does it to.
    ///   - explain: the sentence for what goes wrong.
    ///   - body: the work.
    /// - Returns: the job.
    /// - Throws: 503 when too many wait.
    func add(
        _ kind: String,
        _ object: String?,
        explain: @escaping @Sendable (any Error) -> String,
        _ body: @escaping @Sendable (Job) throws -> PlainJSON
    ) throws(ServerError) -> Job {
        let id = Self.drawID()
        let job = Job(id: id, kind: kind, object: object)
        let isTaken = jobs.withLock { jobs in
            guard jobs.count(where: { !$0.phase.isEnd }) < Self.openCountMax else { return false }
            jobs.append(job)
            while jobs.count(where: { $0.phase.isEnd }) > Self.keptCountMax {
                guard let oldest = jobs.firstIndex(where: { $0.phase.isEnd }) else { break }
                jobs.remove(at: oldest)
            }
            return true
        }
        guard isTaken else { throw .busy("too many jobs wait already") }
        pool.submit { state in
            guard case .active = state else { return job.cancel() }
            ThreadStanding.lower()
            job.run(explain, body)
        }
        return job
    }

    /// All jobs that are told of, the oldest first.
    var all: [Job] { jobs.withLock { $0 } }

    /// A job.
    ///
    /// - Throws: 404.
    func find(_ id: String) throws(ServerError) -> Job {
        guard let job = all.first(where: { $0.id == id }) else {
            throw .notFound("no job \(id)")
        }
        return job
    }

    /// Cancels all jobs, and waits until they have ended.
    func stop() async throws {
        for job in all { job.cancel() }
        try await pool.shutdownGracefully()
    }

    private static func drawID() -> String {
        let number = UInt64.random(in: 0...UInt64.max)
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension ServerState {
    /// Runs work as a job, for whoever embeds the server.
    ///
    /// - Parameter body: the work.
    /// - Returns: the job's id.
    /// - Throws: 503 when too many wait.
    package func addJob(_ body: @escaping @Sendable () -> Void) throws(ServerError) -> String {
        let job = try jobs.add("other", nil, explain: { "\($0)" }) { _ in
            body()
            return .null
        }
        return job.id
    }
}
