import VectorStore

/// How a collection is shown, by `list-collections` and `info` alike.
enum CollectionRows {
    static let listing = Listing<CollectionInfo>(
        id: \.name.text,
        [
            ("name", { .text($0.name.text) }), ("dim", { .integer($0.configuration.dimension) }),
            ("metric", { .text($0.configuration.metric.rawValue) }),
            ("quantization", { .text($0.configuration.quantization.rawValue) }),
            ("points", { .integer($0.pointCount) }),
            ("unindexed", { .integer($0.unindexedPointCount) }),
            ("segments", { .integer($0.segmentCount) }), ("bytes", { .integer($0.byteCount) }),
            ("reclaimable_bytes", { .integer($0.reclaimableByteCount) }),
            ("sequence", { .integer($0.sequence) }),
        ]
    )
}
