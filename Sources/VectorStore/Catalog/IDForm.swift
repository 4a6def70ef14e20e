/// What ids look like, for programs that know numbers and UUIDs alone.
package enum IDForm: CaseIterable, Sendable {
    /// 0 to 2⁶⁴ - 1 in decimal, without leading zeros; ordered as numbers.
    case number
    /// A UUID with hyphens in lower case; ordered by its bytes.
    case uuid
    /// Any other text; ordered by its bytes.
    case other

    private static let largestNumber = "18446744073709551615"

    private static let isNumber = """
        (p.id NOT GLOB '*[^0-9]*' AND (p.id = '0' OR p.id NOT GLOB '0*') \
        AND (length(p.id) < 20 OR (length(p.id) = 20 AND p.id <= '\(largestNumber)')))
        """

    private static let isUUID: String = {
        let hex = "[0-9a-f]"
        let groups = [8, 4, 4, 4, 12].map { String(repeating: hex, count: $0) }
        return "(p.id GLOB '\(groups.joined(separator: "-"))')"
    }()

    /// The condition that ids of this form meet.
    var condition: String {
        switch self {
        case .number: Self.isNumber
        case .uuid: Self.isUUID
        case .other: "(NOT \(Self.isNumber) AND NOT \(Self.isUUID))"
        }
    }

    /// The condition that the first id and those behind it meet; its arguments are those of
    /// ``arguments(from:)``.
    var start: String {
        switch self {
        case .number: "(length(p.id), p.id) >= (?, ?)"
        case .uuid, .other: "p.id >= ?"
        }
    }

    /// The order of ids of this form.
    var order: String {
        switch self {
        case .number: "length(p.id), p.id"
        case .uuid, .other: "p.id"
        }
    }

    /// The values of ``start``'s `?`, in their order.
    func arguments(from first: String) -> [FilterSQLValue] {
        switch self {
        case .number: [.integer(Int64(first.utf8.count)), .text(first)]
        case .uuid, .other: [.text(first)]
        }
    }
}
