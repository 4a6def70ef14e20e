import GRDBSQLite

/// The values of a long list in a filter, bound to a statement as one value.
///
/// SQL takes a limited number of `?`. The function `filter_value(list, n)` gives SQL one value
/// after the other instead, exactly as they would have been bound.
package final class FilterValueList: Sendable {
    /// Longer lists are bound as one.
    static let separateCountMax = 64

    let values: [FilterSQLValue]

    init(_ values: [FilterSQLValue]) {
        self.values = values
    }

    /// A `SELECT` of the values, with two `?`: their number and the list.
    static let sql = """
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) \
        SELECT filter_value(?, i) FROM n
        """

    /// Binds the list; the statement keeps it until something else is bound there.
    ///
    /// - Returns: an SQLite result code.
    package func bind(to statement: OpaquePointer?, at index: Int32) -> Int32 {
        unsafe sqlite3_bind_pointer(
            statement,
            index,
            Unmanaged.passRetained(self).toOpaque(),
            Self.typeName,
            { unsafe $0.map { unsafe Unmanaged<FilterValueList>.fromOpaque($0).release() } }
        )
    }

    /// Gives a connection the function `filter_value`.
    package static func register(on connection: OpaquePointer) throws(PayloadMatcherError) {
        let resultCode = unsafe sqlite3_create_function_v2(
            connection,
            "filter_value",
            2,
            SQLITE_UTF8 | SQLITE_DIRECTONLY,
            nil,
            { context, _, arguments in unsafe FilterValueList.call(context, arguments) },
            nil,
            nil,
            nil
        )
        guard resultCode == SQLITE_OK else { throw PayloadMatcherError(resultCode: resultCode) }
    }

    private static func call(
        _ context: OpaquePointer?,
        _ arguments: UnsafeMutablePointer<OpaquePointer?>?
    ) {
        guard let arguments = unsafe arguments,
            let pointer = unsafe sqlite3_value_pointer(arguments[0], typeName)
        else { return unsafe sqlite3_result_error(context, "no such list of values", -1) }
        let list = unsafe Unmanaged<FilterValueList>.fromOpaque(pointer).takeUnretainedValue()
        let number = unsafe sqlite3_value_int64(arguments[1])
        guard let index = Int(exactly: number), list.values.indices.contains(index) else { return }
        switch list.values[index] {
        case .integer(let integer): unsafe sqlite3_result_int64(context, integer)
        case .real(let real): unsafe sqlite3_result_double(context, real)
        case .text(let text): unsafe result(Array(text.utf8), context)
        case .blob(let bytes): unsafe result(bytes, context)
        case .list: break
        }
    }

    private static func result(_ text: [UInt8], _ context: OpaquePointer?) {
        // SQLITE_TRANSIENT: the text is copied at once.
        let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let count = UInt64(text.count)
        unsafe text.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            guard let start = unsafe start else {
                return unsafe sqlite3_result_text64(context, "", 0, copies, UInt8(SQLITE_UTF8))
            }
            unsafe sqlite3_result_text64(context, start, count, copies, UInt8(SQLITE_UTF8))
        }
    }

    /// SQLite compares names of pointers' types when they are asked for, and keeps no copy.
    private static var typeName: UnsafePointer<CChar> {
        let name: StaticString = "vectorizer-filter-values"
        return unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension FilterValueList: Hashable {
    package static func == (first: FilterValueList, second: FilterValueList) -> Bool {
        first === second || first.values == second.values
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(values.count)
        hasher.combine(values.first)
    }
}
