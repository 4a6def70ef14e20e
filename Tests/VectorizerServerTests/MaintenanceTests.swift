import Dispatch
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// What is done in the background.
@Suite(.timeLimit(.minutes(60))) struct MaintenanceTests {
    private static func prepare(_ store: Store) throws {
        let name = try CollectionName("docs")
        try store.createCollection(name, configuration: CollectionConfiguration(dimension: 2))
        var batch = PointBatch(dimension: 2)
        for number in 0..<200 {
            batch.append(
                id: try PointID("\(number)"),
                vector: [1, Float(number)],
                payload: "{}".utf8
            )
        }
        _ = try store.write(batch, to: name)
    }

    private static func segmentCount(_ server: TestServer) throws -> Int {
        try server.store.collection(CollectionName("docs")).segmentCount
    }

    private static func stop(_ worker: MaintenanceWorker) {
        let done = DispatchSemaphore(value: 0)
        Task {
            do {
                try await worker.stop()
            } catch {
                Issue.record(error)
            }
            done.signal()
        }
        #expect(done.wait(timeout: Deadline().time) == .success)
    }

    @Test("A collection with enough points without an index is indexed, and that is counted")
    func indexing() async throws {
        var rules = ServerRules()
        rules.compaction.threshold = 100
        try await withServer(rules: rules, prepare: Self.prepare) { server throws in
            let worker = MaintenanceWorker(state: server.state)
            worker.start()
            let end = DispatchTime.now() + 30
            while try Self.segmentCount(server) == 0, DispatchTime.now() < end {}
            #expect(try Self.segmentCount(server) == 1)
            Self.stop(worker)
            #expect(
                try server.ask("GET /metrics").text.contains("vectorizer_compactions_total 1\n")
            )
        }
    }

    @Test("A read-only server changes nothing, and what keys were used for is written at the end")
    func writing() async throws {
        var rules = ServerRules()
        rules.compaction.threshold = 100
        rules.isReadOnly = true
        try await withServer(rules: rules, prepare: Self.prepare) { server throws in
            let worker = MaintenanceWorker(state: server.state)
            worker.start()
            Self.stop(worker)
            #expect(try Self.segmentCount(server) == 0)
        }
        try await withServer { server throws in
            let key = try server.issue("*:read")
            #expect(try server.ask("GET /issues", key: key.secret.reveal()).status == 200)
            #expect(try server.store.keys.find(key.info.id).lastUsed == nil)
            let worker = MaintenanceWorker(state: server.state)
            worker.start()
            Self.stop(worker)
            #expect(try server.store.keys.find(key.info.id).lastUsed != nil)
        }
    }
}
