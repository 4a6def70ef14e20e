/// The parameters of a benchmark.
package struct BenchmarkPlan: Equatable, Sendable {
    /// Dimension, metric, and how the index is built.
    package var configuration: CollectionConfiguration
    /// How many neighbours to find.
    package var neighbourCount = 10
    /// The efs to search with.
    package var efs = [16, 32, 64, 128]
    /// Threads that build and search.
    package var threadCount = 1
    /// The part of all rows that may be answers; nil for all.
    package var filterShare: Double?
    /// Processor seconds that one ef is measured for, over all rounds.
    package var secondsPerEF = 1.25

    /// Takes what has no usual value.
    package init(configuration: CollectionConfiguration) {
        self.configuration = configuration
    }
}
