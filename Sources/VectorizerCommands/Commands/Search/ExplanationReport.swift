import VectorStore
import VectorizerSettings

/// Tells on standard error how points were found: as a tree, or as one JSON object per query.
struct ExplanationReport: Sendable {
    private let standardError: StandardError
    private let isJSON: Bool
    private let openMicroseconds: Double

    /// Takes what it cost to open the store, before there was a search.
    init(_ context: CommandContext, opening: Duration) {
        standardError = context.standardError
        let mode = context.options.output.value
        isJSON = mode == .json || mode == .jsonl
        openMicroseconds = opening / .microseconds(1)
    }

    /// Tells of one search.
    func tell(_ explanation: SearchExplanation, query: Int?) {
        var explanation = explanation
        explanation.openMicroseconds += openMicroseconds
        if isJSON {
            standardError.write(line: String(decoding: json(explanation, query), as: UTF8.self))
        } else {
            for line in tree(explanation, query) {
                standardError.write(line: TerminalText.escaped(line))
            }
        }
    }

    // MARK: JSON

    private func json(_ explanation: SearchExplanation, _ query: Int?) -> [UInt8] {
        var members: OutputColumns = []
        if let query { members.append(("query", .integer(query))) }
        let segments = explanation.files.filter(\.isSegment)
        let tails = explanation.files.filter { !$0.isSegment }
        members += [
            ("segments", .array(segments.map(Self.object))),
            ("tails", .array(tails.map(Self.object))),
            ("tail_rows", .integer(explanation.tailRowCount)),
            ("tested_points", .integer(explanation.testedCount)),
            ("reused_filter", .boolean(explanation.reusedFilter)),
            ("microseconds", .object(Self.times(explanation))),
        ]
        var bytes: [UInt8] = []
        JSONText.append(
            object: [("explain", .object(members))],
            to: &bytes,
            forTerminal: true
        )
        return bytes
    }

    private static func object(_ file: SearchExplanation.File) -> OutputValue {
        .object([
            ("file", .text(file.name)), ("rows", .integer(file.rowCount)),
            ("live", .integer(file.liveCount)),
            ("passing", .integer(ifAny: file.passingCount)),
            ("path", .text(file.path.rawValue)), ("why", .text(file.reason.rawValue)),
            ("ef", .integer(ifAny: file.ef)),
            ("distances", .integer(file.distanceCount)),
            ("expected_recall", file.expectedRecall.map { .double(rounded($0)) } ?? .null),
        ])
    }

    private static func times(_ explanation: SearchExplanation) -> OutputColumns {
        [
            ("open", explanation.openMicroseconds), ("filter", explanation.filterMicroseconds),
            ("walk", explanation.walkMicroseconds), ("rerank", explanation.rankMicroseconds),
            ("payload", explanation.payloadMicroseconds),
        ].map { ($0, .integer(Int64($1.rounded()))) }
    }

    /// Four digits: more would claim what a sample does not tell.
    private static func rounded(_ recall: Double) -> Double { (recall * 1e4).rounded() / 1e4 }

    // MARK: Text

    private func tree(_ explanation: SearchExplanation, _ query: Int?) -> [String] {
        var branches = explanation.files.map(Self.branch)
        if explanation.testedCount > 0 {
            branches.append("\(explanation.testedCount) points tested by their payloads")
        }
        if explanation.reusedFilter { branches.append("filter evaluated before") }
        let times = Self.times(explanation).map { name, value in
            if case .integer(let number) = value { return "\(name) \(number)" }
            return name
        }
        branches.append("microseconds: " + times.joined(separator: ", "))
        let title = query.map { "how query \($0) was answered" } ?? "how the query was answered"
        return [title]
            + branches.enumerated().map { place, text in
                (place == branches.count - 1 ? "`-- " : "|-- ") + text
            }
    }

    private static func branch(_ file: SearchExplanation.File) -> String {
        var facts = ["\(file.rowCount) rows"]
        if file.liveCount != file.rowCount { facts.append("\(file.liveCount) live") }
        if let passing = file.passingCount { facts.append("\(passing) pass the filter") }
        if let ef = file.ef { facts.append("ef \(ef)") }
        facts.append("\(file.distanceCount) distances")
        if let recall = file.expectedRecall { facts.append("expected recall \(rounded(recall))") }
        let kind = file.isSegment ? "segment" : "tail"
        return "\(kind) \(file.name): \(file.path.rawValue), " + facts.joined(separator: ", ")
            + " (\(file.reason.rawValue))"
    }
}
