/// How rows are written to standard output.
package enum OutputMode: String, CaseIterable, Sendable {
    case table, json, jsonl, csv, tsv, ids
}
