/// What the searches over one snapshot share: statements, and filters that were evaluated.
struct SnapshotSearching {
    /// Reads a point by its key.
    var readPoint: CatalogStatement?
    /// Searches for the snapshot's own thread.
    var files: FilesSearch?
    /// The last filter, and what is known of it.
    var filter: Filter?

    struct Filter {
        let filter: PointFilter
        /// For each file the rows that pass, once somebody needed them all.
        var passing: [SlotSet]?
    }
}
