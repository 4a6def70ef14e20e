import Logging

/// One collection at one moment: what a reader sees however much is written meanwhile.
///
/// It is lent to a closure by ``Store/withReader(of:_:)`` and must not leave it.
public final class CollectionReader {
    /// The collection's counts and settings at that moment.
    public let info: CollectionInfo
    let db: CatalogReader
    private let snapshot: CollectionSnapshot
    var record: CollectionRecord { snapshot.record }
    /// The collection, where this reads one of its named vector fields.
    let root: CollectionRecord?
    private let directory: DataDirectory
    private let kept: FileCache?
    private let limits: StoreLimits
    private var fields: [String: CollectionReader] = [:]
    package let files: VectorFiles
    /// The catalog's path, for messages.
    let path: String
    /// What searches over this snapshot share.
    var searching: SnapshotSearching {
        get { snapshot.searching }
        _modify { yield &snapshot.searching }
    }
    /// How long it took to read the list of files and to open them.
    let openMicroseconds: Double
    /// Tells whether the answer is still wanted.
    let cancellation: Cancellation
    /// The most neighbours of one search.
    var neighbourCountMax: Int { limits.neighbourCount }

    init(
        _ snapshot: CollectionSnapshot,
        under root: CollectionRecord? = nil,
        in db: CatalogReader,
        directory: DataDirectory,
        kept: FileCache? = nil,
        limits: StoreLimits = StoreLimits(),
        cancellation: Cancellation = .never
    ) throws {
        self.root = root
        self.directory = directory
        self.kept = kept
        self.limits = limits
        self.cancellation = cancellation
        var stopwatch = Stopwatch()
        self.db = db
        self.snapshot = snapshot
        self.path = directory.catalogPath
        self.info = try snapshot.info(in: db, directory)
        self.files = try snapshot.files(in: db, directory, kept: kept)
        self.openMicroseconds = stopwatch.lap()
    }

    deinit {
        // A filter's statements may stand at a row, which would keep the transaction's moment for
        // all that the connection reads later; and its conditions have numbers that others get.
        snapshot.searching.filter = nil
    }

    /// Reads the vectors of a named field, at the same moment.
    ///
    /// - Parameter name: the field.
    /// - Returns: its reader, which must not leave this one's closure either.
    /// - Throws: `CollectionError.fieldNotFound`, `.corrupt`.
    func field(_ name: String) throws -> CollectionReader {
        if let known = fields[name] { return known }
        guard let field = try CollectionSnapshot.find(record.name.field(name), in: db) else {
            throw VectorStoreError.collection(
                .fieldNotFound(field: name, collection: record.name.text)
            )
        }
        let reader = try CollectionReader(
            field,
            under: record,
            in: db,
            directory: directory,
            kept: kept,
            limits: limits,
            cancellation: cancellation
        )
        fields[name] = reader
        return reader
    }

    // MARK: Counting and listing

    /// The number of points that pass a filter.
    ///
    /// - Parameter filter: nil counts all, in constant time.
    /// - Returns: the number.
    /// - Throws: `.corrupt` when a row that is read is damaged.
    public func count(_ filter: PointFilter? = nil) throws(VectorStoreError) -> Int {
        try mappingErrors {
            try FilterQuery(filter, of: record, in: db).count()
        }
    }

    /// Hands out points in the order of their ids' bytes.
    ///
    /// - Parameters:
    ///   - filter: which points; nil hands out all.
    ///   - after: only ids behind this one.
    ///   - limit: how many at most.
    ///   - includesVectors: whether the points carry their vectors.
    ///   - body: takes one point; false ends the listing.
    /// - Throws: `.corrupt` at the first damaged row, and what the body throws.
    public func forEachPoint(
        filter: PointFilter? = nil,
        after: PointID? = nil,
        limit: Int? = nil,
        includesVectors: Bool = false,
        _ body: (StoredPoint) throws -> Bool
    ) throws {
        try translatingErrors {
            let query = try FilterQuery(filter, of: record, in: db)
            let statement = try PointStatements.inOrderOfIDs(
                of: record.id,
                passing: query.condition(),
                in: db
            )
            let next = query.bind(statement)
            statement.bind(after?.text ?? "", at: next)
            statement.bind(Int64(limit ?? -1), at: next + 1)
            while try statement.step() {
                let row = try PointRow(statement, path: path)
                guard try body(point(row, includesVectors)) else { break }
            }
        }
    }

    /// Hands out the points with the given ids, in that order.
    ///
    /// - Parameters:
    ///   - ids: the ids.
    ///   - includesVectors: whether the points carry their vectors.
    ///   - body: takes one point.
    /// - Returns: the ids that are not there.
    /// - Throws: `.corrupt` at the first damaged row, and what the body throws.
    public func forEachPoint(
        withIDs ids: [PointID],
        includesVectors: Bool = false,
        _ body: (StoredPoint) throws -> Void
    ) throws -> [PointID] {
        try translatingErrors {
            let statement = try PointStatements.withID(of: record.id, in: db)
            var missing: [PointID] = []
            for id in ids {
                statement.bind(id.text, at: 1)
                guard try statement.step() else {
                    missing.append(id)
                    continue
                }
                let row = try PointRow(statement, path: path)
                statement.reset()
                try body(point(row, includesVectors))
            }
            return missing
        }
    }

    /// Tells for each id whether its point is there.
    package func contains(_ ids: [PointID]) throws -> [Bool] {
        try translatingErrors {
            let rows = try PointRows(of: record.id, in: db)
            return try ids.map { try rows.find($0) != nil }
        }
    }

    /// The catalog's errors become the engine's; a body's own errors pass as they are.
    func translatingErrors<Value>(_ work: () throws -> Value) throws -> Value {
        try CatalogConnection.translatingErrors(in: db, work)
    }

    func point(_ row: PointRow, _ includesVectors: Bool) throws -> StoredPoint {
        StoredPoint(
            id: row.id,
            payload: row.payload,
            vector: includesVectors ? try storedVector(of: row.key) : nil
        )
    }

    /// The vector of the point with a key; nil where that says that there is none.
    func storedVector(of key: Int64) throws(VectorStoreError) -> [Float]? {
        key > 0 ? try files.vector(of: key, path: path) : nil
    }

    func mappingErrors<Value>(_ body: () throws -> Value) throws(VectorStoreError) -> Value {
        try CatalogConnection.mappingErrors(path: path, operation: "read", body)
    }
}

extension Store {
    /// Lends a snapshot of one collection to a body; all it reads is of one commit.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - resolvesAliases: whether it may be an alias of a collection, too.
    ///   - body: works with the snapshot; it may take as long as it likes, writers don't wait.
    /// - Returns: what the body returns.
    /// - Throws: `CollectionError.notFound`, `.corrupt`, and whatever the body throws.
    public func withReader<Value>(
        of name: CollectionName,
        resolvingAliases resolvesAliases: Bool = false,
        _ body: (CollectionReader) throws -> Value
    ) throws -> Value {
        // The body's own errors pass by the translation of the catalog's.
        let outcome: Result<Value, any Error> = try readFiles { db, _ in
            let reader = try CollectionReader(
                snapshot(of: name, resolvesAliases, in: db),
                in: db,
                directory: directory,
                kept: session.fileCache,
                limits: options.limits,
                cancellation: options.context.cancellation
            )
            options.logger.trace(
                "reading",
                metadata: [
                    "collection": "\(name)",
                    "sequence": .stringConvertible(reader.record.sequence),
                    "files": .stringConvertible(reader.files.readers.count),
                ]
            )
            return Result { try body(reader) }
        }
        return try outcome.get()
    }

    private func snapshot(
        of name: CollectionName,
        _ resolvesAliases: Bool,
        in db: CatalogReader
    ) throws -> CollectionSnapshot {
        let known =
            if resolvesAliases {
                try CollectionSnapshot.find(called: name, in: db)
            } else {
                try CollectionSnapshot.find(name, in: db)
            }
        guard let known else {
            throw VectorStoreError.collection(.notFound(name: name.text, dataDirectory: path))
        }
        return known
    }
}
