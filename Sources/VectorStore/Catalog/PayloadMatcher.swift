import GRDBSQLite

/// Turns a stored, compressed payload into JSON; what the buffer held before is replaced.
package typealias PayloadDecoder = (
    _ stored: Span<UInt8>, _ json: inout [UInt8]
) throws -> Void

/// SQLite refused to register the function; the code is one of its result codes.
package struct PayloadMatcherError: Error, Equatable, Sendable {
    package let resultCode: Int32
}

/// Gives a connection the SQL function `payload_matches(n, payload)`.
///
/// It tells whether a payload passes the filter with number `n`. A payload that is text is JSON,
/// one
/// that is a blob is decoded first. A payload that can't be read is an SQL error, `malformed
/// payload`, with the code for corruption. Registering again replaces the filters; SQLite refuses
/// that while a statement that uses them is running. The connection owns the filters and lets them
/// go when it is closed.
package func registerPayloadMatcher(
    on connection: OpaquePointer,
    filters: [PayloadFilter],
    decode: @escaping PayloadDecoder
) throws(PayloadMatcherError) {
    let matcher = PayloadMatcher(filters: filters, decode: decode)
    // SQLite gives the reference back through the last callback, also when this call fails.
    let resultCode = unsafe sqlite3_create_function_v2(
        connection,
        "payload_matches",
        2,
        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
        Unmanaged.passRetained(matcher).toOpaque(),
        { context, _, arguments in
            unsafe PayloadMatcher.call(context, arguments)
        },
        nil,
        nil,
        { unsafe $0.map { unsafe Unmanaged<PayloadMatcher>.fromOpaque($0).release() } }
    )
    guard resultCode == SQLITE_OK else { throw PayloadMatcherError(resultCode: resultCode) }
}

/// The filters of one connection, which SQLite runs on one thread at a time.
private final class PayloadMatcher {
    private let filters: [PayloadFilter]
    private let decode: PayloadDecoder
    private var json: [UInt8] = []

    init(filters: [PayloadFilter], decode: @escaping PayloadDecoder) {
        self.filters = filters
        self.decode = decode
    }

    static func call(
        _ context: OpaquePointer?,
        _ arguments: UnsafeMutablePointer<OpaquePointer?>?
    ) {
        guard let context = unsafe context, let arguments = unsafe arguments,
            let box = unsafe sqlite3_user_data(context)
        else { return }
        let matcher = unsafe Unmanaged<PayloadMatcher>.fromOpaque(box).takeUnretainedValue()
        let number = unsafe sqlite3_value_int64(arguments[0])
        guard let index = Int(exactly: number), matcher.filters.indices.contains(index) else {
            unsafe sqlite3_result_error(context, "no such payload filter", -1)
            return
        }
        do {
            let matches = unsafe try matcher.matches(matcher.filters[index], arguments[1])
            unsafe sqlite3_result_int(context, matches ? 1 : 0)
        } catch {
            unsafe sqlite3_result_error(context, "malformed payload", -1)
            unsafe sqlite3_result_error_code(context, SQLITE_CORRUPT)
        }
    }

    private func matches(_ filter: PayloadFilter, _ value: OpaquePointer?) throws -> Bool {
        let isText = unsafe sqlite3_value_type(value) == SQLITE_TEXT
        // The bytes stay where they are until this call returns, and the length is asked for after
        // the pointer, as SQLite wants it.
        let start =
            unsafe isText
            ? UnsafeRawPointer(sqlite3_value_text(value)) : sqlite3_value_blob(value)
        guard let start = unsafe start else { throw MalformedPayload(offset: 0) }
        let count = unsafe Int(sqlite3_value_bytes(value))
        let stored = unsafe Span<UInt8>(
            _unsafeStart: start.assumingMemoryBound(to: UInt8.self),
            count: count
        )
        if isText {
            return try filter.matches(stored)
        }
        try decode(stored, &json)
        let json = json
        return try filter.matches(json.span)
    }
}
