public import ArgumentParser
import CKernels
public import VectorStore

extension InputFormat: ExpressibleByArgument {}
extension FieldDelimiter: ExpressibleByArgument {}
extension WriteMode: ExpressibleByArgument {}

/// What `insert` does with a row that is refused.
package enum ErrorPolicy: String, CaseIterable, Sendable, ExpressibleByArgument {
    case stop, skip
}

/// `insert`: puts points into a collection.
package struct InsertCommand: VectorizerCommand {
    package static let name = "insert"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Put points into a collection from files or standard input",
        arguments: "<collection> [<file> ...]",
        discussion: """
            One point per line, object or row. JSON objects have the members id, vector and \
            payload; without a payload member all other members are the payload, with one they are \
            checked and left out, which a note at the end says. With --payload-field '*' all \
            members but id and vector are the payload, one that is called payload among them as it \
            is. jsonl has one object a line; json is an array of objects, or objects one behind \
            the other, over as many lines as they like. CSV and TSV have a header. A vector is a \
            JSON array, or a string with the base64 of its little-endian 32-bit floats; in a table \
            it may also have one column for each element: --vector-field 'v0..v383' names them in \
            order, --vector-field 'v*' takes those that match in the header's order.

            npy, npz, fvecs and bvecs have only vectors: ids and payloads come from --payloads \
            ({"id","payload"} objects in the same order), else ids are row numbers that go on \
            across files. A note says how many points were there already and are replaced by such \
            rows; --id-start next begins behind the largest number that is an id, and refuses ids \
            that appear meanwhile. npy has real numbers of any type and byte order, in C or \
            Fortran order; of an npz file with several arrays --array names one.

            Files and standard input may be compressed with gzip, lz4 or zstd, which their first \
            bytes tell. An ending behind which comes only .gz, .lz4 or .zst names the format; \
            where no ending does, the content tells: JSON, npy, npz, or a header with the id's \
            column.

            Points are written in batches. Each batch is one transaction: when it is acknowledged, \
            all of it is durable. On an error the batches before it stay, and the message says how \
            many rows they were. With --on-error skip rows that can't be written are left out, \
            listed in --rejects, and the exit code is 65 at the end.

            The last line counts what was inserted (new ids), updated (replaced points), skipped \
            (rows that a later row of the same batch replaced) and rejected.

            When 10000 rows or more of the collection have no index by then, insert goes on to \
            index them; $VECTORIZER_COMPACTION_THRESHOLD is another number, and \
            VECTORIZER_COMPACTION=manual leaves it to compact. The counts are written before, and \
            interrupting it does no harm: the exit code stays 0.

            Examples:
              vectorizer insert docs points.jsonl
              embed | vectorizer insert docs -
              vectorizer insert docs vectors.npy --payloads payloads.jsonl
              vectorizer insert docs export.json.gz dump.jsonl.zst
              vectorizer insert docs table.csv --delimiter ';' --vector-field 'v0..v383'
              vectorizer insert docs more.npz --array emb --id-start next
              vectorizer insert docs a.csv b.csv --on-error skip --rejects bad.jsonl
            """,
        exitCodes: [0, 64, 65, 66, 69, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Argument(
        help: ArgumentHelp("Files to read; - is standard input", valueName: "file"),
        completion: .file()
    )
    var files: [String] = []

    @Option(help: "The files' format; else known by their ending, else by their content")
    var format: InputFormat?

    @Option(
        help: ArgumentHelp(
            "What separates csv's fields, a character or \\t (a comma; a tab for tsv)",
            valueName: "c"
        )
    )
    var delimiter: FieldDelimiter?

    @Option(help: ArgumentHelp("The member or column with the id", valueName: "name"))
    var idField = "id"

    @Option(
        help: ArgumentHelp(
            "The member or column with the vector, or columns: v0..v383, v*",
            valueName: "name"
        )
    )
    var vectorField = "vector"

    @Option(
        help: ArgumentHelp(
            "The member or column with the payload; '*' for all but id and vector",
            valueName: "name"
        )
    )
    var payloadField = "payload"

    @Option(
        help: ArgumentHelp("Ids and payloads for npy, npz, fvecs and bvecs", valueName: "file"),
        completion: .file(extensions: ["jsonl", "json"])
    )
    var payloads: String?

    @Option(help: ArgumentHelp("The array of an npz file that has several", valueName: "name"))
    var array: String?

    @OptionGroup var numbering: NumberingOptions

    @Option(help: "Replace points with known ids, refuse known ids, or refuse new ids")
    var mode: WriteMode = .upsert

    @Option(
        help: ArgumentHelp(
            "Points in one transaction (4096, fewer when they are large)",
            valueName: "n"
        )
    )
    var batchSize: Int?

    @Option(
        help: ArgumentHelp(
            "Stop at the first row that is refused, or go on without it",
            valueName: "policy"
        )
    )
    var onError: ErrorPolicy = .stop

    @Option(
        help: ArgumentHelp("Where refused rows go, with the reason", valueName: "file"),
        completion: .file()
    )
    var rejects: String?

    @Flag(help: "Write a row after each durable batch")
    var ack = false

    @OptionGroup var indexing: IndexingOptions

    package init() {}

    package func validate() throws {
        try (1...Limits.batchRowCount).check(batchSize, "--batch-size")
        if delimiter != nil, let format, !format.isDelimited {
            throw ValidationError("--delimiter goes with csv and tsv")
        }
        if rejects != nil, onError != .skip {
            throw ValidationError("--rejects needs --on-error skip")
        }
        if rejects == "-" {
            throw ValidationError("--rejects needs a file, standard output is for the counts")
        }
        if numbering.idStart == .next, mode == .update {
            throw ValidationError("--id-start next makes new ids, which --mode update refuses")
        }
        if payloads != nil, numbering.idStart != nil || numbering.idPrefix != nil {
            throw ValidationError(
                "--id-start and --id-prefix are for rows without ids, --payloads has theirs"
            )
        }
        if files.filter({ $0 == "-" }).count + (payloads == "-" ? 1 : 0) > 1 {
            throw ValidationError("standard input can be read only once")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        if files.isEmpty, context.terminal.inputIsTerminal {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "missing file; - reads standard input",
                hint: "vectorizer help insert"
            )
        }
        vz_signals_install()
        let name = try CollectionName(collection)
        let store = try context.openStore(context.options.isDryRun ? .read : .write)
        let info = try store.collection(name)
        let run = InsertRun(
            target: target(store, name, context),
            configuration: info.configuration,
            input: try input(store, info),
            mode: mode,
            numbersAreNew: numbering.idStart == .next,
            rejects: try rejectsFile(context),
            limits: InsertRun.BatchLimits(rowCount: batchSize, context.options.settings),
            policy: onError,
            notes: InsertNotes(
                payloadField: payloadField,
                expectsReplacing: mode == .update,
                isDryRun: context.options.isDryRun
            ),
            context: context
        )
        if context.options.isDryRun { context.log.note("dry run: nothing is changed") }
        let acknowledges = ack
        let counts = CommandResult.rows(columns: [], isRecord: !ack) { sink in
            let summary = try run.summary { row in
                guard acknowledges else { return }
                try sink.write(row)
                try sink.flush()
            }
            try sink.write(summary)
        }
        let automatic = AutomaticIndexing(
            store: store,
            collection: name,
            options: indexing.compaction(context),
            context: context
        )
        return .answer(counts) {
            if !context.options.isDryRun { automatic.run() }
            try run.throwIfRejected()
        }
    }

    /// Where the batches go.
    private func target(
        _ store: Store,
        _ name: CollectionName,
        _ context: CommandContext
    ) -> any InsertTarget {
        let skips = onError == .skip
        guard context.options.isDryRun else {
            return StoreTarget(store: store, collection: name, skips: skips)
        }
        return DryRunTarget(store: store, collection: name, skips: skips)
    }

    private func input(_ store: Store, _ info: CollectionInfo) throws -> PointInput {
        var input = PointInput.Options(dimension: info.configuration.dimension)
        input.format = format
        input.delimiter = delimiter?.byte
        input.idField = idField
        input.vectorField = vectorField
        input.payloadField = payloadField
        input.payloads = payloads
        input.array = array
        input.numbering = try numbering.numbering(for: info.name, in: store)
        input.isCancelled = { vz_signals_pending() != 0 }
        return try PointInput(paths: files, options: input)
    }

    /// The file for refused rows; a dry run leaves one that is there as it is.
    private func rejectsFile(_ context: CommandContext) throws -> RejectsFile? {
        guard let rejects, !context.options.isDryRun else { return nil }
        let inputs = files + [payloads].compactMap { $0 }
        guard !inputs.contains(where: { SameFile.names($0, rejects) }) else {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "--rejects would overwrite \(rejects), which is read",
                file: rejects,
                hint: "vectorizer help insert"
            )
        }
        return try RejectsFile(path: rejects)
    }
}
