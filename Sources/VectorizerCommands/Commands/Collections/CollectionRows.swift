import VectorStore

/// How a collection is shown, by `list-collections` and `info` alike.
enum CollectionRows {
    static let columns = [
        "name", "dim", "metric", "quantization", "points", "unindexed", "segments", "bytes",
        "reclaimable_bytes", "sequence",
    ]

    static func row(_ info: CollectionInfo) -> OutputRow {
        let name = info.name.text
        let values: [OutputValue] = [
            .text(name), .integer(Int64(info.configuration.dimension)),
            .text(info.configuration.metric.rawValue),
            .text(info.configuration.quantization.rawValue), .integer(Int64(info.pointCount)),
            .integer(Int64(info.unindexedPointCount)), .integer(Int64(info.segmentCount)),
            .integer(Int64(info.byteCount)), .integer(Int64(info.reclaimableByteCount)),
            .integer(Int64(info.sequence)),
        ]
        return OutputRow(
            id: name,
            columns: zip(columns, values).map { (name: $0, value: $1) }
        )
    }
}
