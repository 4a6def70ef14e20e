/// Vectors that stay where they are, for rows that point to them.
///
/// `@unchecked Sendable`: the memory is written once, in `init`.
package final class VectorMemory: @unchecked Sendable {
    package let start: UnsafeMutablePointer<Float>

    /// Copies components.
    package init(_ components: [Float]) {
        start = .allocate(capacity: max(components.count, 1))
        start.initialize(from: components, count: components.count)
    }

    deinit { start.deallocate() }
}
