import CKernels
import CReadline
import Glibc
import VectorizerCommands
import VectorizerSettings

/// Reads lines from a person at a terminal, with GNU readline.
///
/// The loop is our own, around readline's callbacks: it waits for the keyboard and for signals at
/// once, so that Ctrl-C, a resized window and the end of the process are taken care of where
/// nothing is half done. There is one of it in a process, as readline itself is one.
package final class ReadlineReader: LineReader {
    /// The reader that readline's callbacks are for; they carry nothing with them.
    private nonisolated(unsafe) static weak var current: ReadlineReader?

    private let shell: Shell
    private let completer: Completer
    /// Woken by signals: the end to wait at and the end that they write to.
    private var wakeEnds: [Int32] = [-1, -1]
    private var knownEntryCount = 0
    private var input: LineInput?

    /// Takes over the terminal's line editing.
    package init(_ shell: Shell) {
        self.shell = shell
        completer = Completer(shell)
        // Without a pipe, signals are seen with the next key.
        if let ends = ClosingPipe.make() { wakeEnds = ends }
        for end in wakeEnds { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        vz_signals_for_session(Self.strikingSignalCount, wakeEnds[1])
        vz_readline_choose_encoding()
        vz_readline_initialize(Self.name)
        vz_readline_bind_tab(Self.tab)
        using_history()
        stifle_history(Int32(HistoryFile.entryCountMax))
        Self.current = self
    }

    deinit {
        vz_signals_for_session(Self.strikingSignalCount, -1)
        for end in wakeEnds where end >= 0 { close(end) }
    }

    /// The first two ask; whatever does not listen to them ends with the third.
    static let strikingSignalCount: Int32 = 3

    /// What the user's inputrc calls this program; readline keeps the pointer.
    private nonisolated(unsafe) static let name = strdup("vectorizer")

    // MARK: Reading

    package func readLine(prompt: String) -> LineInput {
        addHistory()
        input = nil
        vz_signals_clear()
        vz_signals_watch_terminal(1)
        defer { vz_signals_watch_terminal(0) }
        rl_callback_handler_install(prompt, Self.takeLine)
        while input == nil {
            wait()
            react()
        }
        return input ?? .end
    }

    /// Waits for a key or a signal.
    private func wait() {
        var watched = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeEnds[0], events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&watched, nfds_t(watched.count), -1) > 0 else { return }
        if watched[1].revents != 0 { drainWakes() }
        if watched[0].revents != 0, vz_signals_pending() == 0 { rl_callback_read_char() }
    }

    private func drainWakes() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeEnds[0], &bytes, bytes.count) > 0 {}
    }

    private func react() {
        if vz_signals_take_resize() != 0 { rl_resize_terminal() }
        if vz_signals_take_stop() != 0 { stop() }
        let signal = vz_signals_pending()
        guard signal != 0, input == nil else { return }
        vz_readline_abandon(signal == SIGINT ? "^C" : "")
        rl_callback_handler_remove()
        vz_signals_clear()
        input = signal == SIGINT ? .interrupted : .ended(signal: signal)
    }

    /// Ctrl-Z: the terminal is as it was until the process goes on.
    private func stop() {
        vz_readline_release()
        vz_signals_watch_terminal(0)
        raise(SIGTSTP)
        vz_signals_watch_terminal(1)
        vz_readline_reclaim()
    }

    private func addHistory() {
        for entry in shell.history.entries.dropFirst(knownEntryCount) { add_history(entry) }
        knownEntryCount = shell.history.entries.count
    }

    private static let takeLine: @convention(c) (UnsafeMutablePointer<CChar>?) -> Void = { text in
        rl_callback_handler_remove()
        guard let text else {
            // Ctrl-D leaves the cursor behind the prompt, where readline does not end the line.
            if vz_readline_ends_line() == 0 {
                _ = DescriptorWrite.all([Tokenizer.Sign.lineEnd], to: STDOUT_FILENO)
            }
            current?.input = .end
            return
        }
        let length = strlen(text)
        current?.input = .line(
            Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(text), count: length))
        )
        free(text)
    }

    // MARK: Completing

    private static let tab: @convention(c) (Int32, Int32) -> Int32 = { _, _ in
        current?.complete()
        return 0
    }

    private func complete() {
        guard let buffer = vz_readline_buffer() else { return }
        let count = Int(vz_readline_point())
        let typed = Array(
            UnsafeRawBufferPointer(start: UnsafeRawPointer(buffer), count: count)
        )
        let found = completer.complete(typed)
        guard let replacement = found.replacement else { return ring() }
        if replacement.utf8.elementsEqual(typed[found.start...]) {
            guard vz_readline_is_repeated(Self.tab) != 0 else { return ring() }
            return show(found)
        }
        vz_readline_replace(Int32(found.start), replacement)
    }

    private func ring() {
        _ = rl_ding()
    }

    private func show(_ completion: Completion) {
        let names = completion.shownNames
        // The first is where readline expects what all have in common.
        var texts = ([""] + names).map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        let widest = names.map(DisplayWidth.of).max() ?? 0
        vz_readline_show(&texts, Int32(names.count), Int32(widest))
    }
}
