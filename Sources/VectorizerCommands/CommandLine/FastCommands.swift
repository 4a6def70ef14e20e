import VectorStore

// Commands with nothing of their own.
extension VersionCommand: FastCommand {}
extension ListCollectionsCommand: FastCommand {}
extension StatsCommand: FastCommand {}

extension SearchCommand: FastCommand {
    mutating func parse(_ line: inout FastPath) throws {
        vector = try line.text("--vector")
        id = try line.text("--id")
        queries = try line.text("--queries")
        k = try line.value("-k") { Int($0) }
        filter = try FilterOption(&line)
        effort = try EffortOptions(&line)
        shown = try ShownFields(&line)
        minScore = try line.value("--min-score") { Float($0) }
        explain = line.has("--explain")
        threads = try line.value("--threads") { Int($0) }
        failEmpty = line.has("--fail-empty")
        collection = try line.argument()
    }
}

extension CountCommand: FastCommand {
    mutating func parse(_ line: inout FastPath) throws {
        filter = try FilterOption(&line)
        collection = try line.argument()
    }
}

extension GetCommand: FastCommand {
    mutating func parse(_ line: inout FastPath) throws {
        shown = try ShownFields(&line)
        collection = try line.argument()
        ids = line.arguments()
        if ids.isEmpty { throw NotFast() }
    }
}

extension ListPointsCommand: FastCommand {
    mutating func parse(_ line: inout FastPath) throws {
        filter = try FilterOption(&line)
        limit = try line.value("--limit") { Int($0) }
        after = try line.text("--after")
        shown = try ShownFields(&line)
        collection = try line.argument()
    }
}

extension InsertCommand: FastCommand {
    mutating func parse(_ line: inout FastPath) throws {
        format = try line.value("--format") { InputFormat(rawValue: $0) }
        delimiter = try line.value("--delimiter") { FieldDelimiter(argument: $0) }
        idField = try line.text("--id-field") ?? "id"
        vectorField = try line.text("--vector-field") ?? "vector"
        payloadField = try line.text("--payload-field") ?? "payload"
        payloads = try line.text("--payloads")
        array = try line.text("--array")
        numbering = try NumberingOptions(&line)
        mode = try line.value("--mode") { WriteMode(rawValue: $0) } ?? .upsert
        batchSize = try line.value("--batch-size") { Int($0) }
        onError = try line.value("--on-error") { ErrorPolicy(rawValue: $0) } ?? .stop
        rejects = try line.text("--rejects")
        ack = line.has("--ack")
        indexing = try IndexingOptions(&line)
        collection = try line.argument()
        files = line.arguments()
    }
}

extension NumberingOptions {
    init(_ line: inout FastPath) throws {
        self.init()
        idStart = try line.value("--id-start") { IDStart(argument: $0) }
        idPrefix = try line.text("--id-prefix")
        try validate()
    }
}

extension IndexingOptions {
    init(_ line: inout FastPath) throws {
        self.init()
        threads = try line.value("--threads") { Int($0) }
        try validate()
    }
}

extension EffortOptions {
    init(_ line: inout FastPath) throws {
        self.init()
        exact = line.has("--exact")
        ef = try line.value("--ef") { Int($0) }
        recall = try line.value("--recall") { Double($0) }
        try validate()
    }
}

extension FilterOption {
    init(_ line: inout FastPath) throws(NotFast) {
        self.init()
        filter = try line.text("--filter")
    }
}

extension ShownFields {
    init(_ line: inout FastPath) throws(NotFast) {
        self.init()
        withVector = line.has("--with-vector")
        fields = try line.text("--fields")
    }
}
