/// What the searches over one snapshot share: statements, and the last filter.
struct SnapshotSearching {
    /// Reads a point by its key.
    var readPoint: CatalogStatement?
    /// Reads a point by its id.
    var readByID: CatalogStatement?
    /// Searches for the snapshot's own thread.
    var files: FilesSearch?
    /// The last filter, and what is known of it.
    var filter: Filter?

    struct Filter {
        let filter: PointFilter
        let prepared: PreparedFilter
    }
}
