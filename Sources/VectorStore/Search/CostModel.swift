/// What the steps of a search cost, in nanoseconds: of use only to compare ways to search.
///
/// Measured on one machine, with 64, 128 and 384 dimensions (decisions 0012 and 0019). The figures
/// decide which way a search takes, and so about its time.
package enum CostModel {
    /// Segments of up to so many rows are always compared row by row: a walk would save too little
    /// to miss anything for.
    package static let smallRowCount = 1000

    /// Waiting for one code on a walk, which nothing reads ahead.
    private static let walkedCode = 30.0
    /// Bytes of a code that are compared in a nanosecond, on a walk and one after the other.
    private static let walkedBytes = 20.0
    private static let scannedBytes = 25.0
    /// A row of a scan and each of its components, read ahead.
    private static let scannedRow = 4.0
    private static let component = 0.12
    /// Looking up which row one node is.
    private static let nodeLookup = 1.5
    /// Waiting for the vector of one row that codes have chosen.
    private static let rankedRow = 60.0
    /// Testing one point by its key, and one of all points in their order: reading their payloads.
    private static let pointTest = 3300.0
    private static let pointEvaluation = 300.0

    /// Walking a graph.
    package static func walk(ef: Int, over index: IndexView) -> Double {
        let count =
            Double(index.facts.distancesPerEF)
            * Double(min(ef, index.facts.rowCount))
        return count * (walkedCode + Double(index.walkedStride) / walkedBytes)
    }

    /// Comparing rows with their full vectors.
    package static func scan(rowCount: Int, dimension: Int) -> Double {
        Double(rowCount) * (scannedRow + component * Double(dimension))
    }

    /// Comparing the codes of some rows of a segment, and the full vectors of the best of them.
    package static func codeScan(rowCount: Int, keptCount: Int, over index: IndexView) -> Double {
        // Finding the nodes of some rows means looking at all.
        let nodes = nodeLookup * Double(index.facts.rowCount)
        let codes =
            Double(rowCount) * (scannedRow + Double(index.walkedStride) / scannedBytes)
        let ranked =
            Double(keptCount) * (rankedRow + component * Double(index.layout.dimension))
        return nodes + codes + ranked
    }

    /// Testing points one by one whether they pass a filter.
    package static func tests(_ count: Double) -> Double { count * pointTest }

    /// How many points are tested one by one for half of what reading all points costs.
    package static func testedCountMax(pointCount: Int) -> Int {
        Int(Double(pointCount) * pointEvaluation / (2 * pointTest))
    }
}
