import GRDBSQLite

/// Turns a stored, compressed payload into JSON; what the buffer held before is replaced.
package typealias PayloadDecoder = (
    _ stored: Span<UInt8>, _ json: inout [UInt8]
) throws -> Void

/// SQLite refused to register the function; the code is one of its result codes.
package struct PayloadMatcherError: Error, Equatable, Sendable {
    package let resultCode: Int32
}

/// Gives a connection the SQL function `payload_matches(n, payload[, id[, key]])`.
///
/// It tells whether a point passes the filter with number `n`; a filter that asks about the id or
/// the key needs it. A payload that is text is JSON, one that is a blob is decoded first. A payload
/// that can't be read is an SQL error, `malformed payload`, with the code for corruption.
/// Registering again replaces the filters; SQLite refuses that while a statement that uses them is
/// running. The connection owns the filters and lets them go when it is closed.
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
        -1,
        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
        Unmanaged.passRetained(matcher).toOpaque(),
        { context, count, arguments in
            unsafe PayloadMatcher.call(context, count, arguments)
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
        _ count: Int32,
        _ arguments: UnsafeMutablePointer<OpaquePointer?>?
    ) {
        guard 2...4 ~= count, let context = unsafe context, let arguments = unsafe arguments,
            let box = unsafe sqlite3_user_data(context)
        else { return }
        let matcher = unsafe Unmanaged<PayloadMatcher>.fromOpaque(box).takeUnretainedValue()
        let number = unsafe sqlite3_value_int64(arguments[0])
        guard let index = Int(exactly: number), matcher.filters.indices.contains(index) else {
            unsafe sqlite3_result_error(context, "no such payload filter", -1)
            return
        }
        do {
            let id = unsafe count > 2 ? arguments[2] : nil
            let key = unsafe count > 3 ? sqlite3_value_int64(arguments[3]) : 0
            let filter = matcher.filters[index]
            let matches = unsafe try matcher.matches(filter, arguments[1], id, key)
            unsafe sqlite3_result_int(context, matches ? 1 : 0)
        } catch {
            unsafe sqlite3_result_error(context, "malformed payload", -1)
            unsafe sqlite3_result_error_code(context, SQLITE_CORRUPT)
        }
    }

    private func matches(
        _ filter: PayloadFilter,
        _ payload: OpaquePointer?,
        _ id: OpaquePointer?,
        _ key: Int64
    ) throws -> Bool {
        // The bytes stay where they are until this call returns.
        let idBytes = unsafe Self.bytes(id)
        let id = unsafe Span(_unsafeElements: idBytes)
        if filter.needsNoPayload { return try filter.matches(Span(), id: id, key: key) }
        let bytes = unsafe Self.bytes(payload)
        guard unsafe bytes.baseAddress != nil else { throw MalformedPayloadError(offset: 0) }
        let stored = unsafe Span(_unsafeElements: bytes)
        if unsafe sqlite3_value_type(payload) == SQLITE_TEXT {
            return try filter.matches(stored, id: id, key: key)
        }
        try decode(stored, &json)
        let json = json
        return try filter.matches(json.span, id: id, key: key)
    }

    /// The bytes of a text or blob; the length is asked for after the pointer, as SQLite wants it.
    private static func bytes(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
        guard let value = unsafe value else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        let start =
            unsafe sqlite3_value_type(value) == SQLITE_TEXT
            ? UnsafeRawPointer(sqlite3_value_text(value)) : sqlite3_value_blob(value)
        let count = unsafe Int(sqlite3_value_bytes(value))
        return unsafe UnsafeBufferPointer(
            start: start?.assumingMemoryBound(to: UInt8.self),
            count: start == nil ? 0 : count
        )
    }
}
