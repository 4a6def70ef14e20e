package import VectorStore

/// A value by which points are sorted.
package enum OrderValue: Hashable, Comparable, Sendable {
    case integer(Int64)
    case real(Double)
    case uuid(RequestPointID)

    /// What is sorted by: the kinds of indexes that have an order.
    package enum Kind: Sendable {
        case integer, float, datetime, uuid
    }

    /// Reads a value; nil for one of another kind, which is not sorted.
    ///
    /// - Parameters:
    ///   - value: a value of a payload.
    ///   - kind: what is sorted by. Moments become microseconds since 1970.
    package init?(_ value: DocumentValue, _ kind: Kind) {
        switch (kind, value) {
        case (.integer, .number(.integer(let integer))): self = .integer(integer)
        case (.float, .number(let number)):
            guard number.nearestDouble.isFinite else { return nil }
            self = .real(number.nearestDouble)
        case (.datetime, .text(let text)):
            guard let moment = Moment(text.utf8) else { return nil }
            self = .integer(moment.microseconds)
        case (.uuid, .text(let text)):
            guard let id = RequestPointID(uuid: text) else { return nil }
            self = .uuid(id)
        default: return nil
        }
    }

    /// The value to begin with; nil where it is of another kind.
    package init?(start: PointOrder.Start, _ kind: Kind) {
        switch (start, kind) {
        case (.integer(let integer), .integer), (.integer(let integer), .datetime):
            self = .integer(integer)
        case (.integer(let integer), .float): self = .real(Double(integer))
        case (.real(let real), .integer), (.real(let real), .float), (.real(let real), .datetime):
            self = .real(real)
        case (.text(let text), _): self.init(DocumentValue.text(text), kind)
        case (.integer, .uuid), (.real, .uuid): return nil
        }
    }

    /// All values that a point is sorted by, each once: it appears once for each.
    package static func all(_ values: [DocumentValue], _ kind: Kind) -> [OrderValue] {
        var found: [OrderValue] = []
        for value in values.compactMap({ OrderValue($0, kind) }) where !found.contains(value) {
            found.append(value)
        }
        return found
    }

    /// Whether one comes before the other; numbers are compared by their value.
    package static func < (first: OrderValue, second: OrderValue) -> Bool {
        switch (first, second) {
        case (.uuid(let first), .uuid(let second)): first < second
        case (_, .uuid): true
        case (.uuid, _): false
        default: PayloadNumber.order(first.number, second.number) < 0
        }
    }

    private var number: PayloadNumber {
        switch self {
        case .integer(let integer): .integer(integer)
        case .real(let real): .real(real)
        case .uuid: .integer(0)
        }
    }
}
