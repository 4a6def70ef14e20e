/// How many live rows of a file pass a filter.
package enum PassingCount: Equatable, Sendable {
    /// So many.
    case counted(Int)
    /// About so many, by a sample: rows are tested as they are found, unless it is known already
    /// which ones pass.
    case estimated(Int)

    /// The number that plans go by.
    package var count: Int {
        switch self {
        case .counted(let count), .estimated(let count): count
        }
    }

    /// Whether the number comes from a sample.
    package var isEstimate: Bool { self != .counted(count) }
}
