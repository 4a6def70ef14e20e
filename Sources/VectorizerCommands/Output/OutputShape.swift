/// What a command answers with: many rows, one record, or one number.
package enum OutputShape: Sendable {
    /// Zero or more rows; `json` wraps them in an array.
    case list
    /// Exactly one record; `json` prints it bare and a table stands it upright.
    case object
    /// One number in one column; everything but `json` and `jsonl` prints it bare.
    case number
}

/// The answer to "should this be on?", for `--color` and `--progress`.
package enum When: String, CaseIterable, Sendable {
    case auto, always, never
}
