/// How one search found its answers, and what that cost.
public struct SearchExplanation: Equatable, Sendable {
    /// How the rows of one file were searched.
    public enum Path: String, CaseIterable, Sendable {
        /// The segment's graph was walked.
        case graph
        /// Every row was compared.
        case exact
        /// The graph was walked, and only rows that pass the filter were kept.
        case filteredGraph = "filtered-graph"
        /// The code of every row that passes the filter was compared, and the best rows then.
        case filteredCodes = "filtered-codes"
        /// Every row that passes the filter was compared.
        case filteredExact = "filtered-exact"
    }

    /// Why a file was searched that way; the raw values are what a user reads.
    public enum Reason: String, Sendable {
        case walkIsCheaper = "walking the graph costs less than comparing all rows"
        case askedFor = "an exact search was asked for"
        case notIndexed = "the rows are not indexed yet"
        case fewRows = "comparing all rows costs less than walking the graph"
        case recallOutOfReach = "no breadth reached that recall when the segment was built"
        case tooFewFound = "the walk found too few rows that may be answers"
        case fewPass = "comparing the rows that pass costs less than walking the graph"
        case manyPass = "walking the graph costs less than comparing the rows that pass"
        case testedByKey = "rows are tested as they are found, nearest first"
    }

    /// What was done in one file.
    public struct File: Equatable, Sendable {
        /// The file's name.
        public var name: String
        /// Whether it is a segment, with an index; else a tail.
        public var isSegment: Bool
        /// Its rows, dead ones included.
        public var rowCount: Int
        /// Its rows that are live points.
        public var liveCount: Int
        /// Its rows that pass the filter, where they were counted.
        public var passingCount: Int?
        /// How it was searched.
        public var path: Path
        /// Why that way.
        public var reason: Reason
        /// The ef of the last walk (HNSW's ef), if there was one.
        public var ef: Int?
        /// Distances computed, over codes and over full vectors.
        public var distanceCount = 0
        /// The recall that this ef reached on the segment's own rows; 1 where all rows were
        /// compared, nil where it was not measured.
        public var expectedRecall: Double?
    }

    /// What was done in each file, oldest points first.
    public var files: [File] = []
    /// Points whose payloads were looked at, one by one, to see whether they pass the filter.
    public var testedCount = 0
    /// Whether the points that pass the filter were known from a search before.
    public var reusedFilter = false

    /// Microseconds for reading the catalog and opening the files.
    public var openMicroseconds = 0.0
    /// Microseconds for finding out which points pass the filter.
    public var filterMicroseconds = 0.0
    /// Microseconds for walking graphs.
    public var walkMicroseconds = 0.0
    /// Microseconds for comparing the query with full vectors.
    public var rankMicroseconds = 0.0
    /// Microseconds for reading and checking the answers.
    public var payloadMicroseconds = 0.0

    /// Makes an explanation of a search that has done nothing yet.
    public init() {}

    /// Rows of tails that were compared.
    public var tailRowCount: Int {
        files.reduce(0) { $0 + ($1.isSegment ? 0 : $1.distanceCount) }
    }
}
