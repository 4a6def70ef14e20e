/// What stands behind the `?` of a request.
package struct QueryParameters: Sendable {
    /// The most parameters of one request; the rest is not looked at.
    static let countMax = 64

    private var values: [(name: String, value: String)] = []

    /// Reads a query; parameters that can't be decoded are left out.
    ///
    /// - Parameter text: the query as it was sent.
    package init(_ text: Substring) {
        guard !text.isEmpty else { return }
        for part in text.split(separator: "&", maxSplits: Self.countMax).prefix(Self.countMax) {
            let end = part.firstIndex(of: "=") ?? part.endIndex
            guard let name = PercentCode.decode(part[..<end], plusIsSpace: true) else { continue }
            let rest = part[end...].dropFirst()
            guard let value = PercentCode.decode(rest, plusIsSpace: true) else { continue }
            values.append((name, value))
        }
    }

    /// The last value of a name; nil where it is not given.
    package subscript(name: String) -> String? { values.last { $0.name == name }?.value }

    /// A switch.
    ///
    /// - Parameters:
    ///   - name: the parameter.
    ///   - usual: its value where it is not given.
    /// - Returns: whether it is on.
    /// - Throws: 400 for anything but `true` and `false`.
    package func flag(_ name: String, default usual: Bool) throws(ServerError) -> Bool {
        switch self[name] {
        case nil: usual
        case "true": true
        case "false": false
        default: throw .badQuery("\(name): expected `true` or `false`")
        }
    }

    /// A number.
    ///
    /// - Parameter name: the parameter.
    /// - Returns: the number; nil where it is not given.
    /// - Throws: 400 for anything but a whole number that is not negative.
    package func number(_ name: String) throws(ServerError) -> Int? {
        guard let text = self[name] else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
            throw .badQuery("\(name): expected a whole number")
        }
        return number
    }
}
