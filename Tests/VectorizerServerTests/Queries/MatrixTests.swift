import Foundation
import Testing
import VectorStore
import VectorizerServer

/// How near points are to each other.
@Suite(.timeLimit(.minutes(60))) struct MatrixTests {
    private static let path = "POST /collections/docs/points/search/matrix"

    private static func fill(_ server: TestServer) throws {
        try PointSamples.make(server)
        try PointSamples.put(
            server,
            #"{"id":2,"vector":{"text":[2,0],"words":{"indices":[1],"values":[1]}},"#
                + #""payload":{"n":1}}"#,
            #"{"id":1,"vector":{"text":[1,0]},"payload":{"n":1}}"#,
            #"{"id":"\#(PointSamples.uuid)","vector":{"text":[3,0],"#
                + #""words":{"indices":[1],"values":[2]}}}"#,
            #"{"id":10,"vector":{"text":[-1,0]},"payload":{"n":1}}"#,
            #"{"id":11,"vector":{"image":[1,0]}}"#
        )
    }

    @Test("Each point of the sample comes with those of the others that are nearest")
    func pairs() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            func pair(_ a: String, _ b: String, _ score: String) -> String {
                #"{"a":\#(a),"b":\#(b),"score":\#(score)}"#
            }
            let uuid = #""\#(PointSamples.uuid)""#
            let all = [
                pair("1", uuid, "3.0"), pair("1", "2", "2.0"), pair("2", uuid, "6.0"),
                pair("2", "1", "2.0"), pair("10", "1", "-1.0"), pair("10", "2", "-2.0"),
                pair(uuid, "2", "6.0"), pair(uuid, "1", "3.0"),
            ]
            let filter = #""filter":{"must":[{"key":"n","match":{"value":1}}]}"#
            try server.expect([
                (
                    Self.path + "/pairs", #"{"using":"text","limit":2}"#,
                    #"200 {"pairs":[\#(all.joined(separator: ","))]}"#
                ),
                (
                    Self.path + "/offsets", #"{"using":"text","limit":1,\#(filter)}"#,
                    #"200 {"offsets_row":[0,1,2],"offsets_col":[1,0,0],"#
                        + #""scores":[2.0,2.0,-1.0],"ids":[1,2,10]}"#
                ),
                (
                    Self.path + "/pairs", #"{"using":"words"}"#,
                    #"200 {"pairs":[\#(pair("2", uuid, "2.0")),\#(pair(uuid, "2", "2.0"))]}"#
                ),
                // One point alone is near to nothing.
                (Self.path + "/pairs", #"{"using":"image"}"#, #"200 {"pairs":[]}"#),
                (
                    Self.path + "/offsets", #"{"using":"image"}"#,
                    #"200 {"offsets_row":[],"offsets_col":[],"scores":[],"ids":[]}"#
                ),
            ])
        }
    }

    @Test("A sample is as large as it is asked for, and drawn anew")
    func sample() async throws {
        try await withServer { server throws in
            try PointSamples.make(server, #"{"vectors":{"size":1,"distance":"Dot"}}"#)
            let points = (1...200).map { #"{"id":\#($0),"vector":[\#($0)]}"# }
            try PointSamples.put(server, points.joined(separator: ","))
            var samples: Set<[Int]> = []
            for _ in 0..<4 {
                let answer = try server.ask(Self.path + "/offsets", body: #"{"sample":20}"#)
                let result = try #require(try answer.result() as? [String: Any])
                let ids = try #require(result["ids"] as? [Int])
                #expect(ids.count == 20 && ids == ids.sorted())
                #expect((result["scores"] as? [Double])?.count == 60)
                samples.insert(ids)
            }
            #expect(samples.count > 1)
        }
    }

    @Test("What can't be sampled is refused")
    func refused() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            try server.expect([
                (Self.path + "/pairs", #"{"using":"text","sample":1}"#, "422 …"),
                (Self.path + "/pairs", #"{"using":"text","limit":0}"#, "422 …"),
                (Self.path + "/pairs", #"{"using":"text","sample":"x"}"#, "400 Format error …"),
                (Self.path + "/pairs", "{}", "400 Wrong input: Not existing vector name …"),
                (Self.path + "/offsets", #"{"using":"none"}"#, "400 Wrong input: …"),
                (
                    "POST /collections/none/points/search/matrix/pairs", "{}",
                    "404 Not found: Collection `none` doesn't exist!"
                ),
            ])
        }
    }
}
