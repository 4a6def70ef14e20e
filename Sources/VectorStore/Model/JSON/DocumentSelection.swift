/// A part of payloads: what lies at some paths, or all but that.
///
/// A path selects all that is below it. Through an array only `[]` leads; `[0]` selects nothing.
package struct DocumentSelection: Sendable {
    private var isWhole = false
    private var members: [[UInt8]: DocumentSelection] = [:]
    /// None or one: what of each element is selected.
    private var elements: [DocumentSelection] = []

    private init() {}

    /// Selects what lies at some paths, the first step of each of which is a member.
    package init(_ paths: some Sequence<[FilterField.Step]>) {
        for path in paths { insert(path[...]) }
    }

    private mutating func insert(_ steps: ArraySlice<FilterField.Step>) {
        switch steps.first {
        case nil: isWhole = true
        case .member(let name)?:
            members[name, default: DocumentSelection()].insert(steps.dropFirst())
        case .anyElement?:
            if elements.isEmpty { elements.append(DocumentSelection()) }
            elements[0].insert(steps.dropFirst())
        case .element?: break
        }
    }

    /// What is selected of a payload.
    ///
    /// - Parameter payload: a minified JSON object.
    /// - Returns: one with fewer members.
    /// - Throws: where the bytes can't be followed.
    package func including(
        _ payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [UInt8] {
        try applied(to: payload, includes: true)
    }

    /// What is not selected of a payload.
    ///
    /// - Parameter payload: a minified JSON object.
    /// - Returns: one with fewer members.
    /// - Throws: where the bytes can't be followed.
    package func excluding(
        _ payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [UInt8] {
        try applied(to: payload, includes: false)
    }

    private func applied(
        to payload: Span<UInt8>,
        includes: Bool
    ) throws(MalformedPayloadError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(payload.count)
        var scanner = PayloadScanner(payload)
        try append(&scanner, includes, to: &output)
        try scanner.expectEnd()
        return output
    }

    /// Copies what stays of the value that begins at the scanner.
    private func append(
        _ scanner: inout PayloadScanner,
        _ includes: Bool,
        to output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        switch try scanner.peek() {
        case JSONByte.openBrace: try appendMembers(&scanner, includes, to: &output)
        case JSONByte.openBracket: try appendElements(&scanner, includes, to: &output)
        default: output.append(copying: scanner.bytes.extracting(try scanner.skipValue()))
        }
    }

    private func appendMembers(
        _ scanner: inout PayloadScanner,
        _ includes: Bool,
        to output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        try scanner.take(JSONByte.openBrace)
        output.append(JSONByte.openBrace)
        var isFirst = true
        while let name = try scanner.nextName(isFirst: isFirst) {
            isFirst = false
            let member = members[try scanner.decoded(name)]
            // Included where it is named whole, excluded where it is not named at all.
            let isCopied = includes ? member?.isWhole == true : member == nil
            guard isCopied || member?.isWhole == false else {
                try scanner.skipValue()
                continue
            }
            if output.last != JSONByte.openBrace { output.append(JSONByte.comma) }
            output.append(copying: scanner.bytes.extracting(name.start - 1..<name.end + 1))
            output.append(JSONByte.colon)
            if isCopied {
                output.append(copying: scanner.bytes.extracting(try scanner.skipValue()))
            } else {
                try member?.append(&scanner, includes, to: &output)
            }
        }
        output.append(JSONByte.closeBrace)
    }

    private func appendElements(
        _ scanner: inout PayloadScanner,
        _ includes: Bool,
        to output: inout [UInt8]
    ) throws(MalformedPayloadError) {
        let element = elements.first
        // As with members.
        let isCopied = includes ? element?.isWhole == true : element == nil
        guard let element, !isCopied, !element.isWhole else {
            let array = try scanner.skipValue()
            if isCopied {
                output.append(copying: scanner.bytes.extracting(array))
            } else {
                output += [JSONByte.openBracket, JSONByte.closeBracket]
            }
            return
        }
        try scanner.take(JSONByte.openBracket)
        output.append(JSONByte.openBracket)
        var isFirst = true
        while try scanner.nextElement(isFirst: isFirst) {
            if !isFirst { output.append(JSONByte.comma) }
            isFirst = false
            try element.append(&scanner, includes, to: &output)
        }
        output.append(JSONByte.closeBracket)
    }
}
