/// A small RFC 4180 reader that shares no code with the writer.
///
/// An unquoted empty cell is nil, a quoted one is empty text.
func readCSV(_ text: String) -> [[String?]] {
    var records: [[String?]] = []
    var record: [String?] = []
    var cell: [Unicode.Scalar] = []
    var wasQuoted = false
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    func finished() -> String? {
        guard wasQuoted || !cell.isEmpty else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: cell)
        return String(text)
    }
    while let scalar = scalars.popFirst() {
        switch scalar {
        case "\"" where isQuoted && scalars.first == "\"":
            cell.append("\"")
            scalars.removeFirst()
        case "\"":
            isQuoted.toggle()
            wasQuoted = true
        case "," where !isQuoted, "\n" where !isQuoted:
            record.append(finished())
            (cell, wasQuoted) = ([], false)
            if scalar == "\n" {
                records.append(record)
                record = []
            }
        default: cell.append(scalar)
        }
    }
    return records
}
