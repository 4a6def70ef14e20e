import Glibc

/// The rows that an insert refused: one JSON object a line, with the reason and the row itself.
///
/// `{"file","line","kind","message","row"}`: `jq -r .row` gives the rows back to be mended.
final class RejectsFile {
    private let path: String
    private let descriptor: Int32
    private let writer: CheckedWriter

    /// Creates the file, or empties the one that is there.
    init(path: String) throws(Diagnostic) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw .system("open", path, errno) }
        self.path = path
        self.descriptor = descriptor
        writer = CheckedWriter(descriptor: descriptor)
    }

    deinit {
        close(descriptor)
    }

    /// Adds one row.
    func append(_ diagnostic: Diagnostic, raw: InputError.RawRow?) throws {
        var members: OutputColumns = [
            ("file", diagnostic.file.map(OutputValue.text) ?? .null),
            ("line", diagnostic.line.map { .integer($0) } ?? .null),
            ("kind", .text(diagnostic.kind)),
            ("message", .text(diagnostic.message)),
        ]
        if let raw {
            members.append(("row", .text(String(decoding: raw.bytes, as: UTF8.self))))
            if raw.isTruncated { members.append(("row_is_cut", .boolean(true))) }
        }
        var line: [UInt8] = []
        JSONText.append(object: members, to: &line, forTerminal: false)
        line.append(UInt8(ascii: "\n"))
        try mapping { () throws(OutputError) in try writer.write(line) }
    }

    /// Writes what is still buffered.
    func finish() throws {
        try mapping { () throws(OutputError) in try writer.finish() }
    }

    private func mapping(_ body: () throws(OutputError) -> Void) throws(Diagnostic) {
        do throws(OutputError) {
            try body()
        } catch {
            throw error.diagnostic(ofFile: path)
        }
    }
}
