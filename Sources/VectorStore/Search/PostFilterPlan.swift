/// Whether a search with a filter tests points as it finds them, nearest first, or has to know
/// first which points pass.
///
/// A sample of the points tells which share passes. Testing single points pays where many do.
package struct PostFilterPlan: Equatable, Sendable {
    /// Points that are tested to learn which part passes.
    package let sampleCount: Int
    /// Points that are tested before all are read instead.
    package let testedCountMax: Int

    /// Points that are tested to learn which part passes, at least and at most.
    private static let sampleCounts = 200...4000
    /// One point in so many is tested to learn that.
    private static let pointsPerSample = 500

    /// Makes a plan of its figures.
    package init(sampleCount: Int, testedCountMax: Int) {
        self.sampleCount = sampleCount
        self.testedCountMax = testedCountMax
    }

    /// Plans for a number of points.
    package init(pointCount: Int) {
        let sampleCount = max(pointCount / Self.pointsPerSample, Self.sampleCounts.lowerBound)
        self.init(
            sampleCount: min(sampleCount, Self.sampleCounts.upperBound),
            testedCountMax: CostModel.testedCountMax(pointCount: pointCount)
        )
    }

    /// Whether there are so many points that a sample of them costs little.
    package var isWorthSampling: Bool { sampleCount < testedCountMax }

    /// Whether points are tested as they are found.
    ///
    /// - Parameters:
    ///   - share: the share of the points that pass.
    ///   - neededCount: how many points that pass must be found.
    /// - Returns: false where the filter is evaluated first.
    package func testsAsFound(share: Double, neededCount: Int) -> Bool {
        isWorthSampling
            && Double(neededCount) / share < Double(testedCountMax - sampleCount)
    }
}
