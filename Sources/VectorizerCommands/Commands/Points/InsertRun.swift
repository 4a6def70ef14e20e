import CKernels
import VectorStore
import VectorizerSettings

/// One run of `insert`: reads rows, gathers them into batches, hands those to a target.
final class InsertRun {
    /// When a batch is full.
    struct BatchLimits {
        let rowCount: Int
        let byteCount: Int

        init(rowCount: Int?, _ settings: Settings) {
            self.rowCount = rowCount ?? settings.batchRowCount
            byteCount = rowCount == nil ? settings.batchByteCount : Settings.batchByteCountMax
        }

        func isReached(by batch: RowBuffer) -> Bool {
            batch.count >= rowCount || batch.byteCount >= byteCount
        }
    }

    private let target: any InsertTarget
    private let configuration: CollectionConfiguration
    private let input: PointInput
    private let mode: WriteMode
    /// Whether row numbers begin behind all ids, so that none of them may be there.
    private let numbersAreNew: Bool
    private let rejects: RejectsFile?
    private let limits: BatchLimits
    private let policy: ErrorPolicy
    private let context: CommandContext

    private var totals = BatchResult()
    private var notes: InsertNotes
    private var rejectedCount = 0
    private var batchCount = 0
    private var bar: ProgressBar
    private var firstRejection: Diagnostic?

    init(
        target: any InsertTarget,
        configuration: CollectionConfiguration,
        input: PointInput,
        mode: WriteMode,
        numbersAreNew: Bool,
        rejects: RejectsFile?,
        limits: BatchLimits,
        policy: ErrorPolicy,
        notes: InsertNotes,
        context: CommandContext
    ) {
        self.target = target
        self.configuration = configuration
        self.input = input
        self.mode = mode
        self.numbersAreNew = numbersAreNew
        self.rejects = rejects
        self.limits = limits
        self.policy = policy
        self.notes = notes
        self.context = context
        bar = context.progressBar(label: "insert", totalByteCount: input.totalBytes)
    }

    /// Reads and writes everything; returns the last row.
    ///
    /// - Throws: a located ``Diagnostic`` that says how many rows are durable.
    func summary(acknowledge: (OutputRow) throws -> Void) throws -> OutputRow {
        defer { bar.finish() }
        totals.sequence = try target.sequence()
        do {
            try writeAll(acknowledge)
        } catch let fault as OutputError {
            target.finish()
            closeRejects()
            notes.tell(input.leftOut, to: context.log)
            let ignored = context.pipeSignalWasIgnored
            guard let diagnostic = fault.diagnostic(pipeSignalWasIgnored: ignored) else {
                throw fault
            }
            throw withProgress(diagnostic)
        } catch {
            target.finish()
            closeRejects()
            notes.tell(input.leftOut, to: context.log)
            throw withProgress(withHint(Diagnostic(explaining: error, lookedIn: directory), error))
        }
        target.finish()
        bar.finish()
        notes.tell(input.leftOut, to: context.log)
        return OutputRow(columns: [
            ("inserted", .integer(totals.insertedCount)),
            ("updated", .integer(totals.updatedCount)),
            ("skipped", .integer(totals.supersededCount)),
            ("rejected", .integer(rejectedCount)),
            ("sequence", .integer(totals.sequence)),
        ])
    }

    /// Ends a run in which rows were left out with code 65.
    func throwIfRejected() throws {
        guard let first = firstRejection else { return }
        let rows = rejectedCount == 1 ? "1 row was" : "\(rejectedCount) rows were"
        var diagnostic = withProgress(first)
        diagnostic.code = 65
        diagnostic.message = "\(rows) refused; the first: \(first.message)"
        diagnostic.extra.append(("rejected", .integer(rejectedCount)))
        throw diagnostic
    }

    private func writeAll(_ acknowledge: (OutputRow) throws -> Void) throws {
        var batch = RowBuffer(dimension: configuration.dimension)
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try !fill(&batch)
            guard batch.count > 0 else { continue }
            try commit(batch, isLast: isAtEnd, acknowledge)
            batch.removeAll()
            try throwIfInterrupted()
        }
        try rejects?.finish()
    }

    /// Reads rows until the batch is full; false at the end of the input.
    private func fill(_ batch: inout RowBuffer) throws -> Bool {
        while !limits.isReached(by: batch) {
            do {
                guard try input.next(into: &batch) else { return false }
                try check(lastRowOf: &batch)
            } catch let fault as InputError {
                try throwIfInterrupted()
                guard policy == .skip, fault.isRecoverable else { throw fault }
                try reject(Diagnostic(fault), raw: fault.raw)
            }
        }
        return true
    }

    /// Refuses a vector that the collection's metric can't compare, and a payload that is larger
    /// than the settings allow, while its line is known.
    private func check(lastRowOf batch: inout RowBuffer) throws {
        let row = batch.count - 1
        if let fault = fault(of: row, in: batch) {
            let diagnostic = locate(fault, row: row, in: batch)
            guard policy == .skip else { throw diagnostic }
            try reject(diagnostic, raw: .init(bytes: rendered(row, of: batch), isTruncated: false))
            batch.removeLast()
        }
    }

    private func fault(of row: Int, in batch: RowBuffer) -> Diagnostic? {
        let limit = context.options.settings.limits.payloadByteCount
        let byteCount = batch.points.payload(at: row).count
        if byteCount > limit {
            return Diagnostic.payloadTooLarge(byteCount, batch.points.ids[row].text, limit)
        }
        do throws(VectorError) {
            let vector = batch.points.vector(at: row)
            try VectorCheck.validate(
                vector.span,
                for: configuration.metric,
                dimension: configuration.dimension
            )
        } catch {
            return Diagnostic(error)
        }
        return nil
    }

    private func commit(
        _ batch: RowBuffer,
        isLast: Bool,
        _ acknowledge: (OutputRow) throws -> Void
    ) throws {
        let result: BatchResult
        do {
            result = try target.write(batch, mode: modeInForce, isLast: isLast)
        } catch let error as VectorStoreError {
            let row: Int? =
                switch error {
                case .point(.exists(_, let row)): row
                case .point(.notFound(_, let row)), .point(.invalidVector(_, let row)): row
                default: nil
                }
            throw row.map { locate(diagnostic(error), row: $0, in: batch) } ?? error
        }
        batchCount += 1
        totals.insertedCount += result.insertedCount
        totals.updatedCount += result.updatedCount
        totals.supersededCount += result.supersededCount
        totals.sequence = result.sequence
        notes.replacedByNumberCount += result.updatedRows.count(where: {
            batch.isNumbered[$0]
        })
        for refused in result.refused {
            try reject(
                locate(diagnostic(refused.reason), row: refused.row, in: batch),
                raw: .init(bytes: rendered(refused.row, of: batch), isTruncated: false)
            )
        }
        bar.update(rows: Int64(committedCount), bytes: Int64(input.bytesRead))
        try acknowledge(
            OutputRow(columns: [
                ("batch", .integer(batchCount)),
                ("rows", .integer(result.insertedCount + result.updatedCount)),
                ("sequence", .integer(result.sequence)),
            ])
        )
    }

    /// Numbers behind the largest replace nothing, unless rows with ids of their own may use them.
    private var modeInForce: WriteMode {
        numbersAreNew && input.areAllRowsNumbered ? .insert : mode
    }

    private var directory: String { context.options.dataDirectory.value }

    private func diagnostic(_ error: VectorStoreError) -> Diagnostic {
        Diagnostic(error, lookedIn: directory)
    }

    private var committedCount: Int { totals.insertedCount + totals.updatedCount }

    // MARK: Refusals

    private func reject(_ diagnostic: Diagnostic, raw: InputError.RawRow?) throws {
        rejectedCount += 1
        if firstRejection == nil { firstRejection = diagnostic }
        try rejects?.append(diagnostic, raw: raw)
    }

    /// Keeps the refused rows when the run fails for another reason, which is the one to be told.
    private func closeRejects() {
        do {
            try rejects?.finish()
        } catch {
            context.log.warning(Diagnostic(explaining: error).message)
        }
    }

    private func locate(_ diagnostic: Diagnostic, row: Int, in batch: RowBuffer) -> Diagnostic {
        let (line, isRow): (Int, Bool) =
            switch batch.places[row] {
            case .line(let number): (number, false)
            case .row(let number): (number, true)
            }
        return diagnostic.located(file: batch.files[row], line: line, isRow: isRow)
    }

    /// A row as a line that `insert` reads, for rows that came as numbers or as CSV.
    private func rendered(_ row: Int, of batch: RowBuffer) -> [UInt8] {
        var line: [UInt8] = []
        var writer = JSONLWriter()
        let vector = batch.points.vector(at: row)
        let payload = batch.points.payload(at: row)
        writer.append(
            id: batch.points.ids[row].text,
            vector: vector.span,
            payload: payload.span,
            to: &line
        )
        line.removeLast()
        return line
    }

    /// Adds the delimiter to try where a header looks as if it had another one, and an array to
    /// choose where there are several.
    private func withHint(_ diagnostic: Diagnostic, _ error: any Error) -> Diagnostic {
        var told = diagnostic
        switch (error as? InputError)?.problem {
        case .csv(.otherDelimiter(let byte)):
            told.repeatingWith = ["--delimiter", FieldDelimiter(byte: byte).text]
        case .zip(.severalArrays(let names)), .zip(.noSuchArray(_, among: let names)):
            let name = names.first(where: InputError.isPlainWord)
            told.repeatingWith = name.map { ["--array", $0] }
        default: break
        }
        return told
    }

    private func throwIfInterrupted() throws {
        try Cancellation.bySignal.check()
    }

    /// Adds to an error what is durable all the same.
    private func withProgress(_ diagnostic: Diagnostic) -> Diagnostic {
        var told = diagnostic
        told.extra.append(("committed", .integer(committedCount)))
        told.extra.append(("sequence", .integer(totals.sequence)))
        let rows = committedCount == 1 ? "1 row is" : "\(committedCount) rows are"
        told.message += committedCount == 0 ? "; nothing was written" : "; \(rows) written"
        return told
    }
}
