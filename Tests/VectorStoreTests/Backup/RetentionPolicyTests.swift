import Testing
import VectorStore

/// Which snapshots are kept; the cases were recorded from restic 0.14 with TZ=UTC.
@Suite struct RetentionPolicyTests {
    private static let times = """
        2024-01-04T04:44:30Z 2024-02-06T12:46:14Z 2024-02-13T15:32:48Z 2024-02-14T16:11:44Z
        2024-02-15T12:18:32Z 2024-02-22T15:10:38Z 2024-02-24T17:43:16Z 2024-02-25T17:44:03Z
        2024-02-26T18:08:32Z 2024-02-27T15:03:31Z 2024-02-29T17:13:06Z 2024-03-01T00:21:25Z
        2024-03-08T02:29:01Z 2024-03-08T06:27:22Z 2024-03-08T09:39:56Z 2024-03-09T10:37:32Z
        2024-03-10T07:29:53Z 2024-03-11T07:48:42Z 2024-03-12T08:21:03Z 2024-03-13T08:31:57Z
        2024-03-14T09:29:57Z 2024-03-16T11:47:52Z 2024-03-17T12:12:46Z 2024-03-18T08:28:36Z
        2024-03-19T08:46:41Z 2024-03-19T12:22:26Z 2024-03-20T12:26:24Z 2024-03-21T13:15:31Z
        2024-03-28T15:57:18Z 2024-03-29T12:26:10Z 2024-03-30T08:29:35Z 2024-03-30T12:26:33Z
        2024-03-31T13:17:14Z 2024-03-31T16:50:11Z 2024-04-02T19:12:09Z 2024-04-02T22:39:19Z
        2024-04-03T19:16:45Z 2024-04-04T19:23:53Z 2024-04-05T20:19:40Z 2024-04-12T22:40:20Z
        2024-04-13T23:33:53Z 2024-04-15T00:20:25Z 2024-04-15T07:55:49Z 2024-04-16T08:47:23Z
        2024-04-16T12:13:22Z
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    /// The tag `keep` is on each eleventh snapshot, from number 4 on.
    private static func kept(_ policy: RetentionPolicy) throws -> [Int] {
        let snapshots = try times.enumerated().map { number, text in
            (created: try #require(Timestamp(text)), tag: number % 11 == 4 ? "keep" : nil)
        }
        let reasons = policy.reasons(snapshots.reversed())
        return reasons.reversed().enumerated().filter { !$0.element.isEmpty }.map(\.offset)
    }

    struct Case: Sendable {
        var last = 0
        var daily = 0
        var weekly = 0
        var monthly = 0
        var yearly = 0
        var tags: Set<String> = []
        let kept: [Int]
    }

    private static let cases = [
        Case(last: 3, kept: [42, 43, 44]),
        Case(daily: 5, kept: [38, 39, 40, 42, 44]),
        Case(weekly: 4, kept: [33, 38, 40, 44]),
        Case(monthly: 6, kept: [0, 10, 33, 44]),
        Case(yearly: 2, kept: [44]),
        Case(yearly: 10, kept: [44]),
        Case(daily: 7, weekly: 4, monthly: 12, kept: [0, 10, 33, 36, 37, 38, 39, 40, 42, 44]),
        Case(last: 1, tags: ["keep"], kept: [4, 15, 26, 37, 44]),
        Case(
            daily: 100,
            kept: Array(0...11) + [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29]
                + [31, 33, 35, 36, 37, 38, 39, 40, 42, 44]
        ),
        Case(last: 2, weekly: 3, yearly: 5, kept: [38, 40, 43, 44]),
    ]

    @Test("The same snapshots are kept as restic keeps", arguments: cases)
    func sameAsRestic(_ one: Case) throws {
        var policy = RetentionPolicy()
        policy.last = one.last
        policy.daily = one.daily
        policy.weekly = one.weekly
        policy.monthly = one.monthly
        policy.yearly = one.yearly
        policy.tags = one.tags
        #expect(try Self.kept(policy) == one.kept)
    }

    @Test("A policy without rules keeps nothing and says so")
    func empty() throws {
        #expect(RetentionPolicy().isEmpty)
        #expect(try Self.kept(RetentionPolicy()) == [])
    }
}
