extension PayloadScanner {
    /// Goes past the value that begins here and appends where the values at some steps in it lie.
    ///
    /// It calls itself once for each level of nesting that the payload has, and is made for.
    mutating func collect(
        _ steps: ArraySlice<FilterField.Step>,
        into values: inout [Range<Int>]
    ) throws(MalformedPayloadError) {
        guard let step = steps.first else { return values.append(try skipValue()) }
        let rest = steps.dropFirst()
        switch (step, try peek()) {
        case (.member(let name), JSONByte.openBrace):
            try collect(member: name, rest, into: &values)
        case (.anyElement, JSONByte.openBracket):
            try collect(element: nil, rest, into: &values)
        case (.element(let number), JSONByte.openBracket):
            try collect(element: number, rest, into: &values)
        default:
            try skipValue()
        }
    }

    private mutating func collect(
        member wanted: [UInt8],
        _ rest: ArraySlice<FilterField.Step>,
        into values: inout [Range<Int>]
    ) throws(MalformedPayloadError) {
        advance()
        var isFirst = true
        while let name = try nextName(isFirst: isFirst) {
            isFirst = false
            guard try equal(name, wanted.span, wanted.indices) else {
                try skipValue()
                continue
            }
            try collect(rest, into: &values)
            return try skipToClose()
        }
    }

    private mutating func collect(
        element wanted: Int?,
        _ rest: ArraySlice<FilterField.Step>,
        into values: inout [Range<Int>]
    ) throws(MalformedPayloadError) {
        advance()
        var number = 0
        while try nextElement(isFirst: number == 0) {
            if wanted ?? number == number {
                try collect(rest, into: &values)
            } else {
                try skipValue()
            }
            number += 1
        }
    }
}
