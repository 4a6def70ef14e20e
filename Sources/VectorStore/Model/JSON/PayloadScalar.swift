/// A value in a payload, read as far as a filter can ask about it.
enum PayloadScalar {
    case null
    case boolean(Bool)
    case number(PayloadNumber)
    case text(PayloadText)
}

extension PayloadScanner {
    /// Reads a value that is neither object nor array.
    mutating func scalar() throws(MalformedPayloadError) -> PayloadScalar {
        let start = position
        if try peek() == JSONByte.quote {
            return .text(try text())
        }
        let range = try literal()
        switch spelling(range) {
        case Self.spellingOfTrue: return .boolean(true)
        case Self.spellingOfFalse: return .boolean(false)
        case Self.spellingOfNull: return .null
        default:
            guard let number = PayloadNumber(bytes, range) else {
                throw MalformedPayloadError(offset: start)
            }
            return .number(number)
        }
    }

    private static var spellingOfTrue: UInt64 { 0x74_72_75_65 }
    private static var spellingOfFalse: UInt64 { 0x66_61_6C_73_65 }
    private static var spellingOfNull: UInt64 { 0x6E_75_6C_6C }

    /// The ASCII letters of a short word as one number, the last one lowest; 0 for a longer word.
    private func spelling(_ range: Range<Int>) -> UInt64 {
        guard range.count <= 5 else { return 0 }
        var word: UInt64 = 0
        for index in range {
            word = word << 8 | UInt64(bytes[index])
        }
        return word
    }
}
