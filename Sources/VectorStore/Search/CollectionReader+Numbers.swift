extension CollectionReader {
    /// The largest number among the ids that are a prefix and a number behind it.
    ///
    /// Only numbers count that are written the one way that programs write them: decimal, without
    /// a sign or leading zeros.
    /// - Parameter prefix: what stands before the number.
    /// - Returns: the number's digits, because it may be larger than any integer; nil when there is
    ///   no such id.
    /// - Throws: system errors.
    /// - Complexity: O(ids that begin with the prefix and a digit).
    package func largestNumber(behind prefix: String) throws(VectorStoreError) -> String? {
        try mappingErrors {
            let prefixLength = prefix.unicodeScalars.count
            let statement = try PointStatements.largestNumber(of: record.id, in: db)
            statement.bind(prefix + "0", at: 1)
            statement.bind(prefix + ":", at: 2)
            statement.bind(prefix + "1", at: 3)
            statement.bind(Int64(prefixLength + 1), at: 4)
            guard try statement.step() else { return nil }
            defer { statement.reset() }
            return String(statement.text(0).unicodeScalars.dropFirst(prefixLength))
        }
    }
}
