import VectorStore

/// How row numbers become ids where a file has none.
package struct RowNumbering: Equatable, Sendable {
    /// The largest number that may be the first: what is left is more than any file has rows.
    package static let firstMax = Int.max / 2

    /// The number of the first row.
    package var first: Int
    /// What stands before each number.
    package var prefix: String

    package init(first: Int = 0, prefix: String = "") {
        precondition((0...Self.firstMax).contains(first), "rows can be counted from there")
        self.first = first
        self.prefix = prefix
    }

    /// The id of a row, counted from 0 over all files.
    func id(ofRow row: Int) -> String {
        prefix + String(first + row)
    }
}
