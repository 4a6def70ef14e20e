import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Retention")
struct RetentionTests {
    /// Recorded from restic 0.14 on the same snapshots.
    struct Rule: Sendable, CustomTestStringConvertible {
        let policy: RetentionPolicy
        let kept: [Int]

        var testDescription: String { "\(policy)" }
    }

    private static let times = [
        "2024-01-04T04:44:30Z", "2024-02-06T12:46:14Z", "2024-02-13T15:32:48Z",
        "2024-02-14T16:11:44Z", "2024-02-15T12:18:32Z", "2024-02-22T15:10:38Z",
        "2024-02-24T17:43:16Z", "2024-02-25T17:44:03Z", "2024-02-26T18:08:32Z",
        "2024-02-27T15:03:31Z", "2024-02-29T17:13:06Z", "2024-03-01T00:21:25Z",
        "2024-03-08T02:29:01Z", "2024-03-08T06:27:22Z", "2024-03-08T09:39:56Z",
        "2024-03-09T10:37:32Z", "2024-03-10T07:29:53Z", "2024-03-11T07:48:42Z",
        "2024-03-12T08:21:03Z", "2024-03-13T08:31:57Z", "2024-03-14T09:29:57Z",
        "2024-03-16T11:47:52Z", "2024-03-17T12:12:46Z", "2024-03-18T08:28:36Z",
        "2024-03-19T08:46:41Z", "2024-03-19T12:22:26Z", "2024-03-20T12:26:24Z",
        "2024-03-21T13:15:31Z", "2024-03-28T15:57:18Z", "2024-03-29T12:26:10Z",
        "2024-03-30T08:29:35Z", "2024-03-30T12:26:33Z", "2024-03-31T13:17:14Z",
        "2024-03-31T16:50:11Z", "2024-04-02T19:12:09Z", "2024-04-02T22:39:19Z",
        "2024-04-03T19:16:45Z", "2024-04-04T19:23:53Z", "2024-04-05T20:19:40Z",
        "2024-04-12T22:40:20Z", "2024-04-13T23:33:53Z", "2024-04-15T00:20:25Z",
        "2024-04-15T07:55:49Z", "2024-04-16T08:47:23Z", "2024-04-16T12:13:22Z",
    ]

    private static func policy(
        last: Int = 0,
        daily: Int = 0,
        weekly: Int = 0,
        monthly: Int = 0,
        yearly: Int = 0,
        keepsTag: Bool = false
    ) -> RetentionPolicy {
        var policy = RetentionPolicy()
        (policy.last, policy.daily, policy.weekly) = (last, daily, weekly)
        (policy.monthly, policy.yearly) = (monthly, yearly)
        if keepsTag { policy.tags = ["keep"] }
        return policy
    }

    private static let rules = [
        Rule(policy: policy(last: 3), kept: [42, 43, 44]),
        Rule(policy: policy(daily: 5), kept: [38, 39, 40, 42, 44]),
        Rule(policy: policy(weekly: 4), kept: [33, 38, 40, 44]),
        Rule(policy: policy(monthly: 6), kept: [0, 10, 33, 44]),
        Rule(policy: policy(yearly: 2), kept: [44]),
        Rule(policy: policy(yearly: 10), kept: [44]),
        Rule(
            policy: policy(daily: 7, weekly: 4, monthly: 12),
            kept: [0, 10, 33, 36, 37, 38, 39, 40, 42, 44]
        ),
        Rule(policy: policy(last: 1, keepsTag: true), kept: [4, 15, 26, 37, 44]),
        Rule(
            policy: policy(daily: 100),
            kept: [
                0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25,
                26, 27, 28, 29, 31, 33, 35, 36, 37, 38, 39, 40, 42, 44,
            ]
        ),
        Rule(policy: policy(last: 2, weekly: 3, yearly: 5), kept: [38, 40, 43, 44]),
    ]

    @Test("Rules keep what restic keeps", arguments: rules)
    func sameAsRestic(rule: Rule) throws {
        let tagged = [4, 15, 26, 37]
        let snapshots = try Self.times.enumerated().map { number, text in
            (created: try #require(Timestamp(text)), tag: tagged.contains(number) ? "keep" : nil)
        }
        let reasons = rule.policy.reasons(snapshots.reversed()).reversed()
        let kept = reasons.enumerated().filter { !$0.element.isEmpty }.map(\.offset)
        #expect(kept == rule.kept)
    }

    @Test("Without rules nothing is kept for one, and rules tell why")
    func reasons() throws {
        #expect(RetentionPolicy().isEmpty && !Self.policy(last: 1).isEmpty)
        let day = try #require(Timestamp("2024-01-07T10:00:00Z"))
        let next = Timestamp(seconds: day.seconds + 86_400)
        #expect(RetentionPolicy().reasons([(day, nil)]) == [[]])
        let all = Self.policy(last: 1, daily: 2, weekly: 2, monthly: 2, yearly: 2, keepsTag: true)
        // A Monday and the Sunday before it.
        #expect(
            all.reasons([(next, "keep"), (day, "other")]) == [
                ["tag", "last", "daily", "weekly", "monthly", "yearly"], ["daily", "weekly"],
            ]
        )
        #expect(RetentionPolicy().reasons([]) == [])
        let early = Timestamp(seconds: -86_400 * 4)
        let weeks = Self.policy(weekly: 9).reasons(
            [(Timestamp(seconds: 86_400 * 3), nil), (early, nil)]
        )
        #expect(weeks == [["weekly"], ["weekly"]])
        // The Monday before 1970 and its Sunday, four days into 1970.
        #expect(weeks.count == 2)
    }

    /// A repository with three snapshots of three states.
    private static func three() throws -> (TestStore, TestRepository, [SnapshotManifest]) {
        let test = try TestStore(dimension: 8)
        let repository = try TestRepository()
        var manifests: [SnapshotManifest] = []
        for number in 0..<3 {
            try test.store.put(randomPoints(number * 9..<number * 9 + 9, seed: UInt64(number)))
            manifests.append(try repository.backUp(test.store, tag: "t\(number)").manifest)
        }
        return (test, repository, manifests)
    }

    @Test("What would be done is told and not done; then it is done, and pieces go with it")
    func forgets() throws {
        let (_, repository, manifests) = try Self.three()
        let open = try repository.open()
        let before = try FileTree(repository.path)
        let dry = try open.forget(RetentionPolicy(), dryRun: true, options: .quick)
        #expect(try FileTree(repository.path) == before)
        let done = try open.forget(RetentionPolicy(), options: .quick)
        for summary in [dry, done] {
            #expect(summary.decisions.map(\.snapshot.manifest) == manifests)
            #expect(summary.decisions.map(\.reasons) == [[], [], ["latest whole"]])
            #expect(summary.removedChunkCount > 0 && summary.freedByteCount > 0)
        }
        #expect(dry.removedChunkCount == done.removedChunkCount)
        #expect(dry.freedByteCount == done.freedByteCount)
        #expect(try open.listing().snapshots.map(\.manifest) == [manifests[2]])
        #expect(try repository.findings() == [])
        _ = try repository.restored()
        let again = try open.forget(RetentionPolicy(), options: .quick)
        #expect(again.removedChunkCount == 0 && again.freedByteCount == 0)
    }

    @Test("The latest proven snapshot stays, and its proof with it")
    func proven() throws {
        let (_, repository, manifests) = try Self.three()
        let open = try repository.open()
        for manifest in manifests.prefix(2) {
            _ = try open.prove(manifest, tool: "test", options: .quick)
        }
        let summary = try open.forget(RetentionPolicy(), options: .quick)
        #expect(summary.decisions.map(\.reasons) == [[], ["latest proven"], ["latest whole"]])
        #expect(try open.listing().snapshots.map { $0.proof != nil } == [true, false])
        #expect(try repository.findings() == [])
    }

    @Test("A snapshot that lacks a piece is not the one that is kept for being whole")
    func whole() throws {
        let (_, repository, manifests) = try Self.three()
        let open = try repository.open()
        let files = try RawDocument(
            repository.path + "/snapshots/" + manifests[2].name + ".json"
        )["files"]
        let others = try RawDocument(
            repository.path + "/snapshots/" + manifests[1].name + ".json"
        )["files"].flatMap { $0["chunks"] as? [String] ?? [] }
        let own = try #require(
            files.flatMap { $0["chunks"] as? [String] ?? [] }.first { !others.contains($0) }
        )
        #expect(truncate(repository.piecePath(own), 5) == 0)
        let summary = try open.forget(RetentionPolicy(), options: .quick)
        #expect(summary.decisions.map(\.reasons) == [[], ["latest whole"], []])
        #expect(try repository.findings() == [])
    }

    @Test("With a manifest or a proof that can't be read nothing is removed", arguments: 0..<3)
    func damaged(kind: Int) throws {
        let (_, repository, manifests) = try Self.three()
        let open = try repository.open()
        _ = try open.prove(manifests[0], tool: "test", options: .quick)
        let ending = kind == 0 ? ".proof.json" : ".json"
        let path = repository.path + "/snapshots/" + manifests[0].name + ending
        if kind == 2 {
            #expect(truncate(path, 0) == 0)
        } else {
            try flipByte(path, at: 40)
        }
        let before = try FileTree(repository.path)
        for dryRun in [true, false] {
            let error = #expect(throws: VectorStoreError.self) {
                try open.forget(RetentionPolicy(), dryRun: dryRun, options: .quick)
            }
            guard case .backup(.corruptRepository(path, _)) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        #expect(try FileTree(repository.path) == before)
    }

    @Test("Beside a running backup or a reader, forgetting waits, and says so")
    func busy() throws {
        let (_, repository, _) = try Self.three()
        let before = try FileTree(repository.path)
        let lock = try HeldLock(repository.path + "/LOCK", exclusively: false)
        let error = #expect(throws: VectorStoreError.self) {
            try repository.open().forget(RetentionPolicy(), options: .quick)
        }
        guard case .store(.busy(repository.path + "/LOCK", _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try FileTree(repository.path) == before)
        _ = try repository.open().forget(RetentionPolicy(), dryRun: true, options: .quick)
        _ = consume lock
    }

    @Test("Forgetting that is interrupted is ended by the next one")
    func interrupted() throws {
        let (_, repository, manifests) = try Self.three()
        let open = try repository.open()
        var options = RestoreOptions.quick
        options.lockTimeout = LockTimeout(seconds: 0, cancellation: Cancellation { true })
        let error = #expect(throws: VectorStoreError.self) {
            try open.forget(RetentionPolicy(), options: options)
        }
        #expect(error == .cancelled)
        #expect(try repository.findings() == [])
        let rest = try open.forget(RetentionPolicy(), options: .quick)
        #expect(rest.removedChunkCount > 0)
        #expect(try open.listing().snapshots.map(\.manifest) == [manifests[2]])
        #expect(try repository.findings() == [])
    }

    @Test("What is no piece of ours stays, and a directory in a piece's place is no obstacle")
    func foreign() throws {
        let (_, repository, _) = try Self.three()
        let odd = repository.path + "/chunks/README"
        try Data("x".utf8).write(to: URL(filePath: odd))
        let hash = ContentHash(of: [1]).hexadecimal
        try FileManager.default.createDirectory(
            atPath: repository.piecePath(hash),
            withIntermediateDirectories: true
        )
        _ = try repository.open().forget(RetentionPolicy(), options: .quick)
        #expect(try repository.manifests().count == 1)
        #expect(access(odd, F_OK) == 0)
    }
}
