package import VectorStore

/// Counts how many points have which values.
package struct FacetCounter: Sendable {
    /// A value that is counted; booleans come before integers, and these before texts.
    package enum Value: Hashable, Comparable, Sendable {
        case boolean(Bool)
        case integer(Int64)
        case text(String)

        /// Whether one comes before the other.
        package static func < (first: Value, second: Value) -> Bool {
            switch (first, second) {
            case (.boolean(let first), .boolean(let second)): !first && second
            case (.integer(let first), .integer(let second)): first < second
            case (.text(let first), .text(let second)):
                first.utf8.lexicographicallyPrecedes(second.utf8)
            default: first.rank < second.rank
            }
        }

        private var rank: Int {
            switch self {
            case .boolean: 0
            case .integer: 1
            case .text: 2
            }
        }
    }

    /// A value and the number of points that have it.
    package struct Hit: Equatable, Sendable {
        package let value: Value
        package let count: Int
    }

    private var counts: [Value: Int] = [:]
    private let areUUIDs: Bool

    /// Begins with nothing counted.
    ///
    /// - Parameter areUUIDs: whether texts are UUIDs, which count as one in all their spellings.
    package init(areUUIDs: Bool = false) {
        self.areUUIDs = areUUIDs
    }

    /// Counts a point: each of its values once.
    package mutating func add(_ values: [DocumentValue]) {
        for value in Set(values.compactMap(counted)) { counts[value, default: 0] += 1 }
    }

    private func counted(_ value: DocumentValue) -> Value? {
        switch value {
        case .boolean(let boolean): return .boolean(boolean)
        case .number(.integer(let integer)): return .integer(integer)
        case .text(let text):
            guard areUUIDs else { return .text(text) }
            return RequestPointID(uuid: text).map { .text($0.text) }
        default: return nil
        }
    }

    /// The most frequent values, equal ones in ascending order.
    package func hits(_ limit: Int) -> [Hit] {
        let sorted = counts.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
        }
        return sorted.prefix(limit).map { Hit(value: $0.key, count: $0.value) }
    }
}
