import Crypto
package import VectorStore

/// A point's id on the wire: a number of 64 bits or a UUID.
///
/// Numbers come before UUIDs, and each kind is in ascending order.
package enum RequestPointID: Hashable, Comparable, Sendable {
    case number(UInt64)
    /// The first and the last eight bytes.
    case uuid(UInt64, UInt64)

    /// The text that is the id in the store: decimal, or in lower case with hyphens.
    package var text: String {
        switch self {
        case .number(let number): return number.description
        case .uuid(let first, let last):
            let digits = Self.digits(first) + Self.digits(last)
            var text = ""
            for (index, digit) in digits.enumerated() {
                if [8, 12, 16, 20].contains(index) { text += "-" }
                text.append(digit)
            }
            return text
        }
    }

    /// The id in the store.
    package var pointID: PointID { PointID(unchecked: text) }

    private static func digits(_ half: UInt64) -> String {
        let text = String(half, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    /// Reads a UUID as text: hexadecimal digits in any case, with hyphens or without, in braces or
    /// behind `urn:uuid:`.
    package init?(uuid text: String) {
        var bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") {
            bytes = bytes.dropFirst().dropLast()
        } else if bytes.starts(with: "urn:uuid:".utf8) {
            bytes = bytes.dropFirst(9)
        }
        let hyphens = [8, 13, 18, 23].map { bytes.startIndex + $0 }
        if bytes.count == 36 {
            guard hyphens.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
            for hyphen in hyphens.reversed() { bytes.remove(at: hyphen) }
        }
        guard bytes.count == 32, let first = Self.number(bytes.prefix(16)),
            let last = Self.number(bytes.suffix(16))
        else { return nil }
        self = .uuid(first, last)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Reads an id in an address: a number or a UUID.
    package init?(path text: String) {
        if let number = UInt64(text), !text.hasPrefix("+") {
            self = .number(number)
        } else {
            self.init(uuid: text)
        }
    }

    /// Reads an id of a request.
    ///
    /// - Throws: 400 for everything that is neither a number of 64 bits without a sign nor a UUID.
    package init(_ element: JSONElement) throws(RequestError) {
        if let number = element.unsigned {
            self = .number(number)
        } else if let text = element.string, let id = RequestPointID(uuid: text) {
            self = id
        } else {
            throw .format(
                "value \(element.text.prefix(64)) is not a valid point ID, "
                    + "valid values are either an unsigned integer or a UUID",
                at: element
            )
        }
    }

    /// How an id of the store is called on the wire.
    ///
    /// Decimals without leading zeros and UUIDs in lower case with hyphens are what they are. Any
    /// other text is called by a UUID that is made from it (version 5, RFC 9562) and never changes.
    package init(_ id: PointID) {
        if let number = UInt64(id.text), number.description == id.text {
            self = .number(number)
        } else if let known = RequestPointID(uuid: id.text), known.text == id.text {
            self = known
        } else {
            self = Self.derived(id.text)
        }
    }

    /// Whether an id of the store has this form by itself.
    package static func isNative(_ id: PointID) -> Bool { RequestPointID(id).text == id.text }

    private static func derived(_ text: String) -> RequestPointID {
        var hash = Insecure.SHA1()
        hash.update(data: namespace)
        hash.update(data: Array(text.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        func number(_ range: Range<Int>) -> UInt64 {
            bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
        }
        return .uuid(number(0..<8), number(8..<16))
    }

    /// A namespace of our own: ids on the wire depend on it for ever.
    private static let namespace: [UInt8] = [
        0x6B, 0x1F, 0x0C, 0x54, 0x3A, 0x77, 0x4E, 0x21, 0x9D, 0x08, 0x52, 0xE4, 0xC1, 0x96, 0x7A,
        0x3F,
    ]
}

extension JSONWriter {
    /// Appends an id: a number or a text.
    package mutating func value(_ id: RequestPointID) {
        switch id {
        case .number(let number): value(number)
        case .uuid: value(id.text)
        }
    }
}
