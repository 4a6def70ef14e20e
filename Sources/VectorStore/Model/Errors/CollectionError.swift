/// What can be wrong with collections and their payload indexes.
public enum CollectionError: Equatable, Sendable {
    case notFound(name: String, dataDirectory: String)
    case exists(name: String)
    case invalidName(String)
    case invalidDimension(Int)
    case indexNotFound(field: String, collection: String)
    case indexExists(field: String, collection: String)

    /// The name by which programs tell errors apart.
    public var kind: String {
        switch self {
        case .notFound: "collection_not_found"
        case .exists: "collection_exists"
        case .invalidName: "invalid_collection_name"
        case .invalidDimension: "invalid_dimension"
        case .indexNotFound: "index_not_found"
        case .indexExists: "index_exists"
        }
    }
}
