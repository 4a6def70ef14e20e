/// The table in which a collection keeps the values of its indexed payload fields.
///
/// There is one row for each point that has the field, and one more for each different element when
/// the field is an array:
///
/// | column | content |
/// |---|---|
/// | `field` | the path as ``FieldPath`` writes it |
/// | `kind` | what the value is; see ``Kind`` |
/// | `value` | the text or number; 0 or 1 for a boolean; empty for `null`, `array` and `object` |
/// | `key` | the point's key |
///
/// The primary key is all four in this order, so each condition of a filter is one range of rows,
/// ordered by value, and within one value by key. Rows are not marked as sums of anything: they can
/// always be made again from the payloads.
package enum PayloadIndex {
    /// Longer texts are cut off to the next whole character behind this many bytes, so a text that
    /// was cut is longer than any that was not.
    package static let textByteCountMax = 256

    /// What a row's value is.
    ///
    /// The raw values stand in catalogs, so they never change.
    package enum Kind: String, Sendable, CaseIterable {
        case text = "text"
        case number = "number"
        case boolean = "boolean"
        case null = "null"
        case array = "array"
        case object = "object"
        case textElement = "text[]"
        case numberElement = "number[]"
        case booleanElement = "boolean[]"
    }

    /// One row without its key.
    package struct Entry: Hashable, Sendable {
        package let field: String
        package let kind: Kind
        package let value: FilterSQLValue

        /// The arguments of ``PayloadIndex/insertSQL(collection:)`` and
        /// ``PayloadIndex/deleteSQL(collection:)``, in their order.
        package func arguments(key: Int64) -> [FilterSQLValue] {
            [.text(field), .text(kind.rawValue), value, .integer(key)]
        }
    }

    /// The name of a collection's index table.
    package static func tableName(collection: Int64) -> String {
        precondition(collection >= 0, "collections are numbered from 0")
        return "index_\(collection)"
    }

    /// The statements that create a collection's index table.
    package static func createTableSQL(collection: Int64) -> [String] {
        [
            """
            CREATE TABLE \(tableName(collection: collection)) (
                field TEXT NOT NULL,
                kind TEXT NOT NULL,
                value ANY NOT NULL,
                key INTEGER NOT NULL,
                PRIMARY KEY (field, kind, value, key)
            ) STRICT, WITHOUT ROWID
            """
        ]
    }

    /// Inserts one entry; an array's equal elements are one row.
    package static func insertSQL(collection: Int64) -> String {
        """
        INSERT INTO \(tableName(collection: collection)) (field, kind, value, key) \
        VALUES (?1, ?2, \(boundValue), ?4) ON CONFLICT DO NOTHING
        """
    }

    /// Deletes one entry: what a point had is made again from the payload that it had.
    package static func deleteSQL(collection: Int64) -> String {
        """
        DELETE FROM \(tableName(collection: collection)) \
        WHERE field = ?1 AND kind = ?2 AND value = \(boundValue) AND key = ?4
        """
    }

    /// Deletes all entries of one field, whose text is the only argument.
    package static func deleteFieldSQL(collection: Int64) -> String {
        "DELETE FROM \(tableName(collection: collection)) WHERE field = ?1"
    }

    /// All entries of one field, whose text is the only argument.
    static func entriesSQL(collection: Int64) -> String {
        "SELECT field, kind, value, key FROM \(tableName(collection: collection)) WHERE field = ?"
    }

    /// One entry as it would be stored, with the arguments of ``insertSQL(collection:)``.
    static let boundEntrySQL = "SELECT ?1, ?2, \(boundValue), ?4"

    private static let boundValue = "iif(typeof(?3) = 'blob', CAST(?3 AS TEXT), ?3)"
}
