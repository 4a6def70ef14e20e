import VectorStore
import VectorizerSettings

/// Sentences about points, and about what is asked of them.
extension PointError {
    /// What the user is told; `directory` is the data directory that the command worked in.
    func diagnostic(lookedIn directory: String?) -> Diagnostic {
        switch self {
        case .notFound(let ids, _): missing(ids, directory)
        case .exists(let id, _): present(id)
        case .invalidID(let problem): badID(problem)
        case .invalidVector(let fault, _): Diagnostic(fault)
        case .payloadTooLarge(let byteCount, let id, let limit):
            .payloadTooLarge(byteCount, id.text, limit)
        case .invalidFilter(let fault): Diagnostic(fault)
        case .invalidFieldPath(let text): badField(text)
        case .limitExceeded(let limit, let maximum, let got): overLimit(limit, maximum, got)
        }
    }

    private func missing(_ ids: [PointID], _ directory: String?) -> Diagnostic {
        let shown = ids.prefix(5).map { "'\($0.text)'" }.joined(separator: ", ")
        let rest = ids.count > 5 ? " and \(ids.count - 5) more" : ""
        return Diagnostic(
            code: 66,
            kind: kind,
            message: "no point with id \(shown)\(rest)" + Diagnostic.place(directory),
            extra: [("count", .integer(Int64(ids.count)))]
        )
    }

    private func present(_ id: PointID) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: kind,
            message: "a point with id '\(id.text)' exists already",
            field: "id",
            got: .text(id.text)
        )
    }

    private func overLimit(_ limit: String, _ maximum: Int, _ got: Int) -> Diagnostic {
        let settings: [String: SettingKey] = [
            "k": .limitK, "dimension": .limitDimension, "batch": .limitBatchRows,
        ]
        return Diagnostic(
            code: 69,
            kind: kind,
            message: "\(limit): expected at most \(maximum), got \(got)"
                + (settings[limit]?.explanation(of: maximum) ?? ""),
            field: limit,
            expected: .integer(Int64(maximum)),
            got: .integer(Int64(got))
        )
    }

    private func badField(_ text: String) -> Diagnostic {
        do throws(FieldPathSyntaxError) {
            _ = try FieldPath(parsing: text)
        } catch {
            return Diagnostic(error)
        }
        return Diagnostic(
            code: 64,
            kind: kind,
            message: "'\(text)' is not a field name"
        )
    }

    private func badID(_ problem: IDProblem) -> Diagnostic {
        switch problem {
        case .empty:
            Diagnostic(
                code: 65,
                kind: kind,
                message: "id: expected 1 to \(Limits.idByteCount) bytes, got an empty text",
                field: "id"
            )
        case .tooLong(let byteCount):
            Diagnostic(
                code: 65,
                kind: kind,
                message: "id: expected 1 to \(Limits.idByteCount) bytes, got \(byteCount)",
                field: "id",
                expected: .integer(Int64(Limits.idByteCount)),
                got: .integer(Int64(byteCount))
            )
        case .containsNUL:
            Diagnostic(
                code: 65,
                kind: kind,
                message: "id: an id can't contain U+0000",
                field: "id"
            )
        }
    }
}
