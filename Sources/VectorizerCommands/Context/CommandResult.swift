import VectorizerSettings

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
    /// An answer, and work that begins only once all of the answer is written.
    indirect case answer(CommandResult, then: () throws -> Void)
    /// The command was a session, whose lines have written everything; its exit code.
    case ended(Int32)
}

/// Takes rows from a command and hands them to the renderer.
///
/// Nothing is written, no header and no bracket either, before the first row or the end: a command
/// that fails at once leaves standard output empty.
package struct RowSink {
    private var renderer: RowRenderer
    private let columns: [String]
    private let counter: RowCounter?
    private var hasBegun = false
    /// Rows taken so far.
    package private(set) var count = 0

    init(_ renderer: RowRenderer, columns: [String], counter: RowCounter? = nil) {
        self.renderer = renderer
        self.columns = columns
        self.counter = counter
    }

    /// Writes one row.
    package mutating func write(_ row: OutputRow) throws(OutputError) {
        try begin()
        count += 1
        counter?.add()
        try renderer.row(row)
    }

    /// Shows everything so far: an acknowledgement must not wait in a buffer.
    package mutating func flush() throws(OutputError) {
        try begin()
        try renderer.flush()
    }

    mutating func end() throws(OutputError) {
        try begin()
        try renderer.end()
    }

    /// Starts the answer, once.
    private mutating func begin() throws(OutputError) {
        guard !hasBegun else { return }
        hasBegun = true
        try renderer.begin(columns: columns)
    }
}

extension CommandContext {
    /// Writes a result to standard output.
    ///
    /// When the command fails between two rows, what is written is brought to an end that parses.
    func render(_ result: CommandResult) throws {
        switch result {
        case .nothing, .ended: break
        case .answer(let answer, let work):
            try render(answer)
            try work()
        case .text(let text): try writer.write(text)
        case .bytes(let produce): try produce(writer)
        case .record(let row):
            try rows(shape: .object, columns: row.columns.map(\.name)) { sink throws(OutputError) in
                try sink.write(row)
            }
        case .number(let name, let value):
            let row = OutputRow(columns: [(name, .integer(value))])
            try rows(shape: .number, columns: [name]) { sink throws(OutputError) in
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
            header: !options.asked.hidesHeader,
            terminal: terminal,
            writer: writer
        )
        var sink = RowSink(renderer, columns: columns, counter: session?.rows)
        do {
            try produce(&sink)
        } catch {
            let isAnswer = sink.count > 0 || error is NegativeAnswer
            if isAnswer, writer.fault == nil { try sink.end() }
            throw error
        }
        try sink.end()
    }
}
