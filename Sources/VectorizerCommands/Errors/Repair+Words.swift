package import VectorStore

extension Repair {
    /// What to type or to do.
    package var words: String {
        switch self {
        case .restoreStore: "restore the store from a backup"
        case .reinsertPoint: "delete the point and insert it again, or restore from a backup"
        case .rebuildIndex(let name): "vectorizer compact \(name) --rebuild"
        case .recreatePayloadIndex(let name, let field):
            "vectorizer drop-index \(name) \(field) && vectorizer create-index \(name) \(field)"
        }
    }
}
