import VectorStore

/// What an insert did that is easily overlooked, told once at its end.
struct InsertNotes {
    /// The field that payloads come from.
    let payloadField: String
    /// Whether replacing is what was asked for.
    let expectsReplacing: Bool
    /// Whether nothing was changed.
    let isDryRun: Bool
    /// Points that were there and were replaced by rows whose ids are row numbers.
    var replacedByNumberCount = 0

    /// Tells what there is to tell.
    func tell(_ leftOut: LeftOutFields, to log: MessageLog) {
        if !leftOut.isEmpty { log.note(words(for: leftOut)) }
        if replacedByNumberCount > 0, !expectsReplacing { log.note(wordsForReplaced) }
    }

    private func words(for leftOut: LeftOutFields) -> String {
        let fields = leftOut.fields.map { field in
            let rows = field.rowCount == 1 ? "1 row" : "\(field.rowCount) rows"
            return "\(InputError.quoted(String(decoding: field.name, as: UTF8.self))) (\(rows))"
        }
        return "fields beside \(InputError.quoted(payloadField)) are left out: "
            + fields.joined(separator: ", ") + (leftOut.hasMore ? " and others" : "")
            + "; --payload-field '*' keeps all"
    }

    private var wordsForReplaced: String {
        let points =
            replacedByNumberCount == 1
            ? "1 existing point" : "\(replacedByNumberCount) existing points"
        let verb = isDryRun ? "would be" : replacedByNumberCount == 1 ? "was" : "were"
        return "\(points) \(verb) replaced by rows whose ids are row numbers; "
            + "--id-start next or --id-prefix TEXT gives rows new ids"
    }
}
