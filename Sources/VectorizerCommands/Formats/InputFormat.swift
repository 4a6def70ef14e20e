/// The formats that points are read from.
package enum InputFormat: String, CaseIterable, Sendable {
    case jsonl, csv, npy, npz, fvecs, bvecs

    /// The format that a path's ending names, or nil.
    package init?(path: String) {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        switch path[dot...].dropFirst().lowercased() {
        case "jsonl", "ndjson", "json": self = .jsonl
        case let ending: self.init(rawValue: ending)
        }
    }

    /// Whether rows carry nothing but a vector, ids and payloads coming from elsewhere.
    package var isVectorsOnly: Bool {
        switch self {
        case .jsonl, .csv: false
        case .npy, .npz, .fvecs, .bvecs: true
        }
    }
}
