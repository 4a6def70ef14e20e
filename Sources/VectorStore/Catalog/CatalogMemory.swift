/// What a connection keeps of its catalog from one transaction to the next, until somebody commits.
///
/// A search that finds its collection here puts one question to the catalog instead of ten.
///
/// - Note: `@unchecked Sendable`, because only the transaction that runs on the connection uses it,
///   and whoever has the connection to itself.
final class CatalogMemory: @unchecked Sendable {
    /// What is kept: one thing of each kind and name.
    struct Key: Hashable {
        let kind: Kind
        let name: String
    }

    /// The kinds of things that are kept.
    enum Kind {
        /// A collection, or a field of one, by its own name.
        case collection
        /// A collection by its name or by one of its aliases.
        case called
    }

    /// More is forgotten together: a store may have any number of collections.
    private static let partCountMax = 256

    private var version: Int64?
    private var parts: [Key: AnyObject] = [:]
    private var versionQuestion: CatalogStatement?

    /// Forgets everything if another connection has committed since the last transaction.
    ///
    /// The transaction's moment is fixed by this question, its first one. The connection must not
    /// commit itself: its own commits don't show.
    func begin(_ catalog: CatalogReader) throws {
        let question = try versionQuestion ?? CatalogStatement(catalog, "PRAGMA data_version")
        versionQuestion = question
        let now = try question.step() ? question.integer(0) : nil
        question.reset()
        if now == nil || now != version { parts = [:] }
        version = now
    }

    /// A part that is kept; nil when it is not.
    func part<Part: AnyObject>(_ key: Key) -> Part? { parts[key] as? Part }

    /// Keeps a part.
    func keep(_ part: some AnyObject, as key: Key) {
        if parts.count >= Self.partCountMax { parts = [:] }
        parts[key] = part
    }

    /// Forgets everything, so that files and statements are let go of.
    func forget() {
        parts = [:]
        version = nil
        versionQuestion = nil
    }
}
