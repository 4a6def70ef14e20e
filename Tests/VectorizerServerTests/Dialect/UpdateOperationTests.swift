import Testing
import VectorStore
import VectorizerServer

@Suite("Changes of points")
struct UpdateOperationTests {
    private let limits = RequestLimits()

    private func upsert(_ text: String) throws -> [RequestPoint] {
        guard
            case .upsert(let points, _) = try UpdateOperation.upsert(
                try request(text),
                limits: limits
            )
        else { return [] }
        return points
    }

    @Test("Points by rows and by columns are the same points")
    func upserts() throws {
        let rows = try upsert(
            #"{"points":[{"id":1,"vector":{"a":[1],"b":[2]},"payload":{ "x" : 1.0 , "x": 2 }},"#
                + #"{"id":2,"vector":{"a":[3],"b":[4]},"payload":null}]}"#
        )
        let columns = try upsert(
            #"""
            {"batch":{"ids":[1,2],"vectors":{"a":[[1],[3]],"b":[[2],[4]]},"payloads":[{"x":2},
            null]}}
            """#
        )
        #expect(rows == columns)
        #expect(String(decoding: rows[0].payload, as: UTF8.self) == #"{"x":2}"#)
        #expect(String(decoding: rows[1].payload, as: UTF8.self) == "{}")
        let plain = try upsert(
            #"{"batch":{"ids":[7],"vectors":[[1,2]]},"shard_key":null,"update_mode":null}"#
        )
        #expect(plain.map { $0.vectors[""] } == [.dense([1, 2])])
        #expect(try upsert(#"{"points":[]}"#).isEmpty)
    }

    @Test(
        "Points against the rules",
        arguments: [
            ("{}", 400, "missing field `points`"), (#"{"points":7}"#, 400, "points: "),
            (#"{"points":[{"vector":[1]}]}"#, 400, "points[0]: missing field `id`"),
            (#"{"points":[{"id":1}]}"#, 400, "points[0]: missing field `vector`"),
            (
                #"{"points":[{"id":1,"vector":[1]},{"id":-1,"vector":[1]}]}"#, 400,
                "points[1].id: value -1"
            ),
            (
                #"{"points":[{"id":1,"vector":[]}]}"#, 422,
                "points[0].vector: dense vector must not be empty"
            ),
            (
                #"{"points":[{"id":1,"vector":{"text":{"indices":[1,2],"values":[1]}}}]}"#, 422,
                """
                [points[0].vector.?.values: Validation error: must be the same length as \
                indices [{}]]
                """
            ),
            (#"{"points":[{"id":1,"vector":[1],"payload":[]}]}"#, 400, "points[0].payload: "),
            (
                #"{"batch":{"ids":[1,2],"vectors":[[1]]}}"#, 422,
                "number of ids and vectors must be equal (2 != 1)"
            ),
            (
                #"{"batch":{"ids":[1],"vectors":[[1]],"payloads":[]}}"#, 422,
                "number of ids and payloads must be equal (1 != 0)"
            ),
            (
                #"{"points":[],"update_filter":{"must":[{"key":"empty"}]}}"#, 422,
                "At least one field condition must be specified"
            ),
            (#"{"points":[],"update_filter":[]}"#, 400, "update_filter: "),
            (#"{"points":[],"update_mode":"replace"}"#, 400, "update_mode: "),
        ]
    )
    func badPoints(text: String, status: Int, words: String) throws {
        let error = try refusal(text) { try UpdateOperation.upsert($0, limits: limits) }
        #expect(error?.status == status)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "accepted")")
    }

    @Test("Sizes have limits")
    func sizes() throws {
        var limits = limits
        limits.pointCount = 1
        limits.payloadByteCount = 10
        let two = #"{"points":[{"id":1,"vector":[1]},{"id":2,"vector":[1]}]}"#
        #expect(try refusal(two) { try UpdateOperation.upsert($0, limits: limits) }?.status == 422)
        let long = #"{"points":[{"id":1,"vector":[1],"payload":{"a":"12345678"}}]}"#
        #expect(try refusal(long) { try UpdateOperation.upsert($0, limits: limits) }?.status == 422)
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let key = String(repeating: "a.", count: 30) + "a"
        let body = #"{"payload":{"x":\#(deep)},"points":[1],"key":"\#(key)"}"#
        #expect(
            try refusal(body) { try UpdateOperation.setPayload($0, limits: self.limits) }?.status
                == 400
        )
    }

    @Test("All kinds of changes, alone and in a batch")
    func batches() throws {
        let batch = try UpdateOperation.batch(
            try request(
                """
                {"operations":[
                {"upsert":{"points":[{"id":1,"vector":{}}]}},
                {"delete":{"points":[5]}},
                {"delete":{"filter":{}}},
                {"set_payload":{"payload":{"b":2},"points":[20],"key":"a[0]"}},
                {"overwrite_payload":{"payload":{"c":3},"filter":{"must":{"has_id":[1]}}}},
                {"delete_payload":{"keys":["city","a[].b"],"points":[2]}},
                {"clear_payload":{"points":[3]}},
                {"update_vectors":{"points":[{"id":4,"vector":[1]}]}},
                {"delete_vectors":{"points":[4],"vector":["a"]}}
                ]}
                """
            ),
            limits: limits
        )
        let a0 = try #require(PayloadPath("a[0]"))
        #expect(
            batch[0]
                == .upsert([
                    RequestPoint(
                        id: .number(1),
                        vectors: RequestVectors([]),
                        payload: Array("{}".utf8)
                    )
                ])
        )
        #expect(batch[1] == .delete(.ids([.number(5)])))
        #expect(batch[2] == .delete(.filter(nil)))
        #expect(batch[3] == .setPayload(Array(#"{"b":2}"#.utf8), at: a0, .ids([.number(20)])))
        #expect(
            batch[4]
                == .overwritePayload(
                    Array(#"{"c":3}"#.utf8),
                    .filter(.isIn(.id, [.text(Array("1".utf8))]))
                )
        )
        #expect(
            batch[5]
                == .deletePayload(
                    [try #require(PayloadPath("city")), try #require(PayloadPath("a[].b"))],
                    .ids([.number(2)])
                )
        )
        #expect(batch[6] == .clearPayload(.ids([.number(3)])))
        #expect(
            batch[7]
                == .updateVectors([
                    PointVectors(id: .number(4), vectors: RequestVectors([("", .dense([1]))]))
                ])
        )
        #expect(batch[8] == .deleteVectors(["a"], .ids([.number(4)])))
    }

    @Test(
        "Batches are refused whole",
        arguments: [
            ("{}", 400), (#"{"operations":{}}"#, 400), (#"{"operations":[{}]}"#, 400),
            (#"{"operations":[{"delete":{"points":[1]}},{"delete":{}}]}"#, 400),
            (#"{"operations":[{"set_payload":{"points":[1]}}]}"#, 400),
            (#"{"operations":[{"set_payload":{"payload":{}}}]}"#, 400),
            (#"{"operations":[{"set_payload":{"payload":{},"points":[1],"key":""}}]}"#, 400),
            (#"{"operations":[{"delete_payload":{"keys":["a."],"points":[1]}}]}"#, 400),
            (#"{"operations":[{"update_vectors":{"points":[]}}]}"#, 422),
            (#"{"operations":[{"delete_vectors":{"points":[1],"vector":[]}}]}"#, 422),
            (#"{"operations":[{"delete_vectors":{"points":[1]}}]}"#, 400),
            (#"{"operations":[{"explode":{}}]}"#, 400), (#"{"operations":[7]}"#, 400),
        ]
    )
    func badBatches(text: String, status: Int) throws {
        #expect(
            try refusal(text) { try UpdateOperation.batch($0, limits: limits) }?.status == status
        )
    }

    @Test("An update of no vectors says so")
    func noVectors() throws {
        let error = try refusal(#"{"points":[{"id":1,"vector":{}}]}"#) {
            try UpdateOperation.updateVectors($0, limits: limits)
        }
        #expect(
            error?.message == "Validation error in JSON body: "
                + "[points[0].vector: must specify vectors to update for point]"
        )
    }
}
