/// What is known of an index beside its sections; a segment's header stores it.
package struct IndexFacts: Equatable, Sendable {
    /// Rows.
    package var rowCount = 0
    /// HNSW's M: links of a row on each upper level; on level 0 there are twice as many.
    package var linkCount = 16
    /// Breadth of the search while the index was built.
    package var efConstruction = 200
    /// Rows on upper levels.
    package var upperRowCount = 0
    /// Lists of links on upper levels: one per row and level.
    package var upperListCount = 0
    /// Where a search begins: the number of an upper row, or of a row when there is none above.
    package var entryPoint: UInt32 = 0
    /// Upper levels.
    package var upperLevelCount = 0
    /// What vectors are multiplied with before they are coded: a power of two that brings the
    /// longest to a length of about 1, so that no distance overflows.
    package var scale: Float = 1
    /// Whether there are sketches, which searches walk over instead of the records.
    package var hasSketches = false
    /// Distances that a search of ef ef computes, divided by ef; about 13.
    package var distancesPerEF: Float = 13
    /// Which recall which ef reaches, measured when the index was built.
    package var calibration = RecallCalibration()
    /// Where walks may stop.
    package var stops = StopCalibration()

    /// Describes an index without rows.
    package init() {}

    /// Links of a row on level 0.
    package var baseLinkCount: Int { 2 * linkCount }
}

/// The recall that searches of chosen efs reached on a sample of an index's own rows.
package struct RecallCalibration: Equatable, Sendable {
    /// The efs (ef) that are measured.
    package static let efs = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]
    /// The numbers of neighbours (k) that are measured.
    package static let neighbourCounts = [1, 10, 100]

    /// For each number of neighbours the recall at each ef; 0 where ef < k or nothing was
    /// measured.
    package var recalls = [Float](repeating: 0, count: efs.count * neighbourCounts.count)

    /// Makes one that says that nothing was measured.
    package init() {}
}
