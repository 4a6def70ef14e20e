import GRDBSQLite

/// The SQL function `row_is_intact(key, id, payload, crc)`.
///
/// Filters read payloads inside SQLite, where no ``PointRow`` is made. With this in front of them a
/// flipped bit in a payload is an error there too, and not a point that quietly does not match.
enum RowCheckFunction {
    /// The condition on a table of points under the alias `p`.
    static let condition = "row_is_intact(p.key, p.id, p.payload, p.crc)"

    /// Gives a connection the function.
    ///
    /// - Returns: an SQLite result code.
    static func register(on connection: OpaquePointer?) -> Int32 {
        unsafe sqlite3_create_function_v2(
            connection,
            "row_is_intact",
            4,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
            nil,
            { context, _, arguments in unsafe RowCheckFunction.call(context, arguments) },
            nil,
            nil,
            nil
        )
    }

    private static func call(
        _ context: OpaquePointer?,
        _ arguments: UnsafeMutablePointer<OpaquePointer?>?
    ) {
        guard let arguments = unsafe arguments else { return }
        let key = unsafe sqlite3_value_int64(arguments[0])
        let isText = unsafe sqlite3_value_type(arguments[2]) == SQLITE_TEXT
        let crc = unsafe RowChecksum.ofPoint(
            key: key,
            id: bytes(arguments[1]),
            isText: isText,
            payload: bytes(arguments[2])
        )
        if unsafe sqlite3_value_int64(arguments[3]) == Int64(crc) {
            unsafe sqlite3_result_int(context, 1)
        } else {
            unsafe sqlite3_result_error(context, "checksum of the point with key \(key)", -1)
            unsafe sqlite3_result_error_code(context, SQLITE_CORRUPT)
        }
    }

    /// The bytes of a text or blob; the pointer is asked for first, which may convert the value.
    private static func bytes(_ value: OpaquePointer?) -> UnsafeRawBufferPointer {
        let start =
            unsafe sqlite3_value_type(value) == SQLITE_TEXT
            ? UnsafeRawPointer(sqlite3_value_text(value)) : sqlite3_value_blob(value)
        let count = unsafe Int(sqlite3_value_bytes(value))
        return unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }
}
