/// Changes payloads at places that lead through arrays, on their bytes.
///
/// Payloads come in and go out as minified JSON objects. What is not changed stays as it was
/// written, members in their order and numbers with every digit. Functions call themselves once
/// for each step of a path, of which there are few.
package enum DocumentEditing {
    /// Merges an object into a payload, or into what lies at some steps in it.
    ///
    /// Its members replace those with the same name as a whole, and new ones come last; one that is
    /// null removes the member instead. Where there is no object at the end of the steps, one is
    /// made, and objects on the way to it too; an array that is missing becomes an empty one.
    ///
    /// - Parameters:
    ///   - object: a minified JSON object.
    ///   - steps: the way to what is changed; none for the payload itself, else a member first.
    ///   - payload: the payload.
    /// - Returns: the changed payload.
    /// - Throws: where the bytes can't be followed.
    package static func set(
        _ object: Span<UInt8>,
        at steps: [FilterField.Step] = [],
        in payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [UInt8] {
        let addition = Addition(object, try PayloadEditing.members(of: object))
        var output: [UInt8] = []
        output.reserveCapacity(payload.count + object.count + 16)
        var scanner = PayloadScanner(payload)
        try scanner.merge(addition, at: steps[...], into: &output)
        try scanner.expectEnd()
        return output
    }

    /// Removes what lies at the end of some steps: a member, or all elements of an array.
    ///
    /// A single element is not removed, as doing that twice would remove two.
    ///
    /// - Parameters:
    ///   - steps: the way to it; a member first.
    ///   - payload: the payload.
    /// - Returns: the changed payload.
    /// - Throws: where the bytes can't be followed.
    package static func removing(
        _ steps: [FilterField.Step],
        from payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(payload.count)
        var scanner = PayloadScanner(payload)
        try scanner.remove(steps[...], into: &output)
        try scanner.expectEnd()
        return output
    }
}

/// The members of an object that are merged into others.
private struct Addition: ~Escapable {
    let bytes: Span<UInt8>
    let members: [PayloadMember]

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, _ members: [PayloadMember]) {
        self.bytes = bytes
        self.members = members
    }

    func isNull(_ member: PayloadMember) -> Bool {
        bytes[member.value.lowerBound] == UInt8(ascii: "n")
    }

    /// Appends a member, its value given or its own.
    func append(_ member: PayloadMember, to output: inout [UInt8]) {
        output.appendComma()
        output.append(copying: bytes.extracting(member.writtenName))
        output.append(JSONByte.colon)
        output.append(copying: bytes.extracting(member.value))
    }
}

extension [UInt8] {
    /// Appends a comma, unless an object or array was opened just now.
    fileprivate mutating func appendComma() {
        if last != JSONByte.openBrace, last != JSONByte.openBracket { append(JSONByte.comma) }
    }
}

// MARK: - Merging

extension PayloadScanner {
    /// Copies the value that begins here, with an object merged in at some steps.
    fileprivate mutating func merge(
        _ addition: borrowing Addition,
        at steps: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        let isObject = try peek() == JSONByte.openBrace
        let isArray = try peek() == JSONByte.openBracket
        let rest = steps.dropFirst()
        switch steps.first {
        case nil where isObject: try mergeMembers(addition, into: &output)
        case .member(let name)? where isObject:
            try merge(addition, intoMember: name, rest, into: &output)
        case .anyElement? where isArray:
            try merge(addition, intoElement: nil, rest, into: &output)
        case .element(let number)? where isArray:
            try merge(addition, intoElement: number, rest, into: &output)
        case nil, .member?:
            // What was there gives way to an object.
            try skipValue()
            try Self.mergeIntoNothing(addition, at: steps, into: &output)
        case .anyElement?, .element?:
            try skipValue()
            output += [JSONByte.openBracket, JSONByte.closeBracket]
        }
    }

    private static func mergeIntoNothing(
        _ addition: borrowing Addition,
        at steps: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        let nothing = [JSONByte.openBrace, JSONByte.closeBrace]
        var scanner = PayloadScanner(nothing.span)
        try scanner.merge(addition, at: steps, into: &output)
    }

    private mutating func mergeMembers(
        _ addition: borrowing Addition,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        var isUsed = [Bool](repeating: false, count: addition.members.count)
        var places: [[UInt8]: Int] = [:]
        for (place, member) in addition.members.enumerated() { places[member.name] = place }
        try take(JSONByte.openBrace)
        output.append(JSONByte.openBrace)
        var isFirst = true
        while let name = try nextName(isFirst: isFirst) {
            isFirst = false
            let value = try skipValue()
            guard let place = places[try decoded(name)] else {
                append(name, value, to: &output)
                continue
            }
            isUsed[place] = true
            let member = addition.members[place]
            if !addition.isNull(member) { addition.append(member, to: &output) }
        }
        for (place, member) in addition.members.enumerated()
        where !isUsed[place] && !addition.isNull(member) && places[member.name] == place {
            addition.append(member, to: &output)
        }
        output.append(JSONByte.closeBrace)
    }

    private mutating func merge(
        _ addition: borrowing Addition,
        intoMember wanted: [UInt8],
        _ rest: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        try take(JSONByte.openBrace)
        output.append(JSONByte.openBrace)
        var isFirst = true
        var isFound = false
        while let name = try nextName(isFirst: isFirst) {
            isFirst = false
            guard try equal(name, wanted.span, wanted.indices) else {
                append(name, try skipValue(), to: &output)
                continue
            }
            isFound = true
            appendName(name, to: &output)
            try merge(addition, at: rest, into: &output)
        }
        if !isFound {
            output.appendComma()
            JSONString.append(String(decoding: wanted, as: UTF8.self), to: &output)
            output.append(JSONByte.colon)
            try Self.mergeIntoNothing(addition, at: rest, into: &output)
        }
        output.append(JSONByte.closeBrace)
    }

    private mutating func merge(
        _ addition: borrowing Addition,
        intoElement wanted: Int?,
        _ rest: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        try take(JSONByte.openBracket)
        output.append(JSONByte.openBracket)
        var number = 0
        while try nextElement(isFirst: number == 0) {
            output.appendComma()
            if wanted ?? number == number {
                try merge(addition, at: rest, into: &output)
            } else {
                output.append(copying: bytes.extracting(try skipValue()))
            }
            number += 1
        }
        output.append(JSONByte.closeBracket)
    }

    private func appendName(_ name: PayloadText, to output: inout [UInt8]) {
        output.appendComma()
        output.append(copying: bytes.extracting(name.start - 1..<name.end + 1))
        output.append(JSONByte.colon)
    }

    private func append(_ name: PayloadText, _ value: Range<Int>, to output: inout [UInt8]) {
        appendName(name, to: &output)
        output.append(copying: bytes.extracting(value))
    }
}

// MARK: - Removing

extension PayloadScanner {
    /// Copies the value that begins here, without what lies at the end of some steps.
    fileprivate mutating func remove(
        _ steps: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        let rest = steps.dropFirst()
        switch (steps.first, try peek()) {
        case (.member(let name)?, JSONByte.openBrace):
            try remove(member: name, rest, into: &output)
        case (.anyElement?, JSONByte.openBracket) where rest.isEmpty:
            try skipValue()
            output += [JSONByte.openBracket, JSONByte.closeBracket]
        case (.anyElement?, JSONByte.openBracket):
            try remove(element: nil, rest, into: &output)
        case (.element(let number)?, JSONByte.openBracket) where !rest.isEmpty:
            try remove(element: number, rest, into: &output)
        default:
            output.append(copying: bytes.extracting(try skipValue()))
        }
    }

    private mutating func remove(
        member wanted: [UInt8],
        _ rest: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        try take(JSONByte.openBrace)
        output.append(JSONByte.openBrace)
        var isFirst = true
        while let name = try nextName(isFirst: isFirst) {
            isFirst = false
            guard try equal(name, wanted.span, wanted.indices) else {
                append(name, try skipValue(), to: &output)
                continue
            }
            if rest.isEmpty {
                try skipValue()
            } else {
                appendName(name, to: &output)
                try remove(rest, into: &output)
            }
        }
        output.append(JSONByte.closeBrace)
    }

    private mutating func remove(
        element wanted: Int?,
        _ rest: ArraySlice<FilterField.Step>,
        into output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        try take(JSONByte.openBracket)
        output.append(JSONByte.openBracket)
        var number = 0
        while try nextElement(isFirst: number == 0) {
            output.appendComma()
            if wanted ?? number == number {
                try remove(rest, into: &output)
            } else {
                output.append(copying: bytes.extracting(try skipValue()))
            }
            number += 1
        }
        output.append(JSONByte.closeBracket)
    }
}
