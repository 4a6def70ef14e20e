/// The name of a point: 1 to 512 bytes of UTF-8, compared byte by byte.
///
/// Swift's `String` treats canonically equivalent texts as equal; SQLite and shell scripts do not.
/// Two ids that differ in one byte are two points, so equality and hashing go over the bytes.
public struct PointID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The id as text.
    public let text: String

    /// Checks a text and takes it as an id.
    ///
    /// - Parameter text: 1 to ``Limits/idByteCount`` bytes of UTF-8 without U+0000.
    /// - Throws: ``PointError/invalidID(_:)`` when it is empty, too long or holds a NUL.
    public init(_ text: String) throws(VectorStoreError) {
        var copy = text
        copy.makeContiguousUTF8()
        let count = copy.utf8.count
        guard count > 0 else { throw .point(.invalidID(.empty)) }
        guard count <= Limits.idByteCount else {
            throw .point(.invalidID(.tooLong(byteCount: count)))
        }
        guard !copy.utf8.contains(0) else { throw .point(.invalidID(.containsNUL)) }
        self.text = copy
    }

    /// Takes a text that was checked before, as one that the catalog returned.
    package init(unchecked text: String) {
        self.text = text
    }

    /// The text itself.
    public var description: String { text }

    /// Compares byte by byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Orders by bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0xFF))
    }
}

/// What is wrong with a text that was meant to be an id.
public enum IDProblem: Hashable, Sendable {
    /// It has no bytes.
    case empty
    /// It is longer than ``Limits/idByteCount``.
    case tooLong(byteCount: Int)
    /// It holds U+0000, which no argument of a process can hold.
    case containsNUL
}
