/// One place where the house rules are broken.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    /// Counted from 1; nil when the whole file is meant.
    let line: Int?
    let reason: String

    init(_ path: String, line: Int? = nil, _ reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    /// `path:line: reason`, as compilers write it, so that editors can jump there.
    var description: String {
        line.map { "\(path):\($0): \(reason)" } ?? "\(path): \(reason)"
    }
}
