/// What a command answers with; one place renders it.
package enum CommandResult {
    /// Nothing on standard output.
    case nothing
    /// Text that is the same in every output mode, such as a completion script.
    case text(String)
    /// One record.
    case record(OutputRow)
    /// One number, bare where the mode allows it.
    case number(name: String, value: Int)
    /// Rows that are made while they are written; or one record, made that way.
    case rows(
        columns: [String],
        isRecord: Bool = false,
        (inout RowSink) throws -> Void
    )
    /// Bytes of a format of their own, made while they are written.
    case bytes((CheckedWriter) throws -> Void)
}

/// Takes rows from a command and hands them to the renderer.
package struct RowSink {
    private var renderer: RowRenderer
    private let columns: [String]
    private var hasBegun = false
    /// Rows taken so far.
    package private(set) var count = 0

    init(_ renderer: RowRenderer, columns: [String]) {
        self.renderer = renderer
        self.columns = columns
    }

    /// Writes one row.
    package mutating func write(_ row: OutputRow) throws(OutputFault) {
        try begin()
        count += 1
        try renderer.row(row)
    }

    /// Starts the answer, once.
    private mutating func begin() throws(OutputFault) {
        guard !hasBegun else { return }
        hasBegun = true
        try renderer.begin(columns: columns)
    }

    /// Shows everything so far: an acknowledgement must not wait in a buffer.
    package mutating func flush() throws(OutputFault) {
        try renderer.flush()
    }

    /// Ends the answer; a command that failed before its first row has none to end.
    mutating func end(afterFailure: Bool = false) throws(OutputFault) {
        if afterFailure, !hasBegun { return }
        try begin()
        try renderer.end()
    }
}

extension CommandContext {
    /// Writes a result to standard output.
    ///
    /// When the command fails between two rows, what is written is brought to an end that parses.
    func render(_ result: CommandResult) throws {
        switch result {
        case .nothing: break
        case .text(let text): try writer.write(text)
        case .bytes(let produce): try produce(writer)
        case .record(let row):
            try rows(shape: .object, columns: row.columns.map(\.name)) { sink throws(OutputFault) in
                try sink.write(row)
            }
        case .number(let name, let value):
            let row = OutputRow(columns: [(name, .integer(Int64(value)))])
            try rows(shape: .number, columns: [name]) { sink throws(OutputFault) in
                try sink.write(row)
            }
        case .rows(let columns, let isRecord, let produce):
            try rows(shape: isRecord ? .object : .list, columns: columns, produce)
        }
        try writer.flush()
    }

    private func rows(
        shape: OutputShape,
        columns: [String],
        _ produce: (inout RowSink) throws -> Void
    ) throws {
        let renderer = RowRenderer(
            mode: options.output.value,
            shape: shape,
            header: !options.hidesHeader,
            terminal: terminal,
            writer: writer
        )
        var sink = RowSink(renderer, columns: columns)
        do {
            try produce(&sink)
        } catch let fault as OutputFault {
            throw fault
        } catch {
            try sink.end(afterFailure: true)
            throw error
        }
        try sink.end()
    }
}
