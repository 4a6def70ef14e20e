package import VectorStore

/// The way to values in a payload as requests write it: `a.b`, `a[]`, `a[2][]`, `"odd.key".b`.
package struct PayloadPath: Equatable, Sendable {
    /// A payload nests no deeper than this, so a longer path could never lead anywhere.
    package static let stepCountMax = 128

    /// The steps; the first is a member.
    package let steps: [FilterField.Step]

    /// Takes steps, of which the first is a member.
    package init(steps: [FilterField.Step]) {
        self.steps = steps
    }

    /// Reads a path.
    ///
    /// - Throws: 400 for what is none.
    package init(_ element: JSONElement) throws(RequestError) {
        let text = try element.requireString()
        guard let path = PayloadPath(text) else {
            throw .format("\"\(text)\" is not a valid JSON path", at: element)
        }
        self = path
    }

    /// Reads a path; nil for what is none.
    package init?(_ text: String) {
        var reader = Reader(rest: Substring(text).unicodeScalars)
        guard let steps = reader.steps() else { return nil }
        self.steps = steps
    }

    /// The field that an index on this path is about; nil where it leads through an array.
    package var fieldPath: FieldPath? { FilterField.payload(steps).path }

    private struct Reader {
        var rest: Substring.UnicodeScalarView

        mutating func steps() -> [FilterField.Step]? {
            guard let first = name() else { return nil }
            var steps = [first]
            while !rest.isEmpty {
                guard steps.count < PayloadPath.stepCountMax else { return nil }
                guard let step = skip(".") ? name() : element() else { return nil }
                steps.append(step)
            }
            return steps
        }

        private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
            guard rest.first == scalar else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func name() -> FilterField.Step? {
            if skip("\"") {
                let name = rest.prefix { $0 != "\"" && $0 != "\\" && $0 != "\0" }
                rest.removeFirst(name.count)
                guard skip("\"") else { return nil }
                return .member(Array(Substring(name).utf8))
            }
            let name = rest.prefix {
                $0 == "_" || $0 == "-" || $0.properties.isAlphabetic
                    || $0.properties.numericType != nil
            }
            guard !name.isEmpty else { return nil }
            rest.removeFirst(name.count)
            return .member(Array(Substring(name).utf8))
        }

        private mutating func element() -> FilterField.Step? {
            guard skip("[") else { return nil }
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest.removeFirst(digits.count)
            guard skip("]") else { return nil }
            if digits.isEmpty { return .anyElement }
            // No payload has room for an element with a greater number.
            return UInt64(Substring(digits)).map { .element(Int(clamping: $0)) }
        }
    }
}
