import VectorStore

extension SearchCommand: QuickCommand {
    static let quickOptions: Set<String> = [
        "--vector", "--id", "--queries", "-k", "--filter", "--fields", "--min-score", "--ef",
        "--recall", "--threads",
    ]
    static let quickFlags: Set<String> = [
        "--exact", "--with-vector", "--explain", "--fail-empty",
    ]

    mutating func take(_ line: QuickLine) throws {
        guard line.arguments.count == 1 else { throw NotQuick() }
        global = try GlobalOptions(line)
        collection = line.arguments[0]
        vector = line.text("--vector")
        id = line.text("--id")
        queries = line.text("--queries")
        k = try line.value("-k") { Int($0) }
        filter = FilterOption(line)
        effort = try EffortOptions(line)
        shown = ShownFields(line)
        minScore = try line.value("--min-score") { Float($0) }
        explain = line.has("--explain")
        threads = try line.value("--threads") { Int($0) }
        failEmpty = line.has("--fail-empty")
    }
}

extension CountCommand: QuickCommand {
    static let quickOptions: Set<String> = ["--filter"]
    static let quickFlags: Set<String> = []

    mutating func take(_ line: QuickLine) throws {
        guard line.arguments.count == 1 else { throw NotQuick() }
        global = try GlobalOptions(line)
        collection = line.arguments[0]
        filter = FilterOption(line)
    }
}

extension GetCommand: QuickCommand {
    static let quickOptions: Set<String> = ["--fields"]
    static let quickFlags: Set<String> = ["--with-vector"]

    mutating func take(_ line: QuickLine) throws {
        guard line.arguments.count >= 2 else { throw NotQuick() }
        global = try GlobalOptions(line)
        collection = line.arguments[0]
        ids = Array(line.arguments[1...])
        shown = ShownFields(line)
    }
}

extension ListPointsCommand: QuickCommand {
    static let quickOptions: Set<String> = ["--filter", "--limit", "--after", "--fields"]
    static let quickFlags: Set<String> = ["--with-vector"]

    mutating func take(_ line: QuickLine) throws {
        guard line.arguments.count == 1 else { throw NotQuick() }
        global = try GlobalOptions(line)
        collection = line.arguments[0]
        filter = FilterOption(line)
        limit = try line.value("--limit") { Int($0) }
        after = line.text("--after")
        shown = ShownFields(line)
    }
}

extension InsertCommand: QuickCommand {
    static let quickOptions: Set<String> = [
        "--format", "--delimiter", "--id-field", "--vector-field", "--payload-field", "--payloads",
        "--array", "--id-start", "--id-prefix", "--mode", "--batch-size", "--on-error", "--rejects",
        "--threads",
    ]
    static let quickFlags: Set<String> = ["--ack"]

    mutating func take(_ line: QuickLine) throws {
        guard let name = line.arguments.first else { throw NotQuick() }
        global = try GlobalOptions(line)
        collection = name
        files = Array(line.arguments[1...])
        format = try line.value("--format") { InputFormat(rawValue: $0) }
        delimiter = try line.value("--delimiter") { FieldDelimiter(argument: $0) }
        idField = line.text("--id-field") ?? "id"
        vectorField = line.text("--vector-field") ?? "vector"
        payloadField = line.text("--payload-field") ?? "payload"
        payloads = line.text("--payloads")
        array = line.text("--array")
        numbering = try NumberingOptions(line)
        mode = try line.value("--mode", default: .upsert) { WriteMode(rawValue: $0) }
        batchSize = try line.value("--batch-size") { Int($0) }
        onError = try line.value("--on-error", default: .stop) { ErrorPolicy(rawValue: $0) }
        rejects = line.text("--rejects")
        ack = line.has("--ack")
        indexing = try IndexingOptions(line)
        try indexing.validate()
    }
}

extension NumberingOptions {
    init(_ line: QuickLine) throws {
        self.init()
        idStart = try line.value("--id-start") { IDStart(argument: $0) }
        idPrefix = line.text("--id-prefix")
        try validate()
    }
}

extension IndexingOptions {
    init(_ line: QuickLine) throws {
        self.init()
        threads = try line.value("--threads") { Int($0) }
    }
}

extension EffortOptions {
    init(_ line: QuickLine) throws {
        self.init()
        exact = line.has("--exact")
        ef = try line.value("--ef") { Int($0) }
        recall = try line.value("--recall") { Double($0) }
        try validate()
    }
}

extension FilterOption {
    init(_ line: QuickLine) {
        self.init()
        filter = line.text("--filter")
    }
}

extension ShownFields {
    init(_ line: QuickLine) {
        self.init()
        withVector = line.has("--with-vector")
        fields = line.text("--fields")
    }
}
