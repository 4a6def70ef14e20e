import VectorStore

/// A snapshot as rows show it.
enum SnapshotRows {
    /// The columns that every row about a snapshot begins with.
    static func columns(of manifest: SnapshotManifest) -> [(name: String, value: OutputValue)] {
        [
            ("snapshot", .text(manifest.id)),
            ("created", .text(manifest.createdAt.description)),
            ("sequence", .integer(Int64(manifest.sequence))),
            ("tag", manifest.tag.map { .text($0) } ?? .null),
            ("collections", .integer(Int64(manifest.collections.count))),
            ("points", .integer(Int64(manifest.pointCount))),
            ("bytes", .integer(Int64(manifest.byteCount))),
        ]
    }

    /// When a snapshot was proven.
    static func proven(_ proof: SnapshotProof?) -> OutputValue {
        proof.map { .text($0.provenAt.description) } ?? .null
    }

    static let names = [
        "snapshot", "created", "sequence", "tag", "collections", "points", "bytes",
    ]
}
