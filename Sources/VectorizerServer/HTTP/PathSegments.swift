/// The parts of a request's path, each decoded once.
package enum PathSegments {
    /// The longest path with its query, in bytes.
    package static let byteCountMax = 16 << 10

    /// Splits a request's target into its path and its query, and decodes the path.
    ///
    /// A slash at the end is trimmed. What could lead elsewhere, such as an encoded slash, a NUL or
    /// a part that is only dots, is no path of this server.
    ///
    /// - Parameter target: the path with its query, as it was sent.
    /// - Returns: the decoded parts and the raw query; nil when no route can have such a path.
    package static func split(_ target: String) -> (segments: [String], query: Substring)? {
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.count <= byteCountMax else {
            return nil
        }
        let end = target.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        let path = target[..<(end ?? target.endIndex)]
        let query = end.map { target[target.utf8.index(after: $0)...] } ?? ""
        var segments: [String] = []
        let parts = path.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        for (place, part) in parts.enumerated() {
            if part.isEmpty, place == parts.count - 1 { break }
            guard let segment = PercentCode.decode(Substring(part), plusIsSpace: false),
                isOrdinary(segment)
            else { return nil }
            segments.append(segment)
        }
        return (segments, query)
    }

    private static func isOrdinary(_ segment: String) -> Bool {
        guard !segment.isEmpty, segment != ".", segment != ".." else { return false }
        return segment.utf8.allSatisfy {
            $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
    }
}
