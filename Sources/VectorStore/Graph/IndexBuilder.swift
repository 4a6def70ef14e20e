/// Builds the index of a segment.
struct IndexBuilder {
    /// Stops a build that nobody waits for any more.
    struct Cancelled: Error {}

    /// An index whose graph is taken over, so that only the other rows are inserted.
    struct Adopted {
        /// The index; of the same layout, with its memory kept by the caller.
        let view: IndexView
        /// For each of its rows the number it has among the new rows, or nil for one that is gone.
        let newSlots: [UInt32?]
    }

    let configuration: CollectionConfiguration
    /// Threads that build; the result does not depend on it.
    var threadCount = 1
    /// Told how many of all rows are linked, from the calling thread; false ends the build.
    var progress: (_ linked: Int, _ total: Int) -> Bool = { _, _ in true }

    init(configuration: CollectionConfiguration) {
        self.configuration = configuration
    }

    /// Builds an index over rows.
    ///
    /// - Parameters:
    ///   - rows: at least one row.
    ///   - adopted: the index of most of the rows, if there is one.
    /// - Returns: the index, in memory.
    /// - Throws: ``Cancelled``.
    func build(
        _ rows: IndexRows,
        adopting adopted: Adopted? = nil
    ) throws(Cancelled) -> BuiltIndex {
        throw Cancelled()
    }
}

/// An index in memory, before it is written to a segment.
final class BuiltIndex: Sendable {
    /// The index; its memory is this object's.
    let view: IndexView

    init(view: IndexView) {
        self.view = view
    }
}
