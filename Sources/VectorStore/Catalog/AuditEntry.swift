import GRDB

/// What is written into the audit trail; the words are for ever.
public enum AuditAction: String, CaseIterable, Sendable {
    case createCollection = "collection.create"
    case renameCollection = "collection.rename"
    case dropCollection = "collection.drop"
    case createIndex = "index.create"
    case dropIndex = "index.drop"
    case createKey = "key.create"
    case rotateKey = "key.rotate"
    case revokeKey = "key.revoke"
    case refuseKey = "key.refuse"
    case changeSettings = "settings.set"
    case createBackup = "backup.create"
    case forgetBackups = "backup.forget"
    case restoreBackup = "backup.restore"
}

/// One line of the audit trail.
public struct AuditEntry: Equatable, Sendable {
    /// Its place; rises by one from line to line, and says the order whatever the clock said.
    public let sequence: Int64
    /// The store's own sequence as it was then: from that commit on the change can be seen.
    ///
    /// A restore takes the store's sequence back: the entries before it are of another history.
    public let commitSequence: UInt64
    /// When, by the system's clock.
    public let time: Timestamp
    /// Who: `user:NAME` of the machine, or `key:ID`.
    public let actor: String
    /// The process.
    public let processID: Int32
    /// What the process was called to do, without arguments.
    public let command: String
    /// What was done, one of ``AuditAction`` or a later program's word.
    public let action: String
    /// What it was done to.
    public let object: String
    /// What came of it.
    public let outcome: String

    private static let columns =
        "sequence, commit_sequence, time, actor, process, command, action, object, outcome, crc"

    /// Reads entries in their order.
    ///
    /// - Parameters:
    ///   - selection: which.
    ///   - catalog: the catalog.
    ///   - body: takes each; false ends the reading.
    /// - Throws: the catalog's errors, and what the body throws.
    static func forEach(
        _ selection: AuditSelection,
        in catalog: CatalogReader,
        _ body: (AuditEntry) throws -> Bool
    ) throws {
        let (condition, arguments) = selection.sql
        var sql = "SELECT \(columns) FROM audit WHERE \(condition)"
        if let limit = selection.limit {
            // The last ones, and yet in their order.
            sql = "SELECT * FROM (\(sql) ORDER BY sequence DESC LIMIT \(limit))"
        }
        let rows = try Row.fetchCursor(
            catalog.database,
            sql: sql + " ORDER BY sequence",
            arguments: StatementArguments(arguments)
        )
        while let row = try rows.next() {
            guard try body(AuditEntry(row, of: catalog)) else { return }
        }
    }

    /// The place of the last entry, 0 before the first; the newest ones are never removed.
    package static func last(in catalog: CatalogReader) throws -> Int64 {
        try Int64.fetchOne(catalog.database, sql: "SELECT max(sequence) FROM audit") ?? 0
    }

    /// Writes one behind the last; its sequence is found then, and the store's.
    package static func append(
        time: Timestamp,
        actor: String,
        processID: Int32,
        command: String,
        action: String,
        object: String,
        outcome: String,
        in catalog: CatalogWriter
    ) throws {
        let entry = AuditEntry(
            sequence: try CatalogRow.next(
                after: try last(in: catalog),
                of: catalog,
                "the sequence of a row of the audit trail"
            ),
            commitSequence: try StoreRecord(catalog).commitSequence,
            time: time,
            actor: actor,
            processID: processID,
            command: command,
            action: action,
            object: object,
            outcome: outcome
        )
        try entry.save(catalog)
    }

    /// Writes it at its own place, at which nothing is yet.
    func save(_ catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "INSERT INTO audit (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                sequence, Int64(bitPattern: commitSequence), time.seconds, actor, Int64(processID),
                command, action, object, outcome, checksum,
            ]
        )
    }

    /// Removes the entries before a moment, but not the last ones.
    static func removeAll(
        before time: Timestamp,
        keeping keptCount: Int,
        in catalog: CatalogWriter
    ) throws {
        try catalog.database.execute(
            sql: """
                DELETE FROM audit WHERE time < ?
                AND sequence <= (SELECT max(sequence) FROM audit) - \(keptCount)
                """,
            arguments: [time.seconds]
        )
    }

    /// Removes all entries.
    package static func removeAll(in catalog: CatalogWriter) throws {
        try catalog.database.execute(sql: "DELETE FROM audit")
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(sequence)
        sum.add(commitSequence)
        sum.add(time.seconds)
        sum.add(processID)
        for text in [actor, command, action, object, outcome] { sum.add(text) }
        return sum.value
    }
}

extension AuditEntry {
    private init(_ found: Row, of catalog: CatalogReader) throws {
        let row = CatalogRow(found, of: catalog, "a row of the audit trail")
        sequence = try row.integer("sequence")
        commitSequence = UInt64(bitPattern: try row.integer("commit_sequence"))
        time = Timestamp(seconds: try row.integer("time"))
        actor = try row.text("actor")
        processID = Int32(truncatingIfNeeded: try row.integer("process"))
        command = try row.text("command")
        action = try row.text("action")
        object = try row.text("object")
        outcome = try row.text("outcome")
        try row.check(checksum)
    }
}

/// Which lines of the audit trail are asked for.
public struct AuditSelection: Equatable, Sendable {
    /// Not before this moment.
    public var since: Timestamp?
    /// Not after this moment.
    public var until: Timestamp?
    /// Only what a key did, or what was done to it.
    public var key: String?
    /// Only this action.
    public var action: AuditAction?
    /// Only so many, the last ones.
    public var limit: Int?
    /// Only those behind this one.
    public var after: Int64 = 0

    /// Selects everything.
    public init() {}

    /// The condition in SQL, with its arguments.
    fileprivate var sql: (String, [any DatabaseValueConvertible]) {
        var conditions = ["sequence > ?"]
        var arguments: [any DatabaseValueConvertible] = [after]
        if let since {
            conditions.append("time >= ?")
            arguments.append(since.seconds)
        }
        if let until {
            conditions.append("time <= ?")
            arguments.append(until.seconds)
        }
        if let key {
            conditions.append("(actor = ? OR object = ? OR object LIKE ? ESCAPE '\\')")
            arguments += ["key:" + key, "key " + key, "key " + Self.escaped(key) + " %"]
        }
        if let action {
            conditions.append("action = ?")
            arguments.append(action.rawValue)
        }
        return (conditions.joined(separator: " AND "), arguments)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "%_\\".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
