import VectorStore

/// Which columns of a delimited file are the vector.
enum VectorColumns: Equatable {
    /// One column with a JSON array.
    case array(Int)
    /// One column for each element, in the vector's order.
    case elements([Int])

    /// The most columns that a range may name.
    static let elementCountMax = Limits.dimension

    /// Finds the columns that a name, a range like `v0..v3` or a pattern like `v*` means.
    ///
    /// A column of just that name comes before any other meaning. A range counts up or down,
    /// whatever the header's order, and keeps the zeros in front of its numbers. A pattern, in
    /// which `*` is any text, takes columns in the header's order, none that means something else.
    /// - Throws: the column that is missing.
    init(_ field: String, names: [String], others: Set<Int>) throws(CSVError) {
        let same = names.firstIndex { $0.utf8.elementsEqual(field.utf8) }
        if let same {
            self = .array(same)
        } else if let range = Self.names(inRange: field) {
            self = .elements(try Self.columns(named: range, in: names))
        } else {
            let pattern = field.split(separator: "*", omittingEmptySubsequences: false)
            let columns = names.indices.filter { column in
                !others.contains(column) && Self.matches(names[column], pattern)
            }
            guard pattern.count > 1, !columns.isEmpty else { throw .missingColumn(name: field) }
            self = .elements(columns)
        }
    }

    func contains(_ column: Int) -> Bool {
        switch self {
        case .array(let index): index == column
        case .elements(let columns): columns.contains(column)
        }
    }

    private static func columns(
        named wanted: [String],
        in names: [String]
    ) throws(CSVError) -> [Int] {
        let places = Dictionary(zip(names, names.indices)) { first, _ in first }
        var columns: [Int] = []
        for name in wanted {
            guard let column = places[name] else { throw .missingColumn(name: name) }
            columns.append(column)
        }
        return columns
    }

    /// The names from the first to the last one, or nil if the text is no range of names.
    private static func names(inRange text: String) -> [String]? {
        guard let dots = text.indices.first(where: { text[$0...].hasPrefix("..") }),
            let first = Numbered(text[..<dots]), let last = Numbered(text[dots...].dropFirst(2)),
            first.prefix == last.prefix, abs(first.number - last.number) < elementCountMax
        else { return nil }
        let width = max(first.width, last.width)
        let step = first.number <= last.number ? 1 : -1
        return stride(from: first.number, through: last.number, by: step).map { number in
            let digits = String(number)
            let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
            return first.prefix + zeros + digits
        }
    }

    /// A name that ends in a number.
    private struct Numbered {
        let prefix: Substring
        let number: Int
        /// How many digits numbers have at least: those of one that begins with a zero.
        let width: Int

        init?(_ text: Substring) {
            let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }.count
            guard (1...9).contains(digits), let number = Int(text.suffix(digits)) else {
                return nil
            }
            prefix = text.dropLast(digits)
            self.number = number
            width = text.suffix(digits).hasPrefix("0") ? digits : 0
        }
    }

    /// Whether a name is the pieces with any texts between them.
    private static func matches(_ name: String, _ pieces: [Substring]) -> Bool {
        guard let first = pieces.first, let last = pieces.last, name.hasPrefix(first),
            name.utf8.count >= first.utf8.count + last.utf8.count, name.hasSuffix(last)
        else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.indices.first(where: { rest[$0...].hasPrefix(piece) }) else {
                return false
            }
            rest = rest[found...].dropFirst(piece.count)
        }
        return true
    }
}
