/// The statements that read a collection's table of points, under the alias `p`.
enum PointStatements {
    static func tableName(collection: Int64) -> String { "points_\(collection)" }

    private static func rows(of collection: Int64) -> String {
        "SELECT \(PointRow.columns) FROM \(tableName(collection: collection)) AS p"
    }

    // MARK: Rows, as ``PointRow`` reads them

    /// All points, in no order.
    static func all(of collection: Int64, in catalog: CatalogReader) throws -> CatalogStatement {
        try CatalogStatement(catalog, rows(of: collection))
    }

    /// All points, in the order in which they were written.
    static func inOrderOfKeys(
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(catalog, rows(of: collection) + " ORDER BY p.key")
    }

    /// The point with an id, the only argument.
    static func withID(of collection: Int64, in catalog: CatalogReader) throws -> CatalogStatement {
        try CatalogStatement(catalog, rows(of: collection) + " WHERE p.id = ?")
    }

    /// The point with a key, the only argument.
    static func withKey(
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(catalog, rows(of: collection) + " WHERE p.key = ?")
    }

    /// The points that meet a condition, by their ids; the arguments behind the condition's own are
    /// the id that comes before the first, and how many at most, -1 for all.
    static func inOrderOfIDs(
        of collection: Int64,
        passing condition: String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        let order = " WHERE (\(condition)) AND p.id > ? ORDER BY p.id LIMIT ?"
        return try CatalogStatement(catalog, rows(of: collection) + order)
    }

    // MARK: Keys

    /// The number of points that meet a condition, or of keys that an index finds.
    static func count(
        of collection: Int64,
        found keys: IndexedKeys?,
        passing condition: @autoclosure () -> String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        let table = tableName(collection: collection)
        return try CatalogStatement(
            catalog,
            keys?.countSQL ?? "SELECT count(*) FROM \(table) AS p WHERE \(condition())"
        )
    }

    /// The keys of the points that meet a condition, or those that an index finds.
    static func keys(
        of collection: Int64,
        found keys: IndexedKeys?,
        passing condition: @autoclosure () -> String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        let table = tableName(collection: collection)
        return try CatalogStatement(
            catalog,
            keys?.sql ?? "SELECT p.key FROM \(table) AS p WHERE \(condition())"
        )
    }

    /// A row if the point with a key, the argument behind the condition's own, meets the condition.
    static func test(
        of collection: Int64,
        passing condition: String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        let table = tableName(collection: collection)
        return try CatalogStatement(
            catalog,
            "SELECT 1 FROM \(table) AS p WHERE (\(condition)) AND p.key = ?"
        )
    }

    // MARK: Fields, whose rows have the ids of their points

    private static func join(_ field: Int64, _ collection: Int64) -> String {
        """
        FROM \(tableName(collection: collection)) AS p \
        JOIN \(tableName(collection: field)) AS f ON f.id = p.id
        """
    }

    /// The keys in a field of the points that meet a condition.
    static func keys(
        inField field: Int64,
        of collection: Int64,
        passing condition: String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(
            catalog,
            "SELECT f.key \(join(field, collection)) WHERE \(condition)"
        )
    }

    /// The keys of the points that have a vector in a field.
    static func keys(
        withVectorIn field: Int64,
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(catalog, "SELECT p.key \(join(field, collection))")
    }

    /// A row if the point with a key in a field, the argument behind the condition's own, meets the
    /// condition.
    static func test(
        ofField field: Int64,
        of collection: Int64,
        passing condition: String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(
            catalog,
            "SELECT 1 \(join(field, collection)) WHERE (\(condition)) AND f.key = ?"
        )
    }

    /// How many rows of a field have no point.
    static func countWithoutPoint(
        field: Int64,
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(
            catalog,
            """
            SELECT count(*) FROM \(tableName(collection: field)) AS f WHERE NOT EXISTS \
            (SELECT 1 FROM \(tableName(collection: collection)) AS p WHERE p.id = f.id)
            """
        )
    }

    /// How many points have no vector in the unnamed field.
    static func countWithoutVector(
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(
            catalog,
            "SELECT count(*) FROM \(tableName(collection: collection)) WHERE key < 0"
        )
    }

    // MARK: Ids by what they look like

    /// The points of one form of id that meet a condition, in that form's order; the arguments
    /// behind the condition's own are those of ``IDForm/arguments(from:)`` and how many at most.
    static func inOrder(
        of form: IDForm,
        in collection: Int64,
        passing condition: String,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(
            catalog,
            rows(of: collection)
                + " WHERE (\(condition)) AND \(form.condition) AND \(form.start)"
                + " ORDER BY \(form.order) LIMIT ?"
        )
    }

    // MARK: Ids

    /// The id with the largest number behind a prefix: decimal, without a sign or leading zeros.
    ///
    /// The arguments are the prefix with `0`, with `:` and with `1` behind it, and the place of the
    /// digits in the id, counted from 1. `:` is the character behind the digit 9.
    static func largestNumber(
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> CatalogStatement {
        try CatalogStatement(
            catalog,
            """
            SELECT p.id FROM \(tableName(collection: collection)) AS p
            WHERE p.id >= ?1 AND p.id < ?2 AND (p.id = ?1 OR p.id >= ?3)
            AND substr(p.id, ?4) NOT GLOB '*[^0-9]*'
            ORDER BY length(p.id) DESC, p.id DESC LIMIT 1
            """
        )
    }

    // MARK: Copies

    /// Adds a row with the key, id, payload and checksum of another one.
    static func insertCopy(
        of collection: Int64,
        in catalog: CatalogWriter
    ) throws -> CatalogStatement {
        let table = tableName(collection: collection)
        return try CatalogStatement(
            catalog,
            "INSERT INTO \(table) (key, id, payload, crc) VALUES (?, ?, ?, ?)"
        )
    }
}
