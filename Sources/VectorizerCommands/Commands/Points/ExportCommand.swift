package import ArgumentParser
import CKernels
import Crypto
import VectorStore

extension ExportFormat: ExpressibleByArgument {}

/// `export`: writes points into a file.
package struct ExportCommand: VectorizerCommand {
    package static let name = "export"
    package static let configuration = CommandConfiguration.command(
        name,
        "Write points to a file or standard output",
        arguments: "<collection> [<file>]",
        discussion: """
            Points are ordered by the bytes of their ids, and what is written reads back bit for \
            bit. npy and fvecs hold vectors only; --payloads writes ids and payloads beside \
            them. A \
            file appears whole under its name, or not at all. The number of points and the SHA-256 \
            of what was written are told on standard error.

            Examples:
              vectorizer export docs docs.jsonl
              vectorizer export docs --filter "lang = 'en'" | gzip > docs.jsonl.gz
              vectorizer export docs vectors.npy --payloads payloads.jsonl
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Argument(
        help: ArgumentHelp("The file to write; - is standard output", valueName: "file"),
        completion: .file()
    )
    var file = "-"

    @Option(help: "The format; else known by the file's ending, jsonl on standard output")
    var format: ExportFormat?

    @Option(
        help: ArgumentHelp("Write ids and payloads to this file", valueName: "file"),
        completion: .file(extensions: ["jsonl"])
    )
    var payloads: String?

    @OptionGroup var filter: FilterOption

    package init() {}

    package func validate() throws {
        if file == "-", payloads == "-" {
            throw ValidationError("standard output can be written only once")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let filter = try filter.parsed
        let format = try chosenFormat(context)
        if let payloads, file != "-", SameFile.names(file, payloads) {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "--payloads needs a file of its own",
                file: payloads,
                hint: "vectorizer help export"
            )
        }
        let store = try context.openStore(.read)
        if context.options.isDryRun {
            let count = try store.withReader(of: name) { snapshot in
                let count = try snapshot.count(filter)
                if count == 0 { context.tellMissingFields(of: filter, in: snapshot) }
                return count
            }
            context.log.note("would export \(count) points as \(format.rawValue)")
            return .nothing
        }
        vz_signals_install()
        return .bytes { output in
            func open(_ path: String) throws(Diagnostic) -> ExportTarget {
                let isTerminal = context.terminal.outputIsTerminal
                return try ExportTarget(
                    path: path,
                    standardOutput: output,
                    isTerminal: isTerminal
                )
            }
            let target = try open(file)
            let beside = try payloads.map(open)
            let count = try store.withReader(of: name) { snapshot in
                let count = try write(snapshot, filter, format, to: target, beside)
                if count == 0 { context.tellMissingFields(of: filter, in: snapshot) }
                return count
            }
            try beside?.publish()
            try target.publish()
            tell(count, target, context)
        }
    }

    private func chosenFormat(_ context: CommandContext) throws -> ExportFormat {
        let usual: ExportFormat? = file == "-" ? .jsonl : ExportFormat(path: file)
        guard let format = format ?? usual else {
            let known = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw Diagnostic(
                code: 64,
                kind: "unsupported_format",
                message: "\(file): the format is not known from the file's name; "
                    + "give --format \(known)",
                file: file,
                hint: "vectorizer help export"
            )
        }
        let isText = format == .jsonl || format == .csv
        if file == "-", context.terminal.outputIsTerminal, !isText {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "\(format.rawValue) is not for a terminal",
                hint: "vectorizer export \(collection) \(collection).\(format.rawValue)"
            )
        }
        return format
    }

    private func write(
        _ snapshot: CollectionReader,
        _ filter: PointFilter?,
        _ format: ExportFormat,
        to target: ExportTarget,
        _ beside: ExportTarget?
    ) throws -> Int {
        let count = try snapshot.count(filter)
        var writer = format.makeWriter(
            count: count,
            dimension: snapshot.info.configuration.dimension
        )
        let lines = PayloadLinesWriter()
        var chunk: [UInt8] = []
        var written = 0
        writer.begin(into: &chunk)
        let fields = snapshot.info.vectorNames
        try snapshot.forEachPoint(filter: filter, includesVectors: fields == [""]) { point in
            let payload = point.payload
            if let vector = point.vector {
                writer.append(
                    id: point.id.text,
                    vector: vector.span,
                    payload: payload.span,
                    to: &chunk
                )
            } else if let lines = writer as? JSONLWriter {
                lines.append(
                    id: point.id.text,
                    vectors: try snapshot.vectors(of: point.id, in: fields),
                    payload: payload.span,
                    to: &chunk
                )
            } else {
                throw Self.notForFields(format, point.id)
            }
            try target.write(&chunk)
            if let beside {
                lines.append(id: point.id.text, payload: payload.span, to: &chunk)
                try beside.write(&chunk)
            }
            written += 1
            try Cancellation.bySignal.check()
            return true
        }
        try writer.finish()
        try target.write(&chunk)
        return written
    }

    /// Formats that have one vector a row have no place for a point with none, or with several.
    private static func notForFields(_ format: ExportFormat, _ id: PointID) -> Diagnostic {
        Diagnostic(
            code: 65,
            kind: "unsupported_format",
            message: "\(format.rawValue) has one vector a row, and point '\(id)' has "
                + "another number of them; jsonl has a place for all",
            extra: [("id", .text(id.text))]
        )
    }

    private func tell(_ count: Int, _ target: ExportTarget, _ context: CommandContext) {
        let sha256 = target.sha256
        context.log.note(
            "exported \(count) points, \(target.byteCount) bytes, sha256 \(sha256)",
            [
                ("exported", .integer(count)),
                ("bytes", .integer(target.byteCount)),
                ("sha256", .text(sha256)),
            ]
        )
    }
}
