/// Reads a point from one JSON object: `{"id":…,"vector":[…],"payload":{…}}`.
///
/// Without a payload member all other members are the payload, in their order; with one they are
/// checked, counted and left out. With the payload field `*` all other members always are the
/// payload, whatever they are called. A parser can be used for row after row and keeps its memory.
/// It reads each row once: O(n) in the row's length.
package struct PointRowParser: Sendable {
    package let idField: String
    package let vectorField: String
    package let payloadField: String
    /// How many elements a vector must have; nil where a row's vector is not wanted.
    package let dimension: Int?
    /// The members that stood beside a payload in the rows read so far.
    package private(set) var leftOut = LeftOutFields()

    /// Places in `leftOut` of the members of the row that is being read.
    private var leftOutOfRow: [Int] = []
    private let idName: [UInt8]
    private let vectorName: [UInt8]
    private let payloadName: [UInt8]
    private var minifier = JSONMinifier()

    /// What has been found in a row so far.
    private struct Findings {
        var id: String?
        var hasVector = false
        var hasPayload = false
        let payloadStart: Int
    }

    package init(
        idField: String = "id",
        vectorField: String = "vector",
        payloadField: String = "payload",
        dimension: Int?
    ) {
        self.idField = idField
        self.vectorField = vectorField
        self.payloadField = payloadField
        self.dimension = dimension
        self.idName = Array(idField.utf8)
        self.vectorName = Array(vectorField.utf8)
        self.payloadName = Array(payloadField.utf8)
    }

    /// The payload field that stands for all members but id and vector.
    package static let allFields = "*"

    /// Whether all members but id and vector are the payload.
    package var keepsAllFields: Bool { payloadField == Self.allFields }

    /// What a message calls the payload.
    package var payloadLabel: String { keepsAllFields ? "payload" : payloadField }

    /// Appends the row's vector and minified payload and returns its id.
    ///
    /// Without a wanted dimension a vector member is checked and left out, and may be missing.
    /// - Throws: the first fault found; `vector` and `payload` are then as they were before.
    package mutating func parse(
        _ line: Span<UInt8>,
        vector: inout [Float],
        payload: inout [UInt8]
    ) throws(PointRowError) -> String {
        let vectorStart = vector.count
        let payloadStart = payload.count
        do throws(PointRowError) {
            return try parseRow(line, &vector, &payload)
        } catch {
            vector.removeLast(vector.count - vectorStart)
            payload.removeLast(payload.count - payloadStart)
            throw error
        }
    }

    private mutating func parseRow(
        _ line: Span<UInt8>,
        _ vector: inout [Float],
        _ payload: inout [UInt8]
    ) throws(PointRowError) -> String {
        var findings = Findings(payloadStart: payload.count)
        leftOutOfRow.removeAll(keepingCapacity: true)
        payload.append(JSONByte.openBrace)
        try members(line, &findings, &vector, &payload)
        if !findings.hasPayload {
            payload.append(JSONByte.closeBrace)
        }
        guard let id = findings.id else { throw .missingField(idField) }
        guard findings.hasVector || dimension == nil else { throw .missingField(vectorField) }
        let byteCount = payload.count - findings.payloadStart
        guard byteCount <= Limits.payloadByteCount else {
            throw .payloadTooLarge(
                field: payloadLabel,
                limit: Limits.payloadByteCount,
                got: byteCount
            )
        }
        for index in leftOutOfRow { leftOut.count(at: index) }
        return id
    }

    /// Reads the row's braces and what is between them.
    private mutating func members(
        _ line: Span<UInt8>,
        _ findings: inout Findings,
        _ vector: inout [Float],
        _ payload: inout [UInt8]
    ) throws(PointRowError) {
        var position = 0
        minifier.names.removeAll()
        JSONScanner.skipWhitespace(line, &position)
        guard position < line.count, line[position] == JSONByte.openBrace else {
            throw notAnObject(line, at: position, field: nil)
        }
        position += 1
        JSONScanner.skipWhitespace(line, &position)
        if position < line.count, line[position] == JSONByte.closeBrace {
            position += 1
        } else {
            try memberList(line, &position, &findings, &vector, &payload)
        }
        JSONScanner.skipWhitespace(line, &position)
        guard position == line.count else {
            throw .invalidJSON(JSONError(offset: position, problem: .trailingContent), field: nil)
        }
    }

    private mutating func memberList(
        _ line: Span<UInt8>,
        _ position: inout Int,
        _ findings: inout Findings,
        _ vector: inout [Float],
        _ payload: inout [UInt8]
    ) throws(PointRowError) {
        while true {
            try member(line, &position, &findings, &vector, &payload)
            JSONScanner.skipWhitespace(line, &position)
            guard position < line.count, line[position] == JSONByte.comma else { break }
            position += 1
            JSONScanner.skipWhitespace(line, &position)
        }
        noteLeftOut(line, findings)
        do throws(JSONError) {
            try JSONScanner.expect(JSONByte.closeBrace, line, &position)
            try minifier.names.close(from: 0, line)
        } catch {
            throw .invalidJSON(error, field: nil)
        }
    }

    private mutating func member(
        _ line: Span<UInt8>,
        _ position: inout Int,
        _ findings: inout Findings,
        _ vector: inout [Float],
        _ payload: inout [UInt8]
    ) throws(PointRowError) {
        let nameStart = position
        let nameEnd: Int
        let name: JSONMemberNames.Name
        do throws(JSONError) {
            name = try minifier.names.add(line, &position)
            nameEnd = position
            JSONScanner.skipWhitespace(line, &position)
            try JSONScanner.expect(JSONByte.colon, line, &position)
        } catch {
            throw .invalidJSON(error, field: nil)
        }
        JSONScanner.skipWhitespace(line, &position)
        if minifier.names.matches(name, idName, line) {
            findings.id = try id(line, &position)
        } else if minifier.names.matches(name, vectorName, line) {
            try vectorMember(line, &position, &vector, &payload)
            findings.hasVector = true
        } else if !keepsAllFields, minifier.names.matches(name, payloadName, line) {
            // Whatever other members came before it are not the payload after all.
            payload.removeLast(payload.count - findings.payloadStart)
            try payloadMember(line, &position, &payload)
            findings.hasPayload = true
        } else {
            try otherMember(line, &position, nameStart..<nameEnd, findings, &payload)
        }
    }

    /// Remembers which members stand beside a payload while their names are known.
    private mutating func noteLeftOut(_ line: Span<UInt8>, _ findings: Findings) {
        let expectedCount = findings.hasVector ? 3 : 2
        guard findings.hasPayload, minifier.names.mark > expectedCount else { return }
        for index in 0..<minifier.names.mark {
            let name = minifier.names.name(at: index)
            let isTaken = [idName, vectorName, payloadName].contains {
                minifier.names.matches(name, $0, line)
            }
            guard !isTaken else { continue }
            let known = leftOut.firstIndex { minifier.names.matches(name, $0, line) }
            guard let place = known ?? leftOut.append(minifier.names.bytes(of: name, line)) else {
                continue
            }
            leftOutOfRow.append(place)
        }
    }

    private func id(_ line: Span<UInt8>, _ position: inout Int) throws(PointRowError) -> String {
        let start = position
        switch try kind(line, at: position, field: idField) {
        case .string:
            let text: String
            do throws(JSONError) {
                text = try JSONString.decode(line, &position)
            } catch {
                throw .invalidJSON(error, field: idField)
            }
            return try Self.checkedID(text, field: idField)
        case .number:
            do throws(JSONError) {
                try JSONScanner.number(line, &position)
            } catch {
                throw .invalidJSON(error, field: idField)
            }
            return try integer(line.extracting(start..<position))
        case let kind:
            throw .wrongType(
                field: idField,
                element: nil,
                expected: .stringOrInteger,
                got: kind
            )
        }
    }

    /// The decimal text of a number that must be an integer.
    private func integer(_ number: Span<UInt8>) throws(PointRowError) -> String {
        for index in number.indices
        where !JSONByte.isDigit(number[index]) && number[index] != JSONByte.minus {
            throw .wrongType(
                field: idField,
                element: nil,
                expected: .stringOrInteger,
                got: .fraction
            )
        }
        let text = JSONString.string(number)
        return try Self.checkedID(text == "-0" ? "0" : text, field: idField)
    }

    /// The text, if it may be a point's id.
    package static func checkedID(_ text: String, field: String) throws(PointRowError) -> String {
        let count = text.utf8.count
        guard count > 0 else { throw .idEmpty(field: field) }
        guard count <= Limits.idByteCount else {
            throw .idTooLong(field: field, limit: Limits.idByteCount, got: count)
        }
        guard !text.utf8.contains(0) else { throw .idContainsNUL(field: field) }
        return text
    }

    private mutating func vectorMember(
        _ line: Span<UInt8>,
        _ position: inout Int,
        _ vector: inout [Float],
        _ scratch: inout [UInt8]
    ) throws(PointRowError) {
        guard let dimension else {
            let before = scratch.count
            try value(line, &position, outerDepth: 1, field: vectorField, to: &scratch)
            scratch.removeLast(scratch.count - before)
            return
        }
        try JSONVector.append(
            line,
            &position,
            dimension: dimension,
            field: vectorField,
            to: &vector
        )
    }

    private mutating func payloadMember(
        _ line: Span<UInt8>,
        _ position: inout Int,
        _ payload: inout [UInt8]
    ) throws(PointRowError) {
        guard try kind(line, at: position, field: payloadField) == .object else {
            throw notAnObject(line, at: position, field: payloadField)
        }
        try value(line, &position, outerDepth: 0, field: payloadField, to: &payload)
    }

    private mutating func otherMember(
        _ line: Span<UInt8>,
        _ position: inout Int,
        _ name: Range<Int>,
        _ findings: Findings,
        _ payload: inout [UInt8]
    ) throws(PointRowError) {
        let before = payload.count
        if before > findings.payloadStart + 1 {
            payload.append(JSONByte.comma)
        }
        payload.append(copying: line.extracting(name))
        payload.append(JSONByte.colon)
        try value(line, &position, outerDepth: 1, field: nil, to: &payload)
        if findings.hasPayload {
            payload.removeLast(payload.count - before)
        }
    }

    private mutating func value(
        _ line: Span<UInt8>,
        _ position: inout Int,
        outerDepth: Int,
        field: String?,
        to output: inout [UInt8]
    ) throws(PointRowError) {
        do throws(JSONError) {
            try minifier.appendValue(line, &position, outerDepth: outerDepth, to: &output)
        } catch {
            throw .invalidJSON(error, field: field)
        }
    }

    private func kind(
        _ line: Span<UInt8>,
        at position: Int,
        field: String?
    ) throws(PointRowError) -> JSONKind {
        guard position < line.count, let kind = JSONKind(firstByte: line[position]) else {
            throw .invalidJSON(.unexpected(line, at: position), field: field)
        }
        return kind
    }

    private func notAnObject(
        _ line: Span<UInt8>,
        at position: Int,
        field: String?
    ) -> PointRowError {
        guard position < line.count, let kind = JSONKind(firstByte: line[position]) else {
            return .invalidJSON(.unexpected(line, at: position), field: field)
        }
        guard let field else { return .notAnObject(got: kind) }
        return .wrongType(field: field, element: nil, expected: .object, got: kind)
    }
}
