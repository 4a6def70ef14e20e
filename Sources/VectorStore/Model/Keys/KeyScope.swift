/// What a key may do with a collection; none of them includes another.
public enum KeyVerb: String, CaseIterable, Comparable, Sendable {
    /// Look at points: search, get, list, count, export.
    case read
    /// Change points: insert, delete, payloads.
    case write
    /// Change collections: create, rename, drop, index, compact; and hand out keys for them.
    case admin

    /// Orders by name.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// One permission: a verb on one collection, or on all of them.
public struct KeyScope: Hashable, Sendable {
    /// The collection's name; nil stands for all, those to come included.
    public let collection: CollectionName?
    /// What may be done with it.
    public let verb: KeyVerb

    /// Names a permission.
    public init(_ collection: CollectionName?, _ verb: KeyVerb) {
        self.collection = collection
        self.verb = verb
    }

    /// Reads `COLLECTION:VERB`, where `*` stands for all collections; nil for everything else.
    public init?(text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let verb = KeyVerb(rawValue: String(Substring(parts[1]))) else {
            return nil
        }
        let name = String(Substring(parts[0]))
        if name == "*" {
            self.init(nil, verb)
            return
        }
        do throws(VectorStoreError) {
            self.init(try CollectionName(name), verb)
        } catch {
            return nil
        }
    }

    /// The permission as ``init(text:)`` reads it.
    public var text: String { (collection?.text ?? "*") + ":" + verb.rawValue }

    /// Whether this permits a verb on a collection; nil asks for all collections.
    package func permits(_ verb: KeyVerb, on collection: CollectionName?) -> Bool {
        self.verb == verb && (self.collection == nil || self.collection == collection)
    }
}
