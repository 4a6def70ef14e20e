/// The names of fields that stand beside a payload and are no part of it, and in how many rows.
package struct LeftOutFields: Equatable, Sendable {
    /// How many different names are counted; rows may have any number of them.
    package static let nameCountMax = 32

    /// A name and how many rows had it.
    package struct Field: Equatable, Sendable {
        package let name: [UInt8]
        package fileprivate(set) var rowCount: Int
    }

    private var known: [Field] = []
    /// Whether there were more names than are counted.
    package private(set) var hasMore = false

    /// None yet.
    package init() {}

    /// The names that at least one row had, in the order in which they were met.
    package var fields: [Field] { known.filter { $0.rowCount > 0 } }

    package var isEmpty: Bool { known.allSatisfy { $0.rowCount == 0 } }

    /// Counts one more row with a field.
    package mutating func count(_ name: String) {
        let index =
            known.firstIndex { $0.name.elementsEqual(name.utf8) } ?? append(Array(name.utf8))
        if let index { count(at: index) }
    }

    /// Adds what other rows had.
    package mutating func add(_ others: LeftOutFields) {
        hasMore = hasMore || others.hasMore
        for other in others.fields {
            guard
                let index = known.firstIndex(where: { $0.name == other.name })
                    ?? append(other.name)
            else { continue }
            known[index].rowCount += other.rowCount
        }
    }

    /// The place of a name that is known.
    func firstIndex(where matches: ([UInt8]) -> Bool) -> Int? {
        known.firstIndex { matches($0.name) }
    }

    /// Makes a place for a new name, which no row has yet; nil when there are too many.
    mutating func append(_ name: [UInt8]) -> Int? {
        guard known.count < Self.nameCountMax else {
            hasMore = true
            return nil
        }
        known.append(Field(name: name, rowCount: 0))
        return known.count - 1
    }

    mutating func count(at index: Int) {
        known[index].rowCount += 1
    }
}
