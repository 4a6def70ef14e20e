/// What can be wrong with collections and their payload indexes.
public enum CollectionError: Equatable, Sendable {
    case notFound(name: String, dataDirectory: String)
    case exists(name: String)
    case invalidName(String)
    case invalidDimension(Int)
    case invalidFieldName(String)
    /// The collection has no vector field of that name; "" is the unnamed one.
    case fieldNotFound(field: String, collection: String)
    /// A sparse vector was given for a dense field, or the other way round.
    case wrongFieldKind(field: String, collection: String)
    case aliasNotFound(String)
    case aliasExists(String)
    case indexNotFound(field: String, collection: String)
    case indexExists(field: String, collection: String)

    /// The name by which programs tell errors apart.
    public var kind: String {
        switch self {
        case .notFound: "collection_not_found"
        case .exists: "collection_exists"
        case .invalidName: "invalid_collection_name"
        case .invalidDimension: "invalid_dimension"
        case .invalidFieldName: "invalid_vector_field_name"
        case .fieldNotFound: "vector_field_not_found"
        case .wrongFieldKind: "wrong_vector_kind"
        case .aliasNotFound: "alias_not_found"
        case .aliasExists: "alias_exists"
        case .indexNotFound: "index_not_found"
        case .indexExists: "index_exists"
        }
    }
}
