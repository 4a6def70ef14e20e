/// Reads and changes payloads as bytes, so that what is not changed stays as it was written.
///
/// Payloads come in and go out as minified JSON objects. The order of members and the text of
/// numbers and strings are kept. Every function throws ``MalformedPayloadError`` where it can't
/// follow the bytes.
package enum PayloadEditing {
    /// Lists the top-level members in their order, in one pass.
    package static func members(
        of payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [PayloadMember] {
        var scanner = PayloadScanner(payload)
        var members: [PayloadMember] = []
        try scanner.take(JSONByte.openBrace)
        while let member = try scanner.nextMember(isFirst: members.isEmpty) {
            members.append(member)
        }
        try scanner.expectEnd()
        return members
    }

    /// Lists the elements of an array in their order, in one pass.
    package static func elements(
        of array: Span<UInt8>
    ) throws(MalformedPayloadError) -> [Range<Int>] {
        var scanner = PayloadScanner(array)
        var elements: [Range<Int>] = []
        try scanner.take(UInt8(ascii: "["))
        while try scanner.nextElement(isFirst: elements.isEmpty) {
            elements.append(try scanner.skipValue())
        }
        try scanner.expectEnd()
        return elements
    }

    /// Replaces members by those of another object with the same name, and appends the new ones.
    ///
    /// The merge is shallow: a nested object is replaced as a whole.
    package static func merging(
        _ payload: Span<UInt8>,
        with object: Span<UInt8>
    ) throws(MalformedPayloadError) -> [UInt8] {
        let additions = try members(of: object)
        var values: [[UInt8]: Range<Int>] = [:]
        for addition in additions {
            values[addition.name] = addition.value
        }
        var output = ObjectWriter(byteCount: payload.count + object.count)
        for member in try members(of: payload) {
            if let replacement = values.removeValue(forKey: member.name) {
                output.append(payload, member.writtenName, object, replacement)
            } else {
                output.append(payload, member.writtenName, payload, member.value)
            }
        }
        for addition in additions {
            guard let value = values.removeValue(forKey: addition.name) else { continue }
            output.append(object, addition.writtenName, object, value)
        }
        return output.finished()
    }

    /// Leaves out the named members.
    ///
    /// The object that a nested member was taken from stays, even when it is empty then.
    package static func removing(
        fields: [FieldPath],
        from payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [UInt8] {
        var scanner = PayloadScanner(payload)
        var output = ObjectWriter(byteCount: payload.count)
        try output.appendRemaining(of: FieldSelection(fields), from: &scanner)
        try scanner.expectEnd()
        return output.finished()
    }

    /// Keeps only the named members, nested ones inside the objects that they stand in.
    ///
    /// A field that the payload lacks is left out, together with an object of which nothing is
    /// left.
    package static func projection(
        of payload: Span<UInt8>,
        fields: [FieldPath]
    ) throws(MalformedPayloadError) -> [UInt8] {
        var scanner = PayloadScanner(payload)
        var output = ObjectWriter(byteCount: payload.count)
        _ = try output.appendSelected(by: FieldSelection(fields), from: &scanner)
        try scanner.expectEnd()
        return output.finished()
    }

    /// The decoded UTF-8 of a value that is a JSON string; nil for any other value.
    package static func text(of value: Span<UInt8>) throws(MalformedPayloadError) -> [UInt8]? {
        var scanner = PayloadScanner(value)
        guard try scanner.peek() == JSONByte.quote else { return nil }
        let text = try scanner.text()
        try scanner.expectEnd()
        return try scanner.decoded(text)
    }
}

/// One top-level member of a payload.
package struct PayloadMember: Equatable, Sendable {
    /// The decoded name, as UTF-8.
    package let name: [UInt8]
    /// Where the value's bytes lie in the payload.
    package let value: Range<Int>
    /// Where the name as it was written lies, with its quotes.
    let writtenName: Range<Int>

    /// The decoded name as text, for people to read.
    package var nameText: String { String(decoding: name, as: UTF8.self) }
}

extension PayloadScanner {
    fileprivate mutating func nextMember(
        isFirst: Bool
    ) throws(MalformedPayloadError) -> PayloadMember? {
        guard let name = try nextName(isFirst: isFirst) else { return nil }
        let decodedName = try decoded(name)
        return PayloadMember(
            name: decodedName,
            value: try skipValue(),
            writtenName: name.start - 1..<name.end + 1
        )
    }
}

/// Writes an object member by member.
private struct ObjectWriter {
    private var bytes: [UInt8] = []

    init(byteCount: Int) {
        bytes.reserveCapacity(byteCount + 2)
        bytes.append(JSONByte.openBrace)
    }

    mutating func append(
        _ names: Span<UInt8>,
        _ name: Range<Int>,
        _ values: Span<UInt8>,
        _ value: Range<Int>
    ) {
        append(name: name, of: names)
        bytes.append(copying: values.extracting(value))
    }

    consuming func finished() -> [UInt8] {
        bytes.append(JSONByte.closeBrace)
        return bytes
    }

    private mutating func append(name: Range<Int>, of names: Span<UInt8>) {
        if bytes.last != JSONByte.openBrace {
            bytes.append(JSONByte.comma)
        }
        bytes.append(copying: names.extracting(name))
        bytes.append(JSONByte.colon)
    }

    /// Copies the object that begins at the scanner, without what is selected.
    mutating func appendRemaining(
        of removed: FieldSelection,
        from scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) {
        try scanner.take(JSONByte.openBrace)
        var isFirst = true
        while let name = try scanner.nextName(isFirst: isFirst) {
            isFirst = false
            let selection = removed.children[try scanner.decoded(name)] ?? FieldSelection()
            if selection.isSelected {
                try scanner.skipValue()
                continue
            }
            append(name: name.start - 1..<name.end + 1, of: scanner.bytes)
            if !selection.children.isEmpty, try scanner.peek() == JSONByte.openBrace {
                bytes.append(JSONByte.openBrace)
                try appendRemaining(of: selection, from: &scanner)
                bytes.append(JSONByte.closeBrace)
            } else {
                bytes.append(copying: scanner.bytes.extracting(try scanner.skipValue()))
            }
        }
    }

    /// Copies what is selected of the object that begins at the scanner.
    ///
    /// - Returns: Whether anything was.
    mutating func appendSelected(
        by wanted: FieldSelection,
        from scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> Bool {
        try scanner.take(JSONByte.openBrace)
        var isFirst = true
        var found = false
        while let name = try scanner.nextName(isFirst: isFirst) {
            isFirst = false
            let selection = wanted.children[try scanner.decoded(name)] ?? FieldSelection()
            let writtenName = name.start - 1..<name.end + 1
            if selection.isSelected {
                append(name: writtenName, of: scanner.bytes)
                bytes.append(copying: scanner.bytes.extracting(try scanner.skipValue()))
                found = true
            } else if !selection.children.isEmpty, try scanner.peek() == JSONByte.openBrace {
                let length = bytes.count
                append(name: writtenName, of: scanner.bytes)
                bytes.append(JSONByte.openBrace)
                if try appendSelected(by: selection, from: &scanner) {
                    bytes.append(JSONByte.closeBrace)
                    found = true
                } else {
                    bytes.removeSubrange(length...)
                }
            } else {
                try scanner.skipValue()
            }
        }
        return found
    }
}
