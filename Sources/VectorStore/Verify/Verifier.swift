/// One thing that `verify` found wrong.
public struct VerificationFinding: Equatable, Sendable {
    /// The file, relative to the data directory.
    public let file: String
    /// The 64 KiB block of the file, or the key of the catalog's row; nil for the whole file.
    public let block: Int?
    /// What is wrong.
    public let problem: String
    /// What can be done about it.
    public let repair: Repair

    package init(file: String, block: Int?, problem: String, repair: Repair) {
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
    let db: CatalogReader
    let directory: DataDirectory
    let depth: VerificationDepth
    /// Whether the links of each segment are followed.
    let includesGraph: Bool
    let cancellation: Cancellation
    private let report: (VerificationFinding) throws -> Void
    var checkedFileCount = 0

    init(
        _ db: CatalogReader,
        directory: DataDirectory,
        depth: VerificationDepth,
        includesGraph: Bool,
        cancellation: Cancellation = .never,
        report: @escaping (VerificationFinding) throws -> Void
    ) {
        self.db = db
        self.directory = directory
        self.depth = depth
        self.includesGraph = includesGraph
        self.cancellation = cancellation
        self.report = report
    }

    /// Checks the catalog and the given collections.
    ///
    /// - Parameters:
    ///   - names: the collections to check; nil checks all.
    ///   - missing: a vector file that is known to be missing for good.
    /// - Throws: ``VanishedFileError`` before anything is reported, when another file is missing.
    func verify(_ names: [CollectionName]?, missing: String?) throws {
        let collections = try CollectionRecord.scan(in: db)
        let files = try FileRecord.scan(in: db)
        // Opened before the slow work begins: until then a writer may retire one.
        let opened = try collections.compactMap(\.success)
            .filter { names?.contains($0.name.collection) ?? true }
            .map { ($0, try open(files, of: $0, missing: missing)) }
        try verifyCatalogStructure(isQuick: depth == .quick)
        try verifyRows(collections, files)
        if depth != .quick { try verifyAccess() }
        for (record, files) in opened { try verify(record, files) }
    }

    func find(_ path: String, _ block: Int? = nil, _ problem: String, repair: Repair) throws {
        try report(
            VerificationFinding(
                file: directory.relative(path),
                block: block,
                problem: problem,
                repair: repair
            )
        )
    }

    /// Reports what a body finds to be damaged, and goes on.
    func finding(_ body: () throws -> Void) throws {
        do {
            try CatalogConnection.translatingErrors(in: db, body)
        } catch VectorStoreError.file(.corrupt(let file, let offset, let reason)) {
            try find(file, offset.map { $0 >> 16 }, reason, repair: .restoreStore)
        }
    }

    // MARK: Catalog

    /// Checks the catalog without looking at vector files or comparing indexes with their tables.
    func verifyCatalogAlone() throws {
        let collections = try CollectionRecord.scan(in: db)
        try verifyCatalogStructure(isQuick: true)
        try verifyRows(collections, FileRecord.scan(in: db))
        try verifyAccess()
        for record in collections.compactMap(\.success) {
            try finding {
                try sumUpPoints(record)
                _ = try IndexedFields.all(of: record.id, in: db)
            }
        }
    }

    /// Checks each point's row and the collection's sums, and keeps nothing.
    private func sumUpPoints(_ record: CollectionRecord) throws {
        let statement = try PointStatements.all(of: record.id, in: db)
        var digest = ContentDigest()
        var (count, contentByteCount) = (0, 0)
        while try statement.step() {
            let crc = PointRow.contentChecksum(statement)
            guard Int64(crc) == statement.integer(3) else {
                throw VectorStoreError.corrupt(
                    directory.catalogPath,
                    "checksum of the point with key \(statement.integer(0))"
                )
            }
            digest.add(key: statement.integer(0), crc: crc)
            count += 1
            contentByteCount += unsafe statement.bytes(1).count + statement.bytes(2).count
        }
        guard count == record.pointCount, digest == record.digest,
            contentByteCount == record.contentByteCount
        else {
            throw VectorStoreError.corrupt(
                directory.catalogPath,
                "collection \(record.name): its rows do not add up to its sums"
            )
        }
    }

    private func verifyCatalogStructure(isQuick: Bool) throws {
        checkedFileCount += 1
        try finding {
            for line in try db.check(isQuick ? .quick : .full) where line != "ok" {
                try find(directory.catalogPath, nil, "SQLite: \(line)", repair: .restoreStore)
            }
        }
        try finding { _ = try StoreRecord(db) }
    }

    /// Checks the rows that name collections and files, and that each file has its collection.
    private func verifyRows(
        _ collections: [Result<CollectionRecord, VectorStoreError>],
        _ files: [Result<FileRecord, VectorStoreError>]
    ) throws {
        var known: Set<Int64> = []
        for collection in collections {
            try finding { known.insert(try collection.get().id) }
        }
        for file in files {
            try finding {
                let file = try file.get()
                guard known.count < collections.count || known.contains(file.collection) else {
                    throw VectorStoreError.corrupt(
                        directory.catalogPath,
                        "vector file \(file.uuid.hexadecimal) belongs to no collection"
                    )
                }
            }
        }
        let orphans = try DeletionBitmap.orphanCount(in: db)
        if orphans > 0 {
            try find(
                directory.catalogPath,
                nil,
                "\(orphans) blocks of dead slots belong to no file",
                repair: .restoreStore
            )
        }
    }

    private func verify(_ record: CollectionRecord, _ files: [OpenedFile]) throws {
        var live: Set<Int64>?
        if depth != .quick {
            try finding { live = try verifyPoints(record) }
        }
        let found = try verify(files, of: record, live: live)
        if let live {
            // A negative key says that there is no vector.
            for key in live.subtracting(found).filter({ $0 > 0 }).sorted().prefix(100) {
                try find(
                    directory.catalogPath,
                    Int(key),
                    "collection \(record.name): no vector file has the point with key \(key)",
                    repair: .reinsertPoint
                )
            }
        }
        try finding {
            let fields = try IndexedFields.all(of: record.id, in: db)
            if depth == .full { try verifyIndexes(record, fields) }
            if depth == .full, record.isSparse { try verifySparseIndex(record) }
        }
        if depth != .quick { try finding { try verifyField(record) } }
    }

    /// Checks each point's row and the collection's sums; returns the live keys.
    private func verifyPoints(_ record: CollectionRecord) throws -> Set<Int64> {
        let statement = try PointStatements.all(of: record.id, in: db)
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
            } catch VectorStoreError.file(.corrupt(_, _, let reason)) {
                try find(
                    directory.catalogPath,
                    Int(key),
                    "collection \(record.name): \(reason)",
                    repair: .reinsertPoint
                )
            }
        }
        if keys.count != record.pointCount || digest != record.digest
            || contentByteCount != record.contentByteCount
        {
            try find(
                directory.catalogPath,
                nil,
                "collection \(record.name): its rows do not add up to its sums"
                    + " (\(keys.count) points, \(record.pointCount) expected)",
                repair: .restoreStore
            )
        }
        let last = max(keys.max() ?? 0, -(keys.min() ?? 0))
        if last >= record.nextKey {
            try find(
                directory.catalogPath,
                nil,
                "collection \(record.name): key \(last) was given out twice",
                repair: .restoreStore
            )
        }
        return keys
    }
}

extension Store {
    /// Checks the store and reports everything that is wrong.
    ///
    /// - Parameters:
    ///   - names: the collections to check; nil checks all.
    ///   - depth: how much is checked.
    ///   - includesGraph: whether the links of each segment are followed, to see that a search can
    ///     come to every live point.
    ///   - report: takes each finding as it is found.
    /// - Returns: how many files were checked.
    /// - Throws: `CollectionError.notFound`; damage to the catalog's own rows as `.corrupt`.
    public func verify(
        _ names: [CollectionName]? = nil,
        depth: VerificationDepth = .checksums,
        includesGraph: Bool = false,
        report: (VerificationFinding) throws -> Void
    ) throws -> Int {
        // What the report throws passes by the translation of the catalog's errors.
        let count: Result<Int, any Error> = try withoutActuallyEscaping(report) { report in
            try readFiles { db, missing in
                for name in names ?? [] { _ = try record(of: name, in: db) }
                let verifier = Verifier(
                    db,
                    directory: directory,
                    depth: depth,
                    includesGraph: includesGraph,
                    cancellation: options.context.cancellation,
                    report: report
                )
                do {
                    try CatalogConnection.translatingErrors(in: db) {
                        try verifier.verify(names, missing: missing)
                    }
                    return .success(verifier.checkedFileCount)
                } catch  where !(error is VanishedFileError) {
                    return .failure(error)
                }
            }
        }
        return try count.get()
    }
}
