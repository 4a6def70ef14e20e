import VectorizerSettings

/// How a value stands in a cell.
enum CellText {
    /// How many numbers of a vector a table shows.
    static let shownVectorPrefix = 3

    /// The whole value, for csv, tsv and bare numbers; null and numbers out of range are empty.
    static func plain(_ value: OutputValue, forTerminal: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        switch value {
        case .null: break
        case .float(let number) where !number.isFinite: break
        case .double(let number) where !number.isFinite: break
        case .text(let text):
            bytes += (forTerminal ? TerminalText.escaped(text) : text).utf8
        case .boolean, .integer, .float, .double, .json, .vector:
            JSONText.append(value, to: &bytes, forTerminal: forTerminal)
        }
        return bytes
    }

    /// The value for a person: escaped, vectors shortened, cut to `limit` columns if given.
    static func table(_ value: OutputValue, limit: Int?) -> String {
        switch value {
        case .null: return "-"
        case .float(let number): return number.description
        case .double(let number): return number.description
        case .vector(let numbers):
            return limit.map { DisplayWidth.cut(short(numbers), to: $0) } ?? short(numbers)
        case .text(let text):
            return seen(Array(text.utf8), limit: limit) { TerminalText.escaped($0) }
        case .json(let json):
            return seen(json, limit: limit) { json in
                var bytes: [UInt8] = []
                JSONText.append(.json(json), to: &bytes, forTerminal: true)
                return String(decoding: bytes, as: UTF8.self)
            }
        case .boolean, .integer:
            return String(decoding: plain(value, forTerminal: true), as: UTF8.self)
        }
    }

    private static func short(_ vector: [Float]) -> String {
        var shown = vector.prefix(shownVectorPrefix).map(\.description)
        if vector.count > shownVectorPrefix { shown.append("… \(vector.count) numbers") }
        return "[" + shown.joined(separator: ",") + "]"
    }

    /// Decodes only as much as can be seen: a payload may be a mebibyte long.
    private static func seen(_ bytes: [UInt8], limit: Int?, decode: ([UInt8]) -> String) -> String {
        guard let limit else { return decode(bytes) }
        let most = limit * 32 + 64
        guard bytes.count > most else { return DisplayWidth.cut(decode(bytes), to: limit) }
        var end = most
        // Step back to the first byte of a character, which is the next one not shown.
        while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
        // The last character may go on behind the end, so it is not shown either.
        return DisplayWidth.cut(decode(Array(bytes[..<end])).dropLast() + "…", to: limit)
    }
}
