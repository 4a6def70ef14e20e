import Testing
import VectorizerServer

@Suite("Queries")
struct QueryRequestTests {
    private func query(_ text: String) throws -> QueryRequest {
        try QueryRequest(try request(text), limits: RequestLimits())
    }

    private func older(_ text: String) throws -> QueryRequest {
        try QueryRequest(older: try request(text), limits: RequestLimits())
    }

    @Test("Nothing but braces is a query for ten points in the order of ids")
    func nothing() throws {
        let empty = try query("{}")
        #expect(empty.query == nil)
        #expect(empty.limit == 10)
        #expect(empty.offset == 0)
        #expect(empty.payload == .none)
        #expect(empty.vectors == .none)
        let nulls =
            #"{"query":null,"prefetch":null,"filter":null,"params":null,"using":null,"#
            + #""score_threshold":null,"limit":null,"offset":null,"with_vector":null,"#
            + #""with_payload":null,"lookup_from":null,"shard_key":null,"unknown":[1]}"#
        #expect(try query(nulls) == empty)
    }

    @Test("All kinds of queries")
    func kinds() throws {
        let vector = QueryInput.vector(.dense([1, 2]))
        #expect(try query(#"{"query":[1,2]}"#).query == .nearest(vector, mmr: nil))
        #expect(try query(#"{"query":7}"#).query == .nearest(.point(.number(7)), mmr: nil))
        #expect(
            try query(#"{"query":"550e8400e29b41d4a716446655440000"}"#).query
                == .nearest(.point(.uuid(0x550e_8400_e29b_41d4, 0xa716_4466_5544_0000)), mmr: nil)
        )
        #expect(
            try query(#"{"query":{"indices":[3,1],"values":[1,2]},"using":"s"}"#).query
                == .nearest(.vector(.sparse(indices: [1, 3], values: [2, 1])), mmr: nil)
        )
        #expect(try query(#"{"query":{"nearest":[1,2]}}"#).query == .nearest(vector, mmr: nil))
        #expect(
            try query(#"{"query":{"nearest":[1,2],"mmr":{"candidates_limit":15}}}"#).query
                == .nearest(vector, mmr: Diversity(diversity: 0.5, candidateCount: 15))
        )
        #expect(try query(#"{"query":{"sample":"random"}}"#).query == .sample)
        let fusion = #"{"prefetch":{"query":[1]},"query":{"fusion":"\#("rrf")"}}"#
        #expect(try query(fusion).query == .reciprocalRanks(k: 2, weights: nil))
        #expect(
            try query(#"{"prefetch":[{"query":[1]}],"query":{"rrf":{"k":60,"weights":[0.5]}}}"#)
                .query
                == .reciprocalRanks(k: 60, weights: [0.5])
        )
        #expect(
            try query(#"{"prefetch":[{"query":[1]}],"query":{"fusion":"dbsf"}}"#).query
                == .scoreDistributions
        )
        guard
            case .recommend(let wish) = try query(
                #"""
                {"query":{"recommend":{"positive":[3,[1,2]],"negative":[9],
                "strategy":"best_score"}}}
                """#
            ).query
        else { throw Unfit() }
        #expect(wish.positive == [.point(.number(3)), vector])
        #expect(wish.negative == [.point(.number(9))])
        #expect(wish.strategy == .bestScore)
        guard
            case .orderBy(let order) = try query(
                #"{"query":{"order_by":{"key":"n","direction":"desc","start_from":20}}}"#
            ).query
        else { throw Unfit() }
        #expect(order.key == PayloadPath("n"))
        #expect(order.isDescending)
        #expect(order.start == .integer(20))
    }

    private struct Unfit: Error {}

    @Test("Prefetches nest, and are one or several")
    func prefetches() throws {
        let found = try query(
            #"""
            {"prefetch":{"prefetch":[{"query":[1],"limit":15},{"query":2}],"query":[1],
            "using":"i",
            """#
                + #""score_threshold":0.5,"params":{"exact":true}},"query":[2],"limit":4}"#
        )
        #expect(found.prefetches.count == 1)
        let outer = found.prefetches[0]
        #expect(outer.prefetches.map(\.limit) == [15, 10])
        #expect(outer.field == "i")
        #expect(outer.scoreThreshold == 0.5)
        #expect(outer.parameters.isExact)
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"query":[1],"prefetch":"#, count: depth) + #"{"query":[1]}"#
                + String(repeating: "}", count: depth)
        }
        #expect(try query(nested(8)).prefetches.count == 1)
        #expect(
            try refusal(nested(9)) { try QueryRequest($0, limits: RequestLimits()) }?.status == 400
        )
    }

    @Test("What an answer has")
    func choices() throws {
        let one = try query(
            #"""
            {"with_payload":["a.b[]"],"with_vectors":["x"],"limit":18446744073709551615,
            "offset":5,
            """#
                + #""params":{"hnsw_ef":64}}"#
        )
        #expect(one.payload == .including([try #require(PayloadPath("a.b[]"))]))
        #expect(one.vectors == .fields(["x"]))
        #expect(one.limit == RequestLimits().neighbourCount)
        #expect(one.offset == 5)
        #expect(one.parameters.ef == 64)
        let two = try query(#"{"with_payload":{"exclude":["a"]},"with_vector":true}"#)
        #expect(two.payload == .excluding([try #require(PayloadPath("a"))]))
        #expect(two.vectors == .all)
        #expect(
            try query(#"{"with_payload":{"include":["a"],"exclude":null}}"#).payload
                == .including([try #require(PayloadPath("a"))])
        )
        #expect(try query(#"{"with_payload":false,"with_vector":false}"#).vectors == .none)
    }

    @Test("Older clients' words")
    func olderWords() throws {
        let search = try older(
            #"{"vector":{"name":"t","vector":[1,2]},"limit":3,"with_payload":true}"#
        )
        #expect(search.query == .nearest(.vector(.dense([1, 2])), mmr: nil))
        #expect(search.field == "t")
        #expect(search.payload == .all)
        #expect(try older(#"{"vector":[1],"top":2}"#).limit == 2)
        guard
            case .recommend(let wish) = try older(
                #"{"positive":[1],"negative":[2],"using":"t","limit":3}"#
            ).query
        else { throw Unfit() }
        #expect(wish.strategy == .averageVector)
        let body = try request(#"{"searches":[{"vector":[1],"limit":1},{"vector":[2],"limit":2}]}"#)
        let batch = try BatchRequest.searches(body, limits: RequestLimits()) {
            search throws(RequestError) in
            try QueryRequest(older: search, limits: RequestLimits())
        }
        #expect(batch.map(\.limit) == [1, 2])
        let groups = try GroupsRequest(
            older: try request(#"{"vector":[1],"limit":3,"group_by":"a","group_size":2}"#),
            limits: RequestLimits()
        )
        #expect(groups.groupSize == 2)
        #expect(groups.query.limit == 3)
        #expect(
            try GroupsRequest(
                try request(#"{"query":[1],"group_by":"a"}"#),
                limits: RequestLimits()
            )
            .groupSize == 3
        )
    }

    @Test(
        "Queries against the rules, with the words of the dialect",
        arguments: [
            (
                #"{"prefetch":[{"query":{"recommend":{"positive":[1]}}}]}"#, 400,
                """
                Bad request: A query is needed to merge the prefetches. Can't have prefetches \
                without defining a query.
                """
            ),
            (
                #"{"score_threshold":10}"#, 400,
                """
                Bad request: A query is needed to use the score_threshold. Can't have \
                score_threshold without defining a query.
                """
            ),
            (
                #"{"score_threshold":10,"query":{"order_by":{"key":"price"}}}"#, 400,
                "Bad request: Can't use score_threshold with an order_by query."
            ),
            (
                #"{"query":{"recommend":{"positive":[1]}},"limit":0}"#, 422,
                """
                Validation error in JSON body: [internal.limit: value 0 invalid, must be 1 or \
                larger]
                """
            ),
            (
                #"{"query":[1],"params":{"hnsw_ef":0}}"#, 422,
                """
                Validation error in JSON body: [internal.params.hnsw_ef: value 0 invalid, must \
                be 1 or larger]
                """
            ),
            (
                #"{"prefetch":{"query":[1]},"query":{"fusion":"rrf"},"using":"a"}"#, 400,
                "Bad request: Fusion queries cannot be combined with the 'using' field."
            ),
            (
                #"{"query":{"fusion":"rrf"}}"#, 400,
                "Bad request: Fusion queries need at least one prefetch."
            ),
            (
                #"{"query":[1],"lookup_from":{"vector":"c"}}"#, 400,
                "Format error in JSON body: lookup_from: missing field `collection` "
                    + "at line 1 column 28"
            ),
            (
                #"{"query":{"discover":{}}}"#, 400,
                "Bad request: discovery queries are not supported"
            ),
            (
                #"{"query":{"formula":1}}"#, 400,
                "Bad request: Formula queries need at least one prefetch."
            ),
            (#"{"query":[[1],[2]]}"#, 400, "Bad request: multivectors are not supported"),
        ]
    )
    func rules(text: String, status: Int, message: String) throws {
        let error = try refusal(text) { try QueryRequest($0, limits: RequestLimits()) }
        #expect(error == RequestError(status: status, message: message))
    }

    @Test(
        "Malformed queries",
        arguments: [
            ("[]", 400), (#"{"query":true}"#, 400), (#"{"query":{}}"#, 400),
            (#"{"query":"x"}"#, 400),
            (#"{"query":[]}"#, 422), (#"{"query":[1e39]}"#, 400),
            (#"{"query":[1],"limit":-1}"#, 400),
            (#"{"query":[1],"limit":"10"}"#, 400), (#"{"query":[1],"offset":-1}"#, 400),
            (#"{"query":{"fusion":"sum"}}"#, 400), (#"{"query":{"sample":"first"}}"#, 400),
            (#"{"query":{"recommend":{}}}"#, 422),
            (#"{"query":{"recommend":{"negative":[1]}}}"#, 400),
            (#"{"query":{"recommend":{"positive":[1],"strategy":"x"}}}"#, 400),
            (#"{"query":{"nearest":[1],"mmr":{"diversity":1.5}}}"#, 422),
            (#"{"query":{"nearest":[1],"mmr":{"candidates_limit":20000}}}"#, 422),
            (#"{"prefetch":[{"query":[1]}],"query":{"rrf":{"k":0}}}"#, 422),
            (#"{"prefetch":[{"query":[1]}],"query":{"rrf":{"weights":[1,2]}}}"#, 400),
            (#"{"prefetch":[{"query":[1]}],"query":{"rrf":{"weights":[-1]}}}"#, 422),
            (#"{"with_payload":{"includes":["a"]}}"#, 400), (#"{"with_payload":7}"#, 400),
            (#"{"with_payload":{"include":["a"],"exclude":["b"]}}"#, 400),
            (#"{"with_payload":["a."]}"#, 400),
            (#"{"with_vector":[7]}"#, 400), (#"{"using":7}"#, 400), (#"{"filter":{"x":1}}"#, 400),
            (#"{"params":{"exact":1}}"#, 400),
            (#"{"query":{"order_by":{"key":"a","direction":"up"}}}"#, 400),
        ]
    )
    func malformed(text: String, status: Int) throws {
        let error = try refusal(text) { try QueryRequest($0, limits: RequestLimits()) }
        #expect(error?.status == status, "\(error?.message ?? "accepted")")
    }

    @Test("Retrieve, scroll, count and facet")
    func reads() throws {
        let limits = RequestLimits()
        let retrieve = try RetrieveRequest(try request(#"{"ids":[1,2]}"#), limits: limits)
        #expect(retrieve.ids == [.number(1), .number(2)])
        #expect(retrieve.payload == .all)
        let scroll = try ScrollRequest(
            try request(#"{"offset":7,"limit":3,"with_payload":false}"#),
            limits: limits
        )
        #expect(scroll.offset == .number(7))
        #expect(scroll.payload == .none)
        #expect(
            try ScrollRequest(try request(#"{"order_by":"n"}"#), limits: limits).order?.key
                == PayloadPath("n")
        )
        #expect(
            try refusal(#"{"order_by":"n","offset":7}"#) { try ScrollRequest($0, limits: limits) }?
                .status == 400
        )
        #expect(
            try refusal(#"{"limit":0}"#) { try ScrollRequest($0, limits: limits) }?.message
                == "Validation error in JSON body: [limit: value 0 invalid, must be 1 or larger]"
        )
        #expect(try CountRequest(try request("{}"), limits: limits).isExact)
        #expect(try FacetRequest(try request(#"{"key":"a","limit":2}"#), limits: limits).limit == 2)
        #expect(try refusal("{}") { try FacetRequest($0, limits: limits) }?.status == 400)
        #expect(try refusal("{}") { try RetrieveRequest($0, limits: limits) }?.status == 400)
        var few = limits
        few.pointCount = 1
        #expect(
            try refusal(#"{"ids":[1,2]}"#) { try RetrieveRequest($0, limits: few) }?.status == 422
        )
        #expect(
            try refusal(#"{"query":[1],"group_by":""}"#) { try GroupsRequest($0, limits: limits) }?
                .status == 422
        )
        #expect(
            try refusal(#"{"query":[1]}"#) { try GroupsRequest($0, limits: limits) }?.status == 400
        )
    }
}
