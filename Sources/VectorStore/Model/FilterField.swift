/// What a condition of a filter is about: the point's id, or a place in its payload.
///
/// In text, `$id` is the id. A place is a field path in which a name may be followed by `[]`, any
/// element of an array, or by `[0]`, the element with that number: `tags[].k`, `rows[0][2]`.
package enum FilterField: Hashable, Sendable {
    /// One level of nesting.
    package enum Step: Hashable, Sendable {
        /// The member of an object with this decoded name.
        case member([UInt8])
        /// Each element of an array: one that meets the condition is enough.
        case anyElement
        /// The element of an array with this number, from 0.
        case element(Int)
    }

    /// The point's id, a text.
    case id
    /// The value, or the values, at the end of these steps; the first is a member.
    case payload([Step])

    /// The member at a field path.
    package init(_ path: FieldPath) {
        self = .payload(path.components.map { .member($0) })
    }
}

extension FilterField {
    /// The steps into the payload; none for the id.
    var steps: [Step] {
        if case .payload(let steps) = self { return steps }
        return []
    }

    /// The path, where no array is on the way.
    package var path: FieldPath? { Self.path(steps) }

    /// The path of an array of which each element is asked for, and nothing else.
    var pathOfElements: FieldPath? {
        steps.last == .anyElement ? Self.path(steps.dropLast()) : nil
    }

    /// Each element of the array that is at this place.
    var elements: FilterField { .payload(steps + [.anyElement]) }

    private static func path(_ steps: some Collection<Step>) -> FieldPath? {
        var names: [[UInt8]] = []
        for step in steps {
            guard case .member(let name) = step else { return nil }
            names.append(name)
        }
        return names.isEmpty ? nil : FieldPath(names: names)
    }
}

extension FilterField: CustomStringConvertible {
    /// The text of this place, which reads back as the same.
    package var description: String {
        if let path { return path.description }
        if self == .id { return "$id" }
        var text = ""
        for step in steps {
            switch step {
            case .member(let name):
                text += text.isEmpty ? "" : "."
                text += FieldPath.written(name, isFirst: text.isEmpty)
            case .anyElement: text += "[]"
            case .element(let number): text += "[\(number)]"
            }
        }
        return text
    }
}

// MARK: - Reading

extension FieldPathReader {
    /// Reads the longest place in a payload that begins here.
    mutating func filterField() throws(FieldPathSyntaxError) -> FilterField {
        var steps: [FilterField.Step] = []
        repeat {
            try check(steps.count)
            steps.append(.member(try component(isFirst: steps.isEmpty)))
            while skip("[") {
                try check(steps.count)
                steps.append(try element())
            }
        } while skip(".")
        return .payload(steps)
    }

    /// Reads what stands behind an opening bracket.
    private mutating func element() throws(FieldPathSyntaxError) -> FilterField.Step {
        let start = index
        while let digit = scalar, ("0"..."9").contains(digit) {
            _ = skip(digit)
        }
        let digits = source[start..<index]
        guard skip("]") else { throw failure(.element) }
        if digits.isEmpty { return .anyElement }
        guard let number = Int(digits) else {
            index = start
            throw failure(.element)
        }
        return .element(number)
    }
}
