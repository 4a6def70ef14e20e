import Logging
import VectorStore

/// Jobs under `/v1/`.
enum JobRoutes {
    static let all: [Route] = [
        Route(.get, "/v1/jobs", .store(.admin), title: "Jobs, the oldest first") { request in
            .result(.list(request.server.jobs.all.map(\.json)))
        },
        Route(.get, "/v1/jobs/{job_id}", .store(.admin), title: "One job") { request in
            .result(try request.server.jobs.find(request.path("job_id")).json)
        },
        Route(
            .post,
            "/v1/jobs/{job_id}/cancel",
            .store(.admin),
            lane: .read,
            body: .some(.none),
            title: "End a job"
        ) { request in
            let job = try request.server.jobs.find(request.path("job_id"))
            job.cancel()
            return .result(job.json)
        },
        job("/v1/verify", lane: .read, title: "Check the store or a collection", begin: verify),
        job("/v1/recall", lane: .read, title: "Measure what searches find", begin: recall),
        job("/v1/compact", lane: .write, title: "Index and shrink collections", begin: compact),
        job("/v1/backups", lane: .write, title: "Make a backup", begin: backUp),
        Route(.get, "/v1/backups", .store(.admin), title: "Backups, the oldest first") {
            request in
            .result(try BackupJob.list(request))
        },
    ]

    private static func job(
        _ template: String,
        lane: RouteLane,
        title: String,
        begin: @escaping @Sendable (RouteRequest) throws -> Job
    ) -> Route {
        Route(.post, template, .store(.admin), lane: lane, title: title) { request in
            .result(try begin(request).json, status: 202)
        }
    }

    // MARK: Beginning

    private static func begin(
        _ kind: String,
        _ object: CollectionName?,
        _ request: RouteRequest,
        _ body: @escaping @Sendable (Job, Store) throws -> PlainJSON
    ) throws -> Job {
        let server = request.server
        let logger = server.logger
        let keyID = request.caller.key?.id
        let explain: @Sendable (any Error) -> String = { error in
            logger.warning("a job fails", metadata: ["kind": "\(kind)", "error": "\(error)"])
            return (error as? VectorStoreError).map { ServerError($0).message }
                ?? (error as? ServerError)?.message ?? "the job failed"
        }
        return try server.jobs.add(kind, object?.text, explain: explain) { job in
            let context = RequestContext(
                keyID: keyID,
                command: "vectorizer serve: \(kind)",
                cancellation: job.cancellation,
                // The store's own upkeep may hold what a job waits for; a job can be cancelled.
                lockTimeout: lockSeconds,
                logger: logger
            )
            return try body(job, server.store.with(context))
        }
    }

    /// Seconds that a job waits for locks.
    private static let lockSeconds = 3600.0

    /// The collection that a job's request names, which has to be there.
    private static func collection(
        _ object: JSONElement,
        _ request: RouteRequest
    ) throws -> CollectionName? {
        guard let text = try object.optional("collection")?.requireString() else { return nil }
        let name = try request.server.resolve(text, in: request.store)
        _ = try request.store.collection(name)
        return name
    }

    private static func verify(_ request: RouteRequest) throws -> Job {
        let object = try request.object("collection", "depth", "graph")
        let name = try collection(object, request)
        let depth = try object.optional("depth")?.requireWord(DepthWord.self) ?? .checksums
        let includesGraph = try object.optional("graph")?.requireBoolean() ?? false
        return try begin("verify", name, request) { _, store in
            var findings: [PlainJSON] = []
            let count = try store.verify(
                name.map { [$0] },
                depth: depth.depth,
                includesGraph: includesGraph
            ) { finding in
                guard findings.count < findingCountMax else { return }
                findings.append(
                    PlainJSON.members([
                        "file": .text(
                            finding.file.split(separator: "/").last.map(String.init) ?? ""
                        ),
                        "block": finding.block.map { .count($0) },
                        "problem": .text(finding.problem),
                    ])
                )
            }
            return PlainJSON.members([
                "checked_files": .count(count), "problems": .count(findings.count),
                "findings": .list(findings),
            ])
        }
    }

    /// Findings of one verification that are told one by one.
    private static let findingCountMax = 1000

    private enum DepthWord: String, CaseIterable {
        case quick, checksums, full

        var depth: VerificationDepth {
            switch self {
            case .quick: .quick
            case .checksums: .checksums
            case .full: .full
            }
        }
    }

    private static func compact(_ request: RouteRequest) throws -> Job {
        let object = try request.object("collection", "rebuild")
        let name = try collection(object, request)
        let rebuilds = try object.optional("rebuild")?.requireBoolean() ?? false
        let threadCount = request.server.rules.compaction.threadCount
        return try begin("compact", name, request) { job, store in
            var options = CompactionOptions()
            options.rebuilds = rebuilds
            options.threadCount = threadCount
            options.progress = { job.progress($0, $1) }
            let names = try name.map { [$0] } ?? store.collections().map(\.name)
            return .list(
                try names.map { name in
                    let result = try store.maintenance.compact(name, options: options)
                    return PlainJSON.members([
                        "collection": .text(name.text),
                        "segments_before": .count(result.segmentCountBefore),
                        "segments_after": .count(result.segmentCountAfter),
                        "bytes_before": .count(result.byteCountBefore),
                        "bytes_after": .count(result.byteCountAfter),
                    ])
                }
            )
        }
    }

    private static func recall(_ request: RouteRequest) throws -> Job {
        let object = try request.object("collection", "k", "sample", "ef")
        guard let name = try collection(object, request) else {
            throw ServerError.badBody("missing field `collection`")
        }
        let k = try object.optional("k")?.requireCount(most: Limits.neighbourCount) ?? 10
        let sample = try object.optional("sample")?.requireCount(most: 10_000) ?? 200
        let ef = try object.optional("ef")?.requireCount(most: Limits.ef)
        return try begin("recall", name, request) { job, store in
            let found = try store.withReader(of: name) { reader in
                try reader.recall(
                    neighbourCount: k,
                    sampleCount: sample,
                    effort: ef.map { .ef($0) } ?? .default,
                    threadCount: 1,
                    cancellation: job.cancellation
                )
            }
            return PlainJSON.members([
                "k": .count(k), "sample": .count(found.sampleCount),
                "ef": .count(max(ef ?? SearchEffort.defaultEF, k)),
                "recall": found.recall.map { .number($0) },
            ])
        }
    }

    private static func backUp(_ request: RouteRequest) throws -> Job {
        let tag = try request.object("tag").optional("tag")?.requireString()
        let place = try BackupJob.repository(request)
        let (version, logger) = (request.server.version, request.server.logger)
        return try begin("backup", nil, request) { job, store in
            try BackupJob.run(
                job,
                store,
                place: place,
                tag: tag,
                version: version,
                logger: logger
            )
        }
    }
}
