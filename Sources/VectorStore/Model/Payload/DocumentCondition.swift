/// A condition on the values at one place of a payload, as document stores understand it.
///
/// A place that leads through arrays has several values. A condition looks at each of them, and
/// most look into one that is an array: at its elements, one level deep.
package struct DocumentCondition: Equatable, Sendable {
    /// The way to the values; the first step is a member.
    package let steps: [FilterField.Step]
    package let test: Test

    /// Makes a condition.
    ///
    /// - Parameters:
    ///   - steps: the way to the values.
    ///   - test: what is asked of them.
    package init(_ steps: [FilterField.Step], _ test: Test) {
        self.steps = steps
        self.test = test
    }

    /// What is asked of the values.
    package indirect enum Test: Equatable, Sendable {
        /// One value or element is not null and none of these texts.
        case exceptTexts([[UInt8]])
        /// One value or element is not null and none of these integers.
        case exceptIntegers([Int64])
        /// One value or element is a text in which one of these occurs.
        case containsText([[UInt8]])
        /// One value or element is a text that reads as a moment of this range.
        case moment(MomentRange)
        /// One value or element is a place on earth in this shape.
        case place(GeoShape)
        /// One value has so many elements: 1 if it is no array, 0 if null. Missing is null.
        case count(CountRange)
        /// All values are null or arrays without elements, or there are none.
        case isEmpty
        /// One value is null or an array with an element that is null.
        case isNull
        /// One value is an array with an object that passes the filter as if it were a payload.
        case nested(FilterExpression)
    }
}

/// A range of numbers, each end of which may be missing and may belong to it or not.
package struct FilterRange: Equatable, Sendable {
    /// One end of a range.
    package struct End: Equatable, Sendable {
        package let value: PayloadNumber
        /// Whether the value itself belongs to the range.
        package let isIncluded: Bool

        /// Makes an end.
        package init(_ value: PayloadNumber, isIncluded: Bool) {
            self.value = value
            self.isIncluded = isIncluded
        }
    }

    package let lower: End?
    package let upper: End?

    /// Makes a range; without both ends it holds all numbers.
    package init(lower: End?, upper: End?) {
        self.lower = lower
        self.upper = upper
    }
}

/// A range of moments; each bound that is there must be met.
package struct MomentRange: Equatable, Sendable {
    package var after: Moment?
    package var atOrAfter: Moment?
    package var before: Moment?
    package var atOrBefore: Moment?

    /// Makes a range that holds all moments.
    package init() {}

    /// Whether a moment meets all bounds.
    package func contains(_ moment: Moment) -> Bool {
        after.map { moment > $0 } ?? true && atOrAfter.map { moment >= $0 } ?? true
            && before.map { moment < $0 } ?? true && atOrBefore.map { moment <= $0 } ?? true
    }
}

/// A range of numbers of elements; each bound that is there must be met.
package struct CountRange: Equatable, Sendable {
    package var above: UInt64?
    package var atLeast: UInt64?
    package var below: UInt64?
    package var atMost: UInt64?

    /// Makes a range that holds all counts.
    package init() {}

    /// Whether a count meets all bounds.
    package func contains(_ count: Int) -> Bool {
        let count = UInt64(count)
        return above.map { count > $0 } ?? true && atLeast.map { count >= $0 } ?? true
            && below.map { count < $0 } ?? true && atMost.map { count <= $0 } ?? true
    }
}

/// Points of one collection by their keys, as something outside of the payload tells them.
package final class KeySet: Sendable {
    private let isMember: @Sendable (Int64) -> Bool

    /// Makes a set.
    ///
    /// - Parameter isMember: tells whether a key belongs to it; called once for each point that a
    ///   filter is tried on.
    package init(_ isMember: @escaping @Sendable (Int64) -> Bool) {
        self.isMember = isMember
    }

    /// Whether a key belongs to the set.
    package func contains(_ key: Int64) -> Bool { isMember(key) }
}

extension KeySet: Equatable {
    /// A set equals itself only.
    package static func == (first: KeySet, second: KeySet) -> Bool { first === second }
}
