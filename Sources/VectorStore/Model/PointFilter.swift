/// A condition on ids and payloads, as users write it.
///
/// The grammar is described in `vectorizer(7)`.
public struct PointFilter: Equatable, Sendable {
    package let expression: FilterExpression

    /// Reads a filter.
    ///
    /// - Parameter text: such as `section = 'python' and installed_size > 1000`.
    /// - Throws: ``PointError/invalidFilter(_:)`` with the place of the first mistake, and
    ///   `.limitExceeded` for a text of more than ``Limits/filterByteCount`` bytes.
    public init(parsing text: String) throws(VectorStoreError) {
        guard text.utf8.count <= Limits.filterByteCount else {
            throw .point(
                .limitExceeded(
                    limit: "filter",
                    maximum: Limits.filterByteCount,
                    got: text.utf8.count
                )
            )
        }
        do throws(FilterSyntaxError) {
            expression = try FilterExpression(parsing: text)
        } catch {
            throw .point(.invalidFilter(error))
        }
    }

    package init(_ expression: FilterExpression) {
        self.expression = expression
    }
}
