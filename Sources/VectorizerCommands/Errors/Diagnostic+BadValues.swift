package import VectorStore
import VectorizerSettings

/// Sentences for what a user gave and the engine refused.
extension Diagnostic {
    /// Explains a vector that can't be stored or asked for.
    package init(_ fault: VectorFault) {
        self =
            switch fault {
            case .dimensionMismatch(let expected, let got):
                Diagnostic(
                    code: 65,
                    kind: "dimension_mismatch",
                    message: "vector: expected \(expected) numbers, got \(got)",
                    field: "vector",
                    expected: .integer(Int64(expected)),
                    got: .integer(Int64(got))
                )
            case .notANumber(let component):
                Diagnostic(
                    code: 65,
                    kind: "not_finite",
                    message: "vector, element \(component): expected a finite number, got NaN",
                    field: "vector",
                    expected: .text("a finite number"),
                    got: .text("NaN")
                )
            case .infinite(let component, let isNegative):
                Diagnostic(
                    code: 65,
                    kind: "not_finite",
                    message: "vector, element \(component): expected a finite number, got "
                        + (isNegative ? "-Infinity" : "Infinity"),
                    field: "vector",
                    expected: .text("a finite number"),
                    got: .text(isNegative ? "-Infinity" : "Infinity")
                )
            case .tooShort(let length, let minimum):
                Diagnostic(
                    code: 65,
                    kind: "too_short",
                    message: "vector: its length is \(length), distances to it would vanish",
                    field: "vector",
                    expected: .double(minimum),
                    got: .double(length)
                )
            case .noDirection(let length):
                Diagnostic(
                    code: 65,
                    kind: "zero_length",
                    message: "vector: its length is \(length), which has no direction for cosine",
                    field: "vector",
                    expected: .text("a length above 0"),
                    got: .double(length)
                )
            case .tooLong(let length, let maximum):
                Diagnostic(
                    code: 65,
                    kind: "too_long",
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

    static func invalidFieldPath(_ text: String) -> Diagnostic {
        do throws(FieldPathSyntaxError) {
            _ = try FieldPath(parsing: text)
        } catch {
            return Diagnostic(error)
        }
        return Diagnostic(
            code: 64,
            kind: "invalid_field",
            message: "'\(text)' is not a field name"
        )
    }

    static func invalidCollectionName(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: "invalid_collection_name",
            message: "'\(name)' is no collection name: expected a letter or digit, then up to 127 "
                + "letters, digits, '.', '_' and '-'",
            expected: .text("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"),
            got: .text(name)
        )
    }

    static func invalidID(_ problem: IDProblem) -> Diagnostic {
        switch problem {
        case .empty:
            Diagnostic(
                code: 65,
                kind: "invalid_id",
                message: "id: expected 1 to \(Limits.idByteCount) bytes, got an empty text",
                field: "id"
            )
        case .tooLong(let byteCount):
            Diagnostic(
                code: 65,
                kind: "id_too_long",
                message: "id: expected 1 to \(Limits.idByteCount) bytes, got \(byteCount)",
                field: "id",
                expected: .integer(Int64(Limits.idByteCount)),
                got: .integer(Int64(byteCount))
            )
        case .containsNUL:
            Diagnostic(
                code: 65,
                kind: "invalid_id",
                message: "id: an id can't contain U+0000",
                field: "id"
            )
        }
    }

    static func invalidDimension(_ dimension: Int) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: "invalid_dimension",
            message: "dimension: expected 1 to \(Limits.dimension), got \(dimension)",
            field: "dim",
            expected: .text("1 to \(Limits.dimension)"),
            got: .integer(Int64(dimension))
        )
    }

    static func limitExceeded(_ limit: String, _ maximum: Int, _ got: Int) -> Diagnostic {
        let settings: [String: SettingKey] = [
            "k": .limitK, "dimension": .limitDimension, "batch": .limitBatchRows,
        ]
        return Diagnostic(
            code: 69,
            kind: "limit_exceeded",
            message: "\(limit): expected at most \(maximum), got \(got)"
                + (settings[limit]?.explanation(of: maximum) ?? ""),
            field: limit,
            expected: .integer(Int64(maximum)),
            got: .integer(Int64(got))
        )
    }

    static func payloadTooLarge(
        _ byteCount: Int,
        _ id: String,
        _ limit: Int
    ) -> Diagnostic {
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
