import VectorizerSettings

/// How far a long command is, on standard error only.
///
/// On a terminal one line is drawn over at most ten times a second and taken away at the end.
/// `always` without a terminal writes a plain line every five seconds or tenth of the work.
package struct ProgressBar {
    private enum Style { case none, drawn, lines }

    /// What all of the work is, if that is known.
    package enum Total: Sendable {
        case bytes(Int64)
        case rows(Int64)
    }

    private let label: String
    private let style: Style
    private let width: Int
    private let total: Total?
    private let standardError: StandardError
    private let now: @Sendable () -> Duration
    private let start: Duration
    private var lastShown: Duration
    private var lastTenth: Int64 = 0
    private var isDrawn = false

    private static let redrawInterval = Duration.milliseconds(100)
    private static let lineInterval = Duration.seconds(5)

    /// Makes a bar; `now` is a clock that never goes back, from whatever beginning.
    package init(
        label: String,
        when: When,
        total: Total? = nil,
        terminal: Terminal,
        standardError: StandardError,
        now: @escaping @Sendable () -> Duration
    ) {
        self.label = TerminalText.escaped(label)
        self.style =
            switch when {
            case .never: .none
            case .always: terminal.errorCanRedraw ? .drawn : .lines
            case .auto: terminal.errorCanRedraw ? .drawn : .none
            }
        self.width = terminal.errorWidth ?? Terminal.defaultWidth
        self.total = total
        self.standardError = standardError
        self.now = now
        self.start = now()
        self.lastShown = start
    }

    /// Takes how much is done in all, and shows it if it is time to.
    ///
    /// - Parameters:
    ///   - rows: rows done; nil where the work is not counted in rows.
    ///   - bytes: bytes done.
    package mutating func update(rows: Int64?, bytes: Int64 = 0) {
        guard style != .none else { return }
        let time = now()
        switch style {
        case .none: return
        case .drawn:
            guard !isDrawn || time - lastShown >= Self.redrawInterval else { return }
            let line = line(rows: rows, bytes: bytes, at: time)
            // The last column stays free: filling it makes some terminals wrap.
            standardError.draw(transient: DisplayWidth.cut(line, to: width - 1))
            isDrawn = true
        case .lines:
            let tenth = work(rows: rows, bytes: bytes).map { $0.percent / 10 } ?? 0
            guard tenth > lastTenth || time - lastShown >= Self.lineInterval else { return }
            lastTenth = tenth
            standardError.write(line: "vectorizer: " + line(rows: rows, bytes: bytes, at: time))
        }
        lastShown = time
    }

    /// Takes the bar away.
    package mutating func finish() {
        guard isDrawn else { return }
        standardError.draw(transient: nil)
        isDrawn = false
    }

    private func line(rows: Int64?, bytes: Int64, at time: Duration) -> String {
        var parts = ["\(label): " + (rows.map { "\($0) rows" } ?? ByteText.of(Int(bytes)))]
        let seconds = (time - start) / .seconds(1)
        if seconds >= 1 {
            let rate = Int64(Double(rows ?? bytes) / seconds)
            parts.append((rows == nil ? ByteText.of(Int(rate)) : "\(rate) rows") + "/s")
        }
        if let total, let work = work(rows: rows, bytes: bytes) {
            parts.append("\(work.percent)% of \(Self.text(total))")
            if seconds >= 1, work.done > 0, work.done < work.all {
                parts.append(Self.clock(seconds * (work.all - work.done) / work.done) + " left")
            }
        }
        return parts.joined(separator: ", ")
    }

    /// How much of the work is done.
    private struct Work {
        let done: Double
        let all: Double

        var percent: Int64 { Int64(min(100, done / all * 100)) }
    }

    /// How much of the work is done; nil when it is not known how much there is.
    private func work(rows: Int64?, bytes: Int64) -> Work? {
        let (done, all) =
            switch total {
            case .bytes(let count): (bytes, count)
            case .rows(let count): (rows ?? 0, count)
            case nil: (0, 0)
            }
        return all > 0 ? Work(done: Double(done), all: Double(all)) : nil
    }

    private static func text(_ total: Total) -> String {
        switch total {
        case .bytes(let count): ByteText.of(Int(count))
        case .rows(let count): "\(count) rows"
        }
    }

    private static func clock(_ seconds: Double) -> String {
        guard seconds < 360_000 else { return "over 99 hours" }
        let total = Int(seconds.rounded(.up))
        let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
        let two: (Int) -> String = { $0 < 10 ? "0\($0)" : "\($0)" }
        return hours > 0
            ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
