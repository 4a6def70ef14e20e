/// The name of a collection: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
public struct CollectionName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as text.
    public let text: String

    /// Checks a text and takes it as a name.
    ///
    /// - Parameter text: the name as typed.
    /// - Throws: ``CollectionError/invalidName(_:)`` when it does not fit the pattern.
    public init(_ text: String) throws(VectorStoreError) {
        let bytes = text.utf8
        guard let first = bytes.first,
            Self.isAlphanumeric(first) || first == UInt8(ascii: "_"),
            bytes.count <= Limits.collectionNameByteCount,
            bytes.dropFirst().allSatisfy(Self.isAllowed)
        else { throw .collection(.invalidName(text)) }
        self.text = text
    }

    init(unchecked text: String) {
        self.text = text
    }

    /// The text itself.
    public var description: String { text }

    /// Orders by bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
