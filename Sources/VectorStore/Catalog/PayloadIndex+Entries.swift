extension PayloadIndex {
    /// What the index holds of a field of one payload: nothing when the field is missing.
    ///
    /// Elements of an array that are objects, arrays or null can't be asked for and have no entry.
    package static func entries(
        forField path: FieldPath,
        payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [Entry] {
        var scanner = PayloadScanner(payload)
        guard try scanner.descend(to: path) else { return [] }
        let field = path.description
        switch try scanner.peek() {
        case JSONByte.openBrace:
            return [Entry(field: field, kind: .object, value: .text(""))]
        case JSONByte.openBracket:
            return try arrayEntries(field: field, &scanner)
        default:
            return [try scalarEntry(field: field, &scanner)]
        }
    }

    private static func scalarEntry(
        field: String,
        _ scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> Entry {
        switch try scanner.scalar() {
        case .null:
            Entry(field: field, kind: .null, value: .text(""))
        case .boolean(let boolean):
            Entry(field: field, kind: .boolean, value: .integer(boolean ? 1 : 0))
        case .number(let number):
            Entry(field: field, kind: .number, value: FilterSQLValue(number))
        case .text(let text):
            Entry(field: field, kind: .text, value: cutOff(try scanner.decoded(text)))
        }
    }

    private static func arrayEntries(
        field: String,
        _ scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> [Entry] {
        var entries = [Entry(field: field, kind: .array, value: .text(""))]
        try scanner.take(JSONByte.openBracket)
        var isFirst = true
        while try scanner.nextElement(isFirst: isFirst) {
            isFirst = false
            let first = try scanner.peek()
            if first == JSONByte.openBrace || first == JSONByte.openBracket {
                try scanner.skipValue()
                continue
            }
            let element = try scalarEntry(field: field, &scanner)
            if let kind = element.kind.ofElement {
                entries.append(Entry(field: field, kind: kind, value: element.value))
            }
        }
        return withoutTwins(entries)
    }

    /// The table holds one row for `1` and `1.0` in one array: that of the integer, so that it is
    /// found by those who look for integers.
    private static func withoutTwins(_ entries: [Entry]) -> [Entry] {
        var integers: Set<Int64> = []
        for entry in entries where entry.kind == .numberElement {
            if case .integer(let integer) = entry.value { integers.insert(integer) }
        }
        guard !integers.isEmpty else { return entries }
        return entries.filter { entry in
            guard entry.kind == .numberElement, case .real(let real) = entry.value,
                let integer = Int64(exactly: real)
            else { return true }
            return !integers.contains(integer)
        }
    }

    private static func cutOff(_ text: [UInt8]) -> FilterSQLValue {
        guard text.count > textByteCountMax else { return FilterSQLValue(text: text) }
        var end = textByteCountMax + 1
        while end < text.count, UTF8.isContinuation(text[end]) {
            end += 1
        }
        return FilterSQLValue(text: Array(text[..<end]))
    }
}

extension PayloadIndex.Kind {
    /// The kinds of which a point has exactly one row for each field that it has.
    static let ofMembers: [PayloadIndex.Kind] = [.array, .boolean, .null, .number, .object, .text]

    /// The kind of an array's element that is of this kind by itself.
    var ofElement: PayloadIndex.Kind? {
        switch self {
        case .text: .textElement
        case .number: .numberElement
        case .boolean: .booleanElement
        case .null, .array, .object, .textElement, .numberElement, .booleanElement: nil
        }
    }
}

extension PayloadScanner {
    /// Goes to the value of the member at a path; false when there is none.
    fileprivate mutating func descend(to path: FieldPath) throws(MalformedPayloadError) -> Bool {
        guard try peek() == JSONByte.openBrace else { throw failure }
        for name in path.components {
            guard try peek() == JSONByte.openBrace else { return false }
            advance()
            guard try goToMember(named: name) else { return false }
        }
        return true
    }

    private mutating func goToMember(named name: [UInt8]) throws(MalformedPayloadError) -> Bool {
        var isFirst = true
        while let candidate = try nextName(isFirst: isFirst) {
            isFirst = false
            if try equal(candidate, name.span, name.indices) { return true }
            try skipValue()
        }
        return false
    }
}
