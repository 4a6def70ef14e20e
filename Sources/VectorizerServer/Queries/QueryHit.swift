import VectorStore

/// A point that a query has found, with its payload where that was read on the way.
struct QueryHit {
    let id: PointID
    var score: Float
    /// Nil where only the id is known yet.
    var point: StoredPoint?
    /// What it was sorted by, where it was.
    var order: OrderValue?

    init(id: PointID, score: Float, point: StoredPoint? = nil, order: OrderValue? = nil) {
        self.id = id
        self.score = score
        self.point = point
        self.order = order
    }

    init(_ hit: SearchHit) {
        self.init(id: hit.point.id, score: hit.score, point: hit.point)
    }

    init(_ ranked: RankedPoint<PointID>) {
        self.init(id: ranked.id, score: ranked.score)
    }
}

/// What a query or a prefetch asks for, whatever it came as.
struct QueryStep {
    var prefetches: [PrefetchRequest]
    var query: RequestQuery?
    var field: String
    var lookup: LookupLocation?
    var filter: FilterExpression?
    var parameters: SearchParameters
    var scoreThreshold: Float?
    /// Points that are wanted, those that are skipped included.
    var limit: Int

    init(_ request: QueryRequest) {
        prefetches = request.prefetches
        query = request.query
        field = request.field
        lookup = request.lookup
        filter = request.filter
        parameters = request.parameters
        scoreThreshold = request.scoreThreshold
        let (sum, isTooLarge) = request.limit.addingReportingOverflow(request.offset)
        limit = isTooLarge ? .max : sum
    }

    init(_ query: RequestQuery, in field: String, limit: Int) {
        prefetches = []
        self.query = query
        self.field = field
        parameters = SearchParameters()
        self.limit = limit
    }

    init(_ prefetch: PrefetchRequest, passing filter: FilterExpression?) {
        prefetches = prefetch.prefetches
        query = prefetch.query
        field = prefetch.field
        lookup = prefetch.lookup
        self.filter = FilterExpression.all(prefetch.filter, filter)
        parameters = prefetch.parameters
        scoreThreshold = prefetch.scoreThreshold
        limit = prefetch.limit
    }
}

extension QueryStep {
    /// Whether points come in the order of a value of theirs.
    var isSorted: Bool {
        if case .orderBy = query { true } else { false }
    }
}

extension FilterExpression {
    /// What passes both filters; nil where neither is given.
    static func all(_ first: Self?, _ second: Self?) -> Self? {
        guard let first else { return second }
        guard let second else { return first }
        return .and([first, second])
    }

    /// The points with these ids.
    static func ids(_ ids: some Sequence<PointID>) -> Self {
        .isIn(.id, ids.map { .text(Array($0.text.utf8)) })
    }
}
