import Foundation
import Testing
import VectorStore
import VectorizerServer

/// Scores that a request computes itself.
@Suite(.timeLimit(.minutes(60))) struct FormulaTests {
    private static let query = "POST /collections/docs/points/query"

    /// Point 1 scores 2, point 2 scores 1, and 0 and 3 in the other prefetch.
    private static func fill(_ server: TestServer) throws {
        try PointSamples.make(server, #"{"vectors":{"size":2,"distance":"Dot"}}"#)
        try PointSamples.put(
            server,
            #"{"id":1,"vector":[2,0],"payload":{"n":4,"list":[7],"tag":"a","none":null,"#
                + #""at":{"lat":0,"lon":1},"when":"2020-01-01T00:00:01Z"}}"#,
            #"{"id":2,"vector":[1,3],"payload":{"n":0.25,"list":[1,2],"tag":"b"}}"#
        )
    }

    private static func body(_ formula: String, defaults: String = "{}") -> String {
        #"{"prefetch":[{"query":[1,0],"limit":5},{"query":[0,1],"limit":5}],"#
            + #""query":{"formula":\#(formula),"defaults":\#(defaults)}}"#
    }

    /// The scores by the ids of the points, in their order.
    private static func scores(_ server: TestServer, _ body: String) throws -> [[Double]] {
        let answer = try server.ask(query, body: body)
        let result = try #require(try answer.result() as? [String: Any], "\(answer.text)")
        let points = try #require(result["points"] as? [[String: Any]])
        return points.map { [$0["id"] as? Double ?? -1, $0["score"] as? Double ?? -1] }
    }

    @Test("Terms are computed for each point that a prefetch has found, the best first")
    func terms() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            for (formula, first, second) in [
                ("1.5", 1.5, 1.5), (#""$score""#, 2, 1), (#""$score[0]""#, 2, 1),
                (#""$score[1]""#, 0, 3), (#""$score[7]""#, 0, 0), (#""n""#, 4, 0.25),
                (#"{"sum":["n",1,"$score"]}"#, 7, 2.25), (#"{"mult":["n",2]}"#, 8, 0.5),
                (#"{"mult":[0,"nothing"]}"#, 0, 0), (#"{"neg":"n"}"#, -4, -0.25),
                (#"{"abs":{"neg":"n"}}"#, 4, 0.25), (#"{"sqrt":"n"}"#, 2, 0.5),
                (#"{"pow":{"base":"n","exponent":2}}"#, 16, 0.0625),
                (#"{"exp":{"ln":"n"}}"#, 4, 0.25), (#"{"log10":100}"#, 2, 2),
                (#"{"div":{"left":1,"right":"n"}}"#, 0.25, 4),
                (#"{"div":{"left":1,"right":0,"by_zero_default":9}}"#, 9, 9),
                (#"{"div":{"left":0,"right":0}}"#, 0, 0),
                (#"{"key":"tag","match":{"value":"a"}}"#, 1, 0),
                (#"{"must_not":[{"has_id":[1]}]}"#, 0, 1),
                (#"{"lin_decay":{"x":"n","target":4,"scale":2}}"#, 1, 0.0625),
                (
                    #"{"exp_decay":{"x":"n","target":2.25,"scale":2,"midpoint":0.25}}"#,
                    pow(0.25, 1.75 / 2), 0.25
                ),
                (
                    #"{"gauss_decay":{"x":"n","target":2.25,"scale":2}}"#,
                    pow(0.5, 1.75 * 1.75 / 4), 0.5
                ),
                (#"{"datetime":"1970-01-01T00:01:00Z"}"#, 60, 60),
            ] as [(String, Double, Double)] {
                let found = try Self.scores(server, Self.body(formula))
                let expected =
                    first >= second ? [[1, first], [2, second]] : [[2, second], [1, first]]
                let isSame = zip(found.joined(), expected.joined()).allSatisfy {
                    abs($0 - $1) < 1e-5
                }
                #expect(isSame && found.count == 2, "\(formula): \(found)")
            }
        }
    }

    @Test("Defaults stand for what is missing")
    func defaults() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let place = #"{"at":{"lat":0,"lon":0}}"#
            let distance = #"{"geo_distance":{"origin":{"lat":0,"lon":0},"to":"at"}}"#
            let metres = try Self.scores(server, Self.body(distance, defaults: place))
            #expect(metres.map { $0[1].rounded() } == [111_195, 0])
            let when = #"{"datetime_key":"when"}"#
            let seconds = try Self.scores(
                server,
                Self.body(when, defaults: #"{"when":"1970-01-01T00:00:02Z"}"#)
            )
            #expect(seconds == [[1, 1_577_836_800], [2, 2]])
            let score = try Self.scores(
                server,
                Self.body(#""$score[5]""#, defaults: #"{"$score[5]":3}"#)
            )
            #expect(score.map { $0[1] } == [3, 3])
            let missing = try Self.scores(
                server,
                Self.body(#"{"sum":["lost","gone"]}"#, defaults: #"{"lost":1,"gone":[2]}"#)
            )
            #expect(missing.map { $0[1] } == [3, 3])
        }
    }

    @Test("The least score, the limit and the offset are about the computed scores")
    func limits() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let body = Self.body(#"{"neg":"n"}"#).dropLast()
            func ids(_ more: String) throws -> [String] {
                try server.ids(Self.query, body + more + "}")
            }
            #expect(try ids("") == ["2", "1"])
            #expect(try ids(#","score_threshold":-1"#) == ["2"])
            #expect(try ids(#","limit":1"#) == ["2"])
            #expect(try ids(#","limit":1,"offset":1"#) == ["1"])
        }
    }

    @Test("What can't be computed is refused with its reason")
    func refused() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            for (formula, expected) in [
                (#""gone""#, "400 Wrong input: No value found for gone …"),
                (#""tag""#, "400 Wrong input: Expected number value for tag …"),
                (#""none""#, "400 Wrong input: Expected number value for none …"),
                (#""list""#, "400 Wrong input: Expected number value for list …"),
                (
                    #"{"geo_distance":{"origin":{"lat":0,"lon":0},"to":"n"}}"#,
                    "400 Wrong input: Expected geo point for n …"
                ),
                (#"{"datetime_key":"tag"}"#, "400 Wrong input: Expected datetime for tag …"),
                (#"{"sqrt":-1}"#, "400 Wrong input: The expression √-1.0 …"),
                (#"{"ln":0}"#, "400 Wrong input: The expression ln(0.0) …"),
                (#"{"exp":1000}"#, "400 Wrong input: The expression exp(1000.0) …"),
                (#"{"mult":[1e300,1e300]}"#, "400 Wrong input: The expression inf …"),
                (#"{"pow":{"base":-1,"exponent":0.5}}"#, "400 Wrong input: The expression …"),
                (#"{"div":{"left":1,"right":0}}"#, "400 Wrong input: The expression 1.0/0.0 …"),
                (#""$score[x]""#, "400 Format error …"), (#""$scores""#, "400 Format error …"),
                ("true", "400 Format error …"), (#"{"sum":1}"#, "400 Format error …"),
                (#"{"none":1}"#, "400 Format error …"),
                (#"{"datetime":"x"}"#, "400 Format error …"),
                (#"{"lin_decay":{"x":1,"scale":0}}"#, "400 Bad request: Scale …"),
                (#"{"lin_decay":{"x":1,"midpoint":1}}"#, "400 Bad request: Midpoint …"),
                (#"{"sum":[\#(String(repeating: "1,", count: 1000))1]}"#, "422 …"),
            ] {
                try server.expect([(Self.query, Self.body(formula), expected)])
            }
            let alone = #"{"query":{"formula":1}}"#
            try server.expect([(Self.query, alone, "400 Bad request: Formula queries need …")])
        }
    }
}
