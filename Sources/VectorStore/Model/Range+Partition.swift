extension Range<Int> {
    /// The first number from which on a condition holds, the upper bound where it never does.
    ///
    /// - Parameter fits: the condition; from the first number that fits on, all do.
    /// - Returns: the number.
    /// - Throws: what the condition throws.
    /// - Complexity: O(log *count*) calls of the condition.
    package func partitionPoint<Failure: Error>(
        _ fits: (Int) throws(Failure) -> Bool
    ) throws(Failure) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if try fits(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
