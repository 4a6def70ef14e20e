import VectorStore

/// The names of payload fields, as far as a look at some points tells.
enum FieldNames {
    /// Points that are looked at.
    private static let sampledPointCount = 100
    /// Bytes of payloads that are looked at.
    private static let sampledByteCount = 256 << 10
    /// How deep nested fields are listed.
    private static let depthMax = 4

    /// Names that can be typed as they are, sorted.
    static func seen(in store: Store, _ collection: CollectionName) throws -> [String] {
        var names: Set<String> = []
        try store.withReader(of: collection) { snapshot in
            names.formUnion(snapshot.info.indexedFields)
            var rest = sampledByteCount
            try snapshot.forEachPoint(limit: sampledPointCount) { point in
                try collect(point.payload, "", depth: 1, into: &names)
                rest -= point.payload.count
                return rest > 0
            }
        }
        return names.filter(isPlain).sorted()
    }

    private static func collect(
        _ object: [UInt8],
        _ prefix: String,
        depth: Int,
        into names: inout Set<String>
    ) throws {
        for member in try PayloadEditing.members(of: object.span) {
            let name = prefix + member.nameText
            names.insert(name)
            let value = object[member.value]
            guard value.first == UInt8(ascii: "{"), depth < depthMax else { continue }
            try collect(Array(value), name + ".", depth: depth + 1, into: &names)
        }
    }

    /// Names with odd characters need quotes of their own, which a completion would break.
    private static func isPlain(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "."
        }
    }
}
