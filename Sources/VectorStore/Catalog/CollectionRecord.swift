import GRDB

/// A collection's row: what it is, and the sums that its points must add up to.
///
/// Each named vector field of a collection has a row like it, under the name
/// ``CollectionName/field(_:)``: its points have the ids of the collection's points, keys of their
/// own, and no payload, or a ``SparseVector`` in its place.
struct CollectionRecord: Equatable, Sendable {
    /// The row's number, which names the tables `points_N` and `index_N`.
    let id: Int64
    /// Names the collection's directory of vector files.
    let uuid: UniqueID
    var name: CollectionName
    let configuration: CollectionConfiguration
    /// The key that the next point gets; keys are never used twice.
    var nextKey: Int64
    var pointCount: Int
    var digest: ContentDigest
    /// Bytes of the stored ids and payloads.
    var contentByteCount: Int
    /// The commit sequence of the last change.
    var sequence: UInt64

    /// Reads one collection by name; nil when there is none.
    static func find(_ name: CollectionName, in catalog: CatalogReader) throws -> Self? {
        try Row.fetchOne(
            catalog.database,
            sql: "SELECT \(columns) FROM collections WHERE name = ?",
            arguments: [name.text]
        ).map { try Self($0, in: catalog) }
    }

    /// Reads one collection by what it is called on disk, whatever its name is by now.
    static func find(uuid: UniqueID, in catalog: CatalogReader) throws -> Self? {
        try Row.fetchOne(
            catalog.database,
            sql: "SELECT \(columns) FROM collections WHERE uuid = ?",
            arguments: [Blob.write(uuid.bytes)]
        ).map { try Self($0, in: catalog) }
    }

    /// Reads the named fields of a collection, ordered by name.
    static func fields(of name: CollectionName, in catalog: CatalogReader) throws -> [Self] {
        guard try hasFields(name, in: catalog) else { return [] }
        return try Row.fetchAll(
            catalog.database,
            sql: "SELECT \(columns) FROM collections WHERE name > ? AND name < ? ORDER BY name",
            arguments: [name.field("").text, Self.end(ofFieldsOf: name)]
        ).map { try Self($0, in: catalog) }
    }

    /// Whether a collection has named fields: most have none, and every search asks.
    private static func hasFields(
        _ name: CollectionName,
        in catalog: CatalogReader
    ) throws -> Bool {
        let statement = try CatalogStatement(
            catalog,
            "SELECT 1 FROM collections WHERE name > ? AND name < ? LIMIT 1"
        )
        statement.bind(name.field("").text, at: 1)
        statement.bind(end(ofFieldsOf: name), at: 2)
        return try statement.step()
    }

    /// The first text behind the names of a collection's fields: "0" comes after "/".
    private static func end(ofFieldsOf name: CollectionName) -> String { name.text + "0" }

    /// Reads all collections without their fields, ordered by name.
    static func collections(in catalog: CatalogReader) throws -> [Self] {
        try all(in: catalog).filter { !$0.name.isField }
    }

    /// Reads all collections and their fields, ordered by name.
    static func all(in catalog: CatalogReader) throws -> [Self] {
        try scan(in: catalog).map { try $0.get() }
    }

    /// Reads all collections from the table itself, so that a damaged index hides none, and each
    /// with its own outcome.
    static func scan(in catalog: CatalogReader) throws -> [Result<Self, VectorStoreError>] {
        try Row.fetchAll(
            catalog.database,
            sql: "SELECT \(columns) FROM collections NOT INDEXED ORDER BY name"
        ).map { row in
            Result { () throws(VectorStoreError) in try Self(row, in: catalog) }
        }
    }

    private static let columns = """
        id, uuid, name, dimension, metric, quantization, link_count, ef_construction, next_key,
        point_count, digest, content_bytes, sequence, crc
        """

    private init(_ stored: Row, in catalog: CatalogReader) throws(VectorStoreError) {
        let name = try CatalogRow(stored, of: catalog, "a collection").text("name")
        let row = CatalogRow(stored, of: catalog, "collection \(name)")
        guard let metric = Metric(rawValue: try row.text("metric")) else {
            throw row.damaged("metric")
        }
        guard let quantization = Quantization(rawValue: try row.text("quantization")) else {
            throw row.damaged("quantization")
        }
        let dimension = try row.count("dimension")
        guard (0...Limits.dimension).contains(dimension) else { throw row.damaged("dimension") }
        self.id = try row.integer("id")
        self.uuid = try row.uniqueID("uuid")
        self.name = CollectionName(unchecked: name)
        self.configuration =
            dimension == 0
            ? .withoutVectors
            : try CollectionConfiguration(
                dimension: dimension,
                metric: metric,
                quantization: quantization,
                linkCount: row.count("link_count"),
                efConstruction: row.count("ef_construction")
            )
        self.nextKey = try row.integer("next_key")
        self.pointCount = try row.count("point_count")
        self.digest = ContentDigest(value: UInt64(bitPattern: try row.integer("digest")))
        self.contentByteCount = try row.count("content_bytes")
        self.sequence = UInt64(bitPattern: try row.integer("sequence"))
        try row.check(checksum)
    }

    /// Adds a new collection with its tables.
    static func create(
        _ name: CollectionName,
        configuration: CollectionConfiguration,
        uuid: UniqueID = .random(),
        sequence: UInt64,
        in catalog: CatalogWriter
    ) throws -> Self {
        try catalog.database.execute(
            sql: """
                INSERT INTO collections (uuid, name, dimension, metric, quantization, link_count,
                    ef_construction, next_key, point_count, digest, content_bytes, sequence, crc)
                VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, 0, 0, ?, 0)
                """,
            arguments: [
                Blob.write(uuid.bytes), name.text, configuration.dimension,
                configuration.metric.rawValue, configuration.quantization.rawValue,
                configuration.linkCount, configuration.efConstruction,
                Int64(bitPattern: sequence),
            ]
        )
        let id = catalog.database.lastInsertedRowID
        let record = Self(
            id: id,
            uuid: uuid,
            name: name,
            configuration: configuration,
            sequence: sequence
        )
        try record.save(catalog)
        try CatalogSchema.createCollectionTables(catalog, collection: id)
        return record
    }

    private init(
        id: Int64,
        uuid: UniqueID,
        name: CollectionName,
        configuration: CollectionConfiguration,
        sequence: UInt64
    ) {
        self.id = id
        self.uuid = uuid
        self.name = name
        self.configuration = configuration
        self.nextKey = 1
        self.pointCount = 0
        self.digest = ContentDigest()
        self.contentByteCount = 0
        self.sequence = sequence
    }

    /// Writes what can change.
    func save(_ catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: """
                UPDATE collections SET name = ?, next_key = ?, point_count = ?, digest = ?,
                    content_bytes = ?, sequence = ?, crc = ? WHERE id = ?
                """,
            arguments: [
                name.text, nextKey, pointCount, Int64(bitPattern: digest.value), contentByteCount,
                Int64(bitPattern: sequence), checksum, id,
            ]
        )
    }

    /// What a named field is; nil for a collection.
    var field: VectorField? {
        get throws(VectorStoreError) {
            guard let field = name.fieldName else { return nil }
            return try VectorField(
                field,
                configuration.hasVectors ? .dense(configuration) : .sparse
            )
        }
    }

    /// Whether it is a field of sparse vectors.
    var isSparse: Bool { name.isField && !configuration.hasVectors }

    /// Takes the collection, its points, its files and its fields out of the catalog.
    func delete(_ catalog: CatalogWriter) throws {
        if !name.isField {
            for field in try Self.fields(of: name, in: catalog) { try field.delete(catalog) }
            try CollectionNotes.deleteAll(of: id, in: catalog)
        }
        for file in try FileRecord.all(of: id, in: catalog) { try file.delete(catalog) }
        try catalog.database.execute(
            sql: "DELETE FROM indexed_fields WHERE collection = ?",
            arguments: [id]
        )
        try catalog.database.execute(sql: "DELETE FROM collections WHERE id = ?", arguments: [id])
        try CatalogSchema.dropCollectionTables(catalog, collection: id)
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(id)
        sum.add(uuid.bytes)
        sum.add(name.text)
        sum.add(configuration.dimension)
        sum.add(configuration.metric.rawValue)
        sum.add(configuration.quantization.rawValue)
        sum.add(configuration.linkCount)
        sum.add(configuration.efConstruction)
        sum.add(nextKey)
        sum.add(pointCount)
        sum.add(digest.value)
        sum.add(contentByteCount)
        sum.add(sequence)
        return sum.value
    }
}
