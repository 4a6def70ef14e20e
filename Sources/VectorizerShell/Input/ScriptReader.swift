import CKernels
package import VectorizerCommands

/// Reads a script's lines as they come; a program that writes them one by one gets its answers.
package final class ScriptReader: LineReader {
    private let source: ByteSource

    /// Opens a script; `-` is standard input.
    ///
    /// - Throws: why it can't be read.
    package init(path: String) throws(InputError) {
        source = try ByteSource(path: path, isCancelled: { vz_signals_pending() != 0 })
    }

    package func readLine(prompt: String) throws -> LineInput {
        let range: Range<Int>?
        do {
            range = try source.nextLine()
        } catch {
            guard error.problem == .cancelled else { throw error }
            return .ended(signal: vz_signals_pending())
        }
        guard let range else { return .end }
        var line = Array(source.buffer[range])
        if source.lineNumber == 1, line.starts(with: Self.byteOrderMark) {
            line.removeFirst(Self.byteOrderMark.count)
        }
        if line.last == Tokenizer.Sign.return { line.removeLast() }
        return .line(line)
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

/// Hands out lines that were given on the command line.
package final class GivenLines: LineReader {
    private var lines: ArraySlice<String>

    /// Takes the lines.
    package init(_ lines: [String]) {
        self.lines = lines[...]
    }

    package func readLine(prompt: String) -> LineInput {
        lines.popFirst().map { .line(Array($0.utf8)) } ?? .end
    }
}
