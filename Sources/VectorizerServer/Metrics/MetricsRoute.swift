import VectorStore

/// `/metrics`: figures for monitoring, under the dialect's names where they mean the same.
enum MetricsRoute {
    static let all: [Route] = [
        Route(
            .get,
            "/metrics",
            .store(.read),
            title: "Figures in Prometheus' form; ?per_collection=true tells collections apart"
        ) { request in
            let perCollection = try request.query.flag("per_collection", default: false)
            return .text(
                try text(request, perCollection: perCollection),
                contentType: "text/plain; version=0.0.4; charset=utf-8"
            )
        }
    ]

    private static func text(_ request: RouteRequest, perCollection: Bool) throws -> String {
        let server = request.server
        var text = MetricsText()
        text.begin("app_info", .gauge, "the program")
        text.add("app_info", [("name", "vectorizer"), ("version", server.version)], 1)
        addCollections(try request.store.collections(), to: &text)
        addRequests(server.counts.sorted(perCollection: perCollection), perCollection, to: &text)
        addProcess(server, to: &text)
        addServer(server, to: &text)
        return text.text
    }

    private static func addCollections(_ infos: [CollectionInfo], to text: inout MetricsText) {
        text.single(
            "collections_total",
            .gauge,
            "number of collections",
            Double(infos.count)
        )
        let figures: [(String, String, KeyPath<CollectionInfo, Int>)] = [
            ("collection_points", "points of a collection", \.pointCount),
            ("vectorizer_collection_segments", "indexed files of a collection", \.segmentCount),
            ("vectorizer_collection_tail", "points without an index", \.unindexedPointCount),
            ("vectorizer_collection_bytes", "bytes of a collection", \.byteCount),
        ]
        for (name, help, path) in figures {
            text.begin(name, .gauge, help)
            for info in infos {
                text.add(name, [("id", info.name.text)], Double(info[keyPath: path]))
            }
        }
    }

    private static func addRequests(
        _ all: [(key: RequestCounts.Key, series: RequestCounts.Series)],
        _ perCollection: Bool,
        to text: inout MetricsText
    ) {
        func labels(_ key: RequestCounts.Key) -> [(String, String)] {
            [
                ("method", key.method), ("endpoint", key.endpoint),
                ("status", "\(key.status)"),
            ] + (perCollection ? [("collection", key.collection)] : [])
        }
        text.begin("rest_responses_total", .counter, "total number of responses")
        for (key, series) in all {
            text.add("rest_responses_total", labels(key), Double(series.count))
        }
        let name = "rest_responses_duration_seconds"
        text.begin(name, .histogram, "response duration histogram")
        for (key, series) in all {
            for (bound, count) in zip(RequestCounts.bounds, series.buckets) {
                text.add(name + "_bucket", labels(key) + [("le", "\(bound)")], Double(count))
            }
            text.add(name + "_bucket", labels(key) + [("le", "+Inf")], Double(series.count))
            text.add(name + "_sum", labels(key), series.seconds)
            text.add(name + "_count", labels(key), Double(series.count))
        }
    }

    private static func addProcess(_ server: ServerState, to text: inout MetricsText) {
        let process = ProcessFigures()
        let figures: [(String, MetricsText.Kind, String, Double)] = [
            ("memory_resident_bytes", .gauge, "bytes in memory", process.residentByteCount),
            ("process_resident_memory_bytes", .gauge, "bytes in memory", process.residentByteCount),
            ("process_virtual_memory_bytes", .gauge, "bytes mapped", process.virtualByteCount),
            ("process_threads", .gauge, "threads", process.threadCount),
            ("process_open_fds", .gauge, "open descriptors", process.openDescriptorCount),
            ("process_max_fds", .gauge, "descriptors allowed", process.maxDescriptorCount),
            ("process_cpu_seconds_total", .counter, "seconds of work", process.cpuSeconds),
        ]
        for (name, kind, help, value) in figures { text.single(name, kind, help, value) }
    }

    private static func addServer(_ server: ServerState, to text: inout MetricsText) {
        let events = server.events.values
        text.begin("vectorizer_queue_length", .gauge, "requests that run or wait")
        text.add("vectorizer_queue_length", [("lane", "read")], Double(server.readLane.workCount))
        text.add("vectorizer_queue_length", [("lane", "write")], Double(server.writeLane.workCount))
        text.single(
            "vectorizer_uptime_seconds",
            .gauge,
            "seconds since the start",
            KeyClock.seconds() - server.start
        )
        text.begin("vectorizer_rejected_total", .counter, "requests refused, by reason")
        for reason in ServerEvents.Rejection.allCases {
            let count = events.rejections[reason] ?? 0
            text.add("vectorizer_rejected_total", [("reason", reason.rawValue)], Double(count))
        }
        let figures: [(String, String, Int)] = [
            ("vectorizer_compactions_total", "compactions done", events.compactionCount),
            ("vectorizer_compaction_failures_total", "failed ones", events.failedCompactionCount),
            (
                "vectorizer_lock_waits_total", "requests that found the store locked",
                events.busyCount
            ),
        ]
        for (name, help, count) in figures { text.single(name, .counter, help, Double(count)) }
        guard let backup = events.lastBackup else { return }
        text.single(
            "vectorizer_backup_age_seconds",
            .gauge,
            "seconds since the last backup",
            Double(Timestamp.now.seconds - backup.seconds)
        )
    }
}
