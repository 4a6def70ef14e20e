/// A text in Prometheus' form.
struct MetricsText {
    /// What a figure is.
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// Begins a figure.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a value with its labels.
    mutating func add(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        let isWhole = value == value.rounded() && abs(value) < 1e15
        let number = isWhole ? "\(Int64(value))" : "\(value)"
        text += name + Self.labels(labels) + " " + number + "\n"
    }

    /// A figure that has one value.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        add(name, [], value)
    }

    private static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        let parts = labels.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return "{" + parts.joined(separator: ",") + "}"
    }
}
