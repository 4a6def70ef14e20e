import VectorStore

/// A filter as it is given on the command line: its text, or `@FILE` with it, or `@-`.
enum FilterArgument {
    /// Reads a filter.
    ///
    /// - Throws: what is wrong with the file, or in the filter, by line and column in a file.
    static func read(_ argument: String) throws -> PointFilter {
        guard argument.hasPrefix("@") else { return try PointFilter(parsing: argument) }
        let path = String(argument.dropFirst())
        let source = try ByteSource(path: path)
        // One byte more than allowed, so that a longer text is seen to be one.
        let range = try source.next(byteCount: Limits.filterByteCount + 1)
        let bytes = source.buffer[source.withoutByteOrderMark(range)]
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic(
                code: 65,
                kind: "invalid_utf8",
                message: "the filter is not UTF-8",
                field: "filter"
            ).located(file: path, line: nil, isRow: false)
        }
        do throws(VectorStoreError) {
            return try PointFilter(parsing: text)
        } catch .point(.invalidFilter(let fault)) {
            throw located(fault, in: text, path)
        }
    }

    /// A fault of a filter with several lines: counted from the beginning of its line.
    private static func located(
        _ fault: FilterSyntaxError,
        in text: String,
        _ path: String
    ) -> Diagnostic {
        let before = text.prefix(fault.position - 1)
        let line = before.count(where: \.isNewline) + 1
        let lastLine = before.lastIndex(where: \.isNewline).map { before[$0...].dropFirst() }
        let fault = FilterSyntaxError(
            position: (lastLine ?? before).count + 1,
            found: fault.found,
            expected: fault.expected
        )
        return Diagnostic(fault).located(file: path, line: line, isRow: false)
    }
}

// MARK: - A filter that finds nothing

extension CommandContext {
    /// Says that no point has a field of a filter that found nothing.
    ///
    /// - Parameters:
    ///   - filter: the filter; nil says nothing.
    ///   - snapshot: where nothing was found.
    func tellMissingFields(of filter: PointFilter?, in snapshot: CollectionReader) {
        guard let filter else { return }
        do throws(VectorStoreError) {
            tell(try snapshot.missingFields(of: filter))
        } catch {
            // The command has its answer; whether a payload beside it can be read is for verify.
            log.detail("the filter's fields were not looked for: \(error)")
        }
    }

    /// The same after a change that found no points to change.
    func tellMissingFields(
        of filter: PointFilter?,
        in name: CollectionName,
        _ store: Store,
        _ change: ChangeResult
    ) throws {
        guard filter != nil, change.matchedCount == 0 else { return }
        try store.withReader(of: name) { tellMissingFields(of: filter, in: $0) }
    }

    private func tell(_ missing: MissingFields) {
        guard !missing.names.isEmpty else { return }
        let names = missing.names.joined(separator: ", ")
        let points = missing.sampleCount.map { "none of the first \($0) points" } ?? "no point"
        let fields = missing.names.count == 1 ? "the field" : "any of the fields"
        let hint = missing.names.contains("id") ? "; $id is the point's own id" : ""
        log.note(
            "\(points) has \(fields) \(names)\(hint)",
            [("missing_fields", .text(names))]
        )
    }
}
