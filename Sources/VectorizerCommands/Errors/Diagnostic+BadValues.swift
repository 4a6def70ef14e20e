package import VectorStore
import VectorizerSettings

/// Sentences for what a user gave and the engine refused.
extension Diagnostic {
    /// Explains a vector that can't be stored or asked for.
    package init(_ fault: VectorError) {
        self =
            switch fault {
            case .dimensionMismatch(let expected, let got):
                Diagnostic(
                    code: 65,
                    kind: fault.kind,
                    message: "vector: expected \(expected) numbers, got \(got)",
                    field: "vector",
                    expected: .integer(Int64(expected)),
                    got: .integer(Int64(got))
                )
            case .notANumber(let component):
                Diagnostic(
                    code: 65,
                    kind: fault.kind,
                    message: "vector, element \(component): expected a finite number, got NaN",
                    field: "vector",
                    expected: .text("a finite number"),
                    got: .text("NaN")
                )
            case .infinite(let component, let isNegative):
                Diagnostic(
                    code: 65,
                    kind: fault.kind,
                    message: "vector, element \(component): expected a finite number, got "
                        + (isNegative ? "-Infinity" : "Infinity"),
                    field: "vector",
                    expected: .text("a finite number"),
                    got: .text(isNegative ? "-Infinity" : "Infinity")
                )
            case .tooShort(let length, let minimum):
                Diagnostic(
                    code: 65,
                    kind: fault.kind,
                    message: "vector: its length is \(length), distances to it would vanish",
                    field: "vector",
                    expected: .double(minimum),
                    got: .double(length)
                )
            case .noDirection(let length):
                Diagnostic(
                    code: 65,
                    kind: fault.kind,
                    message: "vector: its length is \(length), which has no direction for cosine",
                    field: "vector",
                    expected: .text("a length above 0"),
                    got: .double(length)
                )
            case .tooLong(let length, let maximum):
                Diagnostic(
                    code: 65,
                    kind: fault.kind,
                    message: "vector: its length is \(length), distances to it would overflow",
                    field: "vector",
                    expected: .double(maximum),
                    got: .double(length)
                )
            }
    }

    /// Explains a filter that can't be read.
    package init(_ fault: FilterSyntaxError) {
        let found = fault.found.isEmpty ? "its end" : "'\(fault.found)'"
        self.init(
            code: 64,
            kind: "invalid_filter",
            message: "filter, column \(fault.position): expected \(fault.expected.rawValue), "
                + "found \(found)",
            field: "filter",
            expected: .text(fault.expected.rawValue),
            got: .text(fault.found),
            hint: "man 7 vectorizer",
            extra: [("column", .integer(Int64(fault.position)))]
        )
    }

    /// Explains a field path that can't be read.
    package init(_ fault: FieldPathSyntaxError) {
        let found = fault.found.isEmpty ? "the end" : "'\(fault.found)'"
        self.init(
            code: 64,
            kind: "invalid_field",
            message: "field name, column \(fault.position): expected \(fault.expected.rawValue), "
                + "found \(found)",
            expected: .text(fault.expected.rawValue),
            got: .text(fault.found),
            extra: [("column", .integer(Int64(fault.position)))]
        )
    }

    static func payloadTooLarge(_ byteCount: Int, _ id: String, _ limit: Int) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: "payload_too_large",
            message: "payload of '\(id)': expected at most \(limit) bytes, got \(byteCount)"
                + SettingKey.limitPayloadBytes.explanation(of: limit),
            field: "payload",
            expected: .integer(Int64(limit)),
            got: .integer(Int64(byteCount))
        )
    }
}
