/// How the nearness of two vectors is measured.
///
/// The raw values are stored in catalogs and segment files and are for ever.
public enum Metric: String, CaseIterable, Sendable, Codable {
    /// The cosine of the angle between them, 1 for the same direction; lengths do not matter.
    case cosine
    /// The straight distance between them, 0 for equal vectors.
    case euclidean
    /// The sum of the products of their components; longer vectors win.
    case dot
}
