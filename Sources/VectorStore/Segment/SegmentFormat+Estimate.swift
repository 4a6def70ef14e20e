extension SegmentFormat {
    /// About how long a segment with so many rows is; what varies is how many are on upper levels.
    static func estimatedByteCount(rowCount: Int, configuration: CollectionConfiguration) -> Int {
        var facts = IndexFacts()
        facts.rowCount = rowCount
        facts.linkCount = configuration.linkCount
        facts.upperRowCount = rowCount / configuration.linkCount
        facts.upperListCount = rowCount / max(configuration.linkCount - 1, 1)
        let layout = CodeLayout(configuration)
        facts.hasSketches = layout.allowsSketches
        return SegmentFormat(layout: layout, facts: facts, file: .random()).byteCount
    }
}
