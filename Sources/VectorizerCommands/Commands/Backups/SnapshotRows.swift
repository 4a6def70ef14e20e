import VectorStore

/// A snapshot as rows show it.
enum SnapshotRows {
    /// The columns that every row about a snapshot begins with.
    static let listing = Listing<SnapshotManifest>(
        id: \.id,
        [
            ("snapshot", { .text($0.id) }), ("created", { .text($0.createdAt.description) }),
            ("sequence", { .integer($0.sequence) }), ("tag", { .text(ifAny: $0.tag) }),
            ("collections", { .integer($0.collections.count { !$0.name.utf8.contains(47) }) }),
            ("points", { .integer($0.pointCount) }), ("bytes", { .integer($0.byteCount) }),
        ]
    )

    /// A row about a snapshot that goes on with other columns.
    static func row(_ manifest: SnapshotManifest, _ more: OutputColumns) -> OutputRow {
        var row = listing.row(manifest)
        row.columns += more
        return row
    }
}
