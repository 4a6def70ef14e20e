import Synchronization
import VectorizerSettings

/// The one place that writes to standard error: messages, and one line that is drawn over.
///
/// Text comes in with control bytes already escaped; see ``TerminalText``.
package final class StandardError: Sendable {
    private let descriptor: Int32
    private let transient = Mutex<String?>(nil)

    /// Makes a writer for a descriptor, which it never closes.
    package init(descriptor: Int32 = 2) {
        self.descriptor = descriptor
    }

    /// Writes one line, above the line that is drawn over if there is one.
    package func write(line: String) {
        transient.withLock { transient in
            let redraw = transient ?? ""
            send((transient == nil ? "" : Self.eraseLine) + line + "\n" + redraw)
        }
    }

    /// Writes a question without ending the line, so that the answer stands beside it.
    package func write(question: String) {
        draw(transient: nil)
        send(question)
    }

    /// Draws the line that the next one replaces, or with nil takes it away.
    package func draw(transient line: String?) {
        transient.withLock { transient in
            guard line != nil || transient != nil else { return }
            transient = line
            send(Self.eraseLine + (line ?? ""))
        }
    }

    private static let eraseLine = "\r\u{1b}[K"

    private func send(_ text: String) {
        // A failure here is ignored on purpose: standard error is where failures are told, so
        // there is nowhere left to tell of this one, and the command's work must not suffer.
        _ = DescriptorWrite.all(Array(text.utf8), to: descriptor)
    }
}

extension StandardError: LogDestination {
    /// Writes a line of the log.
    package func write(_ line: String) { write(line: line) }
}
