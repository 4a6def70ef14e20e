import VectorStore

/// What the header of an npy file says: the type of its elements and the shape of its array.
///
/// The text is a literal of another language; only the form that numpy writes is understood, a
/// dictionary with exactly the three known keys.
struct NpyHeader: Equatable, Sendable {
    /// The longest header text that is read.
    static let limit = 1 << 16
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    var elementType: NpyElementType
    var rowCount: Int
    var dimension: Int
    /// Whether the elements of a column, and not those of a row, lie one behind the other.
    var isByColumn: Bool

    /// Checks the facts that a header's text states.
    init(text: [UInt8]) throws(NpyHeaderError) {
        let literal = try NpyLiteral(parsing: text)
        guard let type = NpyElementType(literal.descr) else { throw .dtype(literal.descr) }
        switch literal.shape.count {
        case 1: (rowCount, dimension) = (1, literal.shape[0])
        case 2: (rowCount, dimension) = (literal.shape[0], literal.shape[1])
        default: throw .shape(literal.shape)
        }
        elementType = type
        isByColumn = literal.fortranOrder && rowCount > 1 && dimension > 1
        let (rowBytes, tooWide) = dimension.multipliedReportingOverflow(by: type.byteCount)
        let (_, tooLong) = rowBytes.multipliedReportingOverflow(by: rowCount)
        guard !tooWide, !tooLong else { throw .shape(literal.shape) }
    }

    var rowByteCount: Int { dimension * elementType.byteCount }

    /// The shape as numpy writes it.
    static func describe(_ shape: [Int]) -> String {
        "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
    }
}

/// The dictionary in an npy header, read strictly.
struct NpyLiteral: Equatable, Sendable {
    var descr = ""
    var fortranOrder = false
    var shape: [Int] = []

    private let text: [UInt8]
    private var position = 0

    init(parsing text: [UInt8]) throws(NpyHeaderError) {
        self.text = text
        var seen: Set<String> = []
        try expect("{")
        while !accept("}") {
            let key = try string()
            guard seen.insert(key).inserted else { throw malformed }
            try expect(":")
            switch key {
            case "descr": descr = try descriptor()
            case "fortran_order": fortranOrder = try boolean()
            case "shape": shape = try tuple()
            default: throw malformed
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        if position < text.count, text[position] == 0x0A {
            position += 1
        }
        guard position == text.count, seen.count == 3 else { throw malformed }
    }

    private var malformed: NpyHeaderError { .malformed(offset: position) }

    private mutating func skipSpace() {
        while position < text.count, text[position] == 0x20 {
            position += 1
        }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(NpyHeaderError) {
        guard accept(character) else { throw malformed }
    }

    /// A string in single or double quotes, of printable ASCII without escapes.
    private mutating func string() throws(NpyHeaderError) -> String {
        let quote: Unicode.Scalar = accept("'") ? "'" : "\""
        if quote == "\"" {
            try expect(quote)
        }
        let start = position
        while position < text.count, text[position] != UInt8(ascii: quote) {
            guard 0x20...0x7E ~= text[position], text[position] != UInt8(ascii: "\\") else {
                throw malformed
            }
            position += 1
        }
        defer { position += 1 }
        guard position < text.count else { throw malformed }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    /// The element type; a list stands for records, which are no vectors.
    private mutating func descriptor() throws(NpyHeaderError) -> String {
        guard !accept("[") else { throw .dtype("[…]") }
        return try string()
    }

    private mutating func boolean() throws(NpyHeaderError) -> Bool {
        skipSpace()
        for (word, value) in [("True", true), ("False", false)]
        where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw malformed
    }

    private mutating func tuple() throws(NpyHeaderError) -> [Int] {
        var numbers: [Int] = []
        try expect("(")
        while !accept(")") {
            numbers.append(try number())
            if !accept(",") {
                // In that language parentheses around one number are no tuple.
                guard numbers.count > 1 else { throw malformed }
                try expect(")")
                break
            }
        }
        return numbers
    }

    private mutating func number() throws(NpyHeaderError) -> Int {
        skipSpace()
        let digits = text[position...].prefix { 0x30...0x39 ~= $0 }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed }
        position += digits.count
        return number
    }
}
