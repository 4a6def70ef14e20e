import GRDB
import GRDBSQLite
import Glibc

/// One thing that `verify` found wrong.
public struct VerificationFinding: Equatable, Sendable {
    /// The file, relative to the data directory.
    public let file: String
    /// The 64 KiB block of the file, or the key of the catalog's row; nil for the whole file.
    public let block: Int?
    /// What is wrong.
    public let problem: String
    /// What can be done about it.
    public let repair: String

    package init(file: String, block: Int?, problem: String, repair: String) {
        self.file = file
        self.block = block
        self.problem = problem
        self.repair = repair
    }
}

/// How much is checked.
public enum VerificationDepth: Sendable {
    /// The catalog's structure, sums and files, without reading points and vectors.
    case quick
    /// Every checksum.
    case checksums
    /// Every checksum, and everything derived is compared with what it was derived from.
    case full
}

/// Checks a store and names everything that is wrong with it.
final class Verifier {
    private let db: Database
    private let directory: DataDirectory
    private let depth: VerificationDepth
    private let report: (VerificationFinding) throws -> Void
    private var findingCount = 0
    private(set) var checkedFileCount = 0

    init(
        _ db: Database,
        directory: DataDirectory,
        depth: VerificationDepth,
        report: @escaping (VerificationFinding) throws -> Void
    ) {
        self.db = db
        self.directory = directory
        self.depth = depth
        self.report = report
    }

    /// Checks the catalog and the given collections.
    func verify(_ names: [CollectionName]?) throws {
        try verifyCatalogStructure()
        let records = try CollectionRecord.all(in: db).filter {
            names?.contains($0.name) ?? true
        }
        for record in records { try verify(record) }
    }

    private func find(
        _ path: String,
        _ block: Int? = nil,
        _ problem: String,
        repair: String
    ) throws {
        findingCount += 1
        try report(
            VerificationFinding(
                file: directory.relative(path), block: block, problem: problem, repair: repair))
    }

    private static let restoreAdvice = "restore the store from a backup"
    private static let reinsertAdvice =
        "delete the point and insert it again, or restore from a backup"

    // MARK: Catalog

    private func verifyCatalogStructure() throws {
        checkedFileCount += 1
        let pragma = depth == .quick ? "quick_check" : "integrity_check"
        for line in try String.fetchAll(db, sql: "PRAGMA \(pragma)") where line != "ok" {
            try find(directory.catalogPath, nil, "SQLite: \(line)", repair: Self.restoreAdvice)
        }
        _ = try StoreRecord(db)
    }

    private func verify(_ record: CollectionRecord) throws {
        let live = depth == .quick ? nil : try verifyPoints(record)
        var found: Set<Int64> = []
        for file in try FileRecord.all(of: record.id, in: db) {
            try found.formUnion(verify(file, of: record, live: live))
        }
        if let live, found.count < live.count {
            let missing = live.subtracting(found).sorted()
            for key in missing.prefix(100) {
                try find(
                    directory.catalogPath, Int(key),
                    "collection \(record.name): no vector file has the point with key \(key)",
                    repair: Self.reinsertAdvice)
            }
        }
        if depth == .full { try verifyIndexes(record) }
    }

    /// Checks each point's row and the collection's sums; returns the live keys.
    private func verifyPoints(_ record: CollectionRecord) throws -> Set<Int64> {
        let statement = try CatalogStatement(
            db, "SELECT \(PointRow.columns) FROM points_\(record.id) AS p")
        var digest = ContentDigest()
        var keys: Set<Int64> = []
        var contentByteCount = 0
        while try statement.step() {
            let key = statement.integer(0)
            keys.insert(key)
            contentByteCount += unsafe statement.bytes(1).count + statement.bytes(2).count
            digest.add(key: key, crc: UInt32(truncatingIfNeeded: statement.integer(3)))
            do {
                _ = try PointRow(statement, path: directory.catalogPath)
            } catch VectorStoreError.corrupt(_, _, let reason) {
                try find(
                    directory.catalogPath, Int(key), "collection \(record.name): \(reason)",
                    repair: Self.reinsertAdvice)
            }
        }
        if keys.count != record.pointCount || digest != record.digest
            || contentByteCount != record.contentByteCount
        {
            try find(
                directory.catalogPath, nil,
                "collection \(record.name): its rows do not add up to its sums"
                    + " (\(keys.count) points, \(record.pointCount) expected)",
                repair: Self.restoreAdvice)
        }
        if let last = keys.max(), last >= record.nextKey {
            try find(
                directory.catalogPath, nil,
                "collection \(record.name): key \(last) was given out twice",
                repair: Self.restoreAdvice)
        }
        return keys
    }

    // MARK: Vector files

    /// Checks one file; returns the keys of its live rows.
    private func verify(
        _ file: FileRecord,
        of record: CollectionRecord,
        live: Set<Int64>?
    ) throws -> Set<Int64> {
        checkedFileCount += 1
        let path = directory.tailPath(collection: record.uuid, file: file.uuid)
        let reader: TailReader
        do {
            reader = try TailReader(
                file,
                deadSlots: DeadSlots(of: file, in: db),
                collection: record.uuid,
                dimension: record.configuration.dimension,
                in: directory
            )
        } catch VectorStoreError.corrupt(let damaged, let offset, let reason) {
            try find(damaged, offset.map { $0 >> 16 }, reason, repair: Self.restoreAdvice)
            return []
        } catch VectorStoreError.system(_, _, ENOENT) {
            try find(path, nil, "the file is missing", repair: Self.restoreAdvice)
            return []
        }
        return try live.map { try verifyRows(reader, live: $0) } ?? []
    }

    private func verifyRows(_ reader: TailReader, live: Set<Int64>) throws -> Set<Int64> {
        var found: Set<Int64> = []
        var previous = Int64.min
        for slot in 0..<reader.rowCount {
            let key = reader.key(at: slot)
            let block = reader.block(of: slot)
            do {
                try reader.verify(slot)
            } catch VectorStoreError.corrupt(let path, _, let reason) {
                try find(path, block, reason, repair: Self.reinsertAdvice)
                continue
            }
            if key <= previous {
                try find(
                    reader.path, block, "row \(slot): keys do not ascend",
                    repair: Self.restoreAdvice)
            }
            previous = key
            let isDead = reader.deadSlots.contains(slot)
            if !isDead { found.insert(key) }
            if isDead == live.contains(key) {
                try find(
                    reader.path, block,
                    "row \(slot): \(isDead ? "dead" : "live"), but the catalog "
                        + "\(isDead ? "has" : "does not have") the point with key \(key)",
                    repair: Self.restoreAdvice)
            }
        }
        return found
    }

    // MARK: Payload indexes

    /// Compares each payload index with the payloads it was made from.
    private func verifyIndexes(_ record: CollectionRecord) throws {
        let table = PayloadIndex.tableName(collection: record.id)
        for field in try IndexedFields.all(of: record.id, in: db) {
            let expected = try expectedEntries(record, field)
            let stored = try CatalogStatement(
                db, "SELECT field, kind, value, key FROM \(table) WHERE field = ?")
            stored.bind(field.description, at: 1)
            var count = 0
            var mismatches = 0
            while try stored.step() {
                count += 1
                if !expected.contains(Self.entryText(stored)) { mismatches += 1 }
            }
            guard mismatches > 0 || count != expected.count else { continue }
            try find(
                directory.catalogPath, nil,
                "collection \(record.name): the index on \(field) does not match the payloads",
                repair: "vectorizer drop-index \(record.name) \(field)"
                    + " && vectorizer create-index \(record.name) \(field)")
        }
    }

    private func expectedEntries(
        _ record: CollectionRecord,
        _ field: FieldPath
    ) throws -> Set<String> {
        let scratch = try CatalogStatement(
            db, "SELECT ?1, ?2, iif(typeof(?3) = 'blob', CAST(?3 AS TEXT), ?3), ?4")
        let rows = try CatalogStatement(
            db, "SELECT \(PointRow.columns) FROM points_\(record.id) AS p")
        var expected: Set<String> = []
        while try rows.step() {
            guard let row = try undamaged(rows) else { continue }
            let payload = row.payload
            let entries = try PayloadIndex.entries(forField: field, payload: payload.span)
            for entry in entries {
                for (place, value) in entry.arguments(key: row.key).enumerated() {
                    scratch.bind(value, at: Int32(place + 1))
                }
                guard try scratch.step() else { continue }
                expected.insert(Self.entryText(scratch))
                scratch.reset()
            }
        }
        return expected
    }

    /// The current row, or nil when it is damaged, which ``verifyPoints(_:)`` has told.
    private func undamaged(_ rows: CatalogStatement) throws -> PointRow? {
        do {
            return try PointRow(rows, path: directory.catalogPath)
        } catch VectorStoreError.corrupt {
            return nil
        }
    }

    /// An entry as one text, the same for the stored and the expected one.
    private static func entryText(_ row: CatalogStatement) -> String {
        "\(row.text(1))|\(row.integer(3))|\(row.text(2))"
    }
}

extension Store {
    /// Checks the store and reports everything that is wrong.
    ///
    /// - Parameters:
    ///   - names: the collections to check; nil checks all.
    ///   - depth: how much is checked.
    ///   - report: takes each finding as it is found.
    /// - Returns: how many files were checked.
    /// - Throws: `.collectionNotFound`; damage to the catalog's own rows as `.corrupt`.
    public func verify(
        _ names: [CollectionName]? = nil,
        depth: VerificationDepth = .checksums,
        report: (VerificationFinding) throws -> Void
    ) throws -> Int {
        try withoutActuallyEscaping(report) { report in
            try read { db in
                for name in names ?? [] { _ = try record(of: name, in: db) }
                let verifier = Verifier(db, directory: directory, depth: depth, report: report)
                try verifier.verify(names)
                return verifier.checkedFileCount
            }
        }
    }
}
