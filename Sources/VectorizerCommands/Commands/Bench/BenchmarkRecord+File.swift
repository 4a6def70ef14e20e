import VectorStore

extension BenchmarkRecord {
    /// The kind of file, so that no other JSON is taken for one.
    static let kind = "vectorizer-bench"

    /// Opens a file for a record, before anything is measured in vain.
    static func target(_ path: String, _ context: CommandContext) throws -> ExportTarget {
        try ExportTarget(
            path: path,
            standardOutput: context.writer,
            isTerminal: context.terminal.outputIsTerminal
        )
    }

    /// Writes the record; the file appears whole or not at all.
    func write(to target: ExportTarget) throws {
        var bytes: [UInt8] = []
        JSONText.append(object: members, to: &bytes, forTerminal: false)
        bytes.append(UInt8(ascii: "\n"))
        try target.write(&bytes)
        try target.publish()
    }

    private var members: OutputColumns {
        let host: OutputColumns = [
            ("cpu", .text(self.host.cpu)), ("cores", .integer(self.host.coreCount)),
            ("kernels", .text(self.host.kernels)),
        ]
        let rows = [BenchmarkRun.row(of: build)] + searches.map { BenchmarkRun.row(of: $0) }
        return [
            ("kind", .text(Self.kind)), ("version", .text(self.host.version)),
            ("date", .text(self.host.date)), ("host", .object(host)),
            ("parameters", .object(parameters.members)),
            ("rows", .array(rows.map { .object($0.columns) })),
        ]
    }
}
