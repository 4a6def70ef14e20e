/// The formats that points are read from.
package enum InputFormat: String, CaseIterable, Sendable {
    case jsonl, json, csv, tsv, npy, npz, fvecs, bvecs

    /// The format that a path's ending names, that of its compression left out of account, or nil.
    package init?(path: String) {
        self.init(ending: Compression.strippingEnding(path))
    }

    /// The format that a path's very last ending names, or nil.
    package init?(ending path: String) {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        switch path[dot...].dropFirst().lowercased() {
        case "ndjson": self = .jsonl
        case "tab": self = .tsv
        case let ending: self.init(rawValue: ending)
        }
    }

    /// Whether rows carry nothing but a vector, ids and payloads coming from elsewhere.
    package var isVectorsOnly: Bool {
        switch self {
        case .jsonl, .json, .csv, .tsv: false
        case .npy, .npz, .fvecs, .bvecs: true
        }
    }

    /// Whether rows are records with delimiters.
    package var isDelimited: Bool { self == .csv || self == .tsv }
}
