/// What a vector field of a collection holds.
///
/// A collection has at most one unnamed field, which the command line works with, and any number
/// of named ones. A point has a vector in any of them, or in none.
public enum VectorFieldKind: Equatable, Sendable {
    /// Vectors of one dimension, with an index.
    case dense(CollectionConfiguration)
    /// Vectors of a few components out of very many.
    case sparse
}

/// A named vector field of a collection.
public struct VectorField: Equatable, Sendable {
    /// The longest name, in bytes.
    public static let nameByteCountMax = 200
    /// The most named fields of a collection.
    public static let countMax = 64

    /// Its name, unique in its collection.
    public let name: String
    /// What it holds.
    public let kind: VectorFieldKind

    /// Describes a field.
    ///
    /// - Parameters:
    ///   - name: 1 to 200 bytes without `<>:"/\|?*`, U+0000 and U+001F.
    ///   - kind: what it holds.
    /// - Throws: ``CollectionError/invalidFieldName(_:)``.
    public init(_ name: String, _ kind: VectorFieldKind) throws(VectorStoreError) {
        guard Self.isName(name) else { throw .collection(.invalidFieldName(name)) }
        self.name = name
        self.kind = kind
    }

    /// Whether a text may be the name of a field.
    ///
    /// - Parameter text: the text.
    /// - Returns: whether it fits.
    public static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        return (1...nameByteCountMax).contains(bytes.count)
            && !bytes.contains { #"<>:"/\|?*"#.utf8.contains($0) || $0 == 0 || $0 == 0x1F }
    }
}

/// The vector of a point in one field.
public enum FieldVector: Equatable, Sendable {
    /// As many components as the field's dimension.
    case dense([Float])
    /// The components that are not zero.
    case sparse(SparseVector)
}

extension FieldVector {
    /// Appends the vector as JSON: an array, or an object with `indices` and `values`.
    package func append(to output: inout [UInt8]) {
        switch self {
        case .dense(let components): JSONNumber.append(components.span, to: &output)
        case .sparse(let vector): output += vector.stored
        }
    }
}

extension CollectionName {
    /// What stands between a collection's name and its field's; in no name of either.
    private static let separator = UInt8(ascii: "/")

    /// The name under which the catalog keeps the vectors of a named field.
    package func field(_ name: String) -> Self { Self(unchecked: text + "/" + name) }

    /// Whether it names the vectors of a field, and no collection.
    package var isField: Bool { text.utf8.contains(Self.separator) }

    /// The collection, also of a field's name.
    package var collection: Self {
        guard let end = text.utf8.firstIndex(of: Self.separator) else { return self }
        return Self(unchecked: String(text[..<end]))
    }

    /// The name of the field; nil for a collection's.
    package var fieldName: String? {
        guard let end = text.utf8.firstIndex(of: Self.separator) else { return nil }
        return String(text[text.utf8.index(after: end)...])
    }
}
