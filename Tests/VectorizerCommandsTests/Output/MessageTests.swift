import Glibc
import Synchronization
import TestSupport
import Testing
import VectorizerCommands
import VectorizerSettings

/// A clock that stands where it is put.
private final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)

    var now: @Sendable () -> Duration { { self.time.withLock { $0 } } }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}

@Suite struct MessageTests {
    @Test("A diagnostic is one line and a hint")
    func text() {
        let diagnostic = Diagnostic(
            code: 66,
            kind: "collection_not_found",
            message: "no collection 'a\u{1b}[31m\nb' in /data",
            hint: "vectorizer list-collections"
        )
        #expect(
            diagnostic.rendered(as: .text) == """
                vectorizer: error: no collection 'a\\x1b[31m\\nb' in /data
                hint: vectorizer list-collections
                """
        )
        #expect(
            diagnostic.rendered(as: .text, color: true)
                .hasPrefix("vectorizer: \u{1b}[1;31merror:\u{1b}[0m no collection")
        )
    }

    @Test("A diagnostic as JSON has the contract's fields in its order")
    func json() {
        let diagnostic = Diagnostic(
            code: 65,
            kind: "dimension_mismatch",
            message: "wrong\u{9b}",
            file: "a.jsonl",
            line: 17,
            field: "vector",
            expected: .integer(384),
            got: .integer(768),
            hint: "vectorizer info",
            extra: [("committed", .integer(16)), ("sequence", .integer(4))]
        )
        #expect(
            diagnostic.rendered(as: .json)
                == #"{"error":{"code":65,"kind":"dimension_mismatch","message":"wrong\u009b","#
                + #""file":"a.jsonl","line":17,"field":"vector","expected":384,"got":768,"#
                + #""committed":16,"sequence":4,"hint":"vectorizer info"}}"#
        )
        let short = Diagnostic(code: 70, kind: "internal", message: "bug")
        #expect(
            short.rendered(as: .json)
                == #"{"error":{"code":70,"kind":"internal","message":"bug"}}"#
        )
    }

    @Test("Errors are JSON only when json or jsonl was asked for")
    func format() {
        #expect(OutputMode.diagnosticFormat(for: .json) == .json)
        #expect(OutputMode.diagnosticFormat(for: .jsonl) == .json)
        #expect(OutputMode.diagnosticFormat(for: .csv) == .text)
        #expect(OutputMode.diagnosticFormat(for: nil) == .text)
    }

    @Test(
        "Each level says what it should",
        arguments: [
            (MessageLog.Level(quiet: true, verbose: false), 1),
            (MessageLog.Level(quiet: false, verbose: false), 2),
            (MessageLog.Level(quiet: true, verbose: true), 3),
        ]
    )
    func levels(level: MessageLog.Level, count: Int) throws {
        let text = try messages { error in
            let log = MessageLog(level: level, format: .text, standardError: error)
            log.warning("one\u{7}")
            log.note("two", [("rows", .integer(3))])
            log.detail("three")
        }
        let lines = ["warning: one\\x07", "note: two", "detail: three"].prefix(count)
        #expect(text == lines.map { "vectorizer: \($0)\n" }.joined())
    }

    @Test("JSON messages carry time and fields")
    func jsonLog() throws {
        let text = try messages { error in
            MessageLog(
                level: .normal,
                format: .json,
                standardError: error,
                timestamp: { "2026-01-02T03:04:05Z" }
            ).note("two\n", [("rows", .integer(3))])
            MessageLog(level: .normal, format: .json, standardError: error).note("now")
        }
        let lines = text.split(separator: "\n")
        #expect(
            lines.first
                == #"{"time":"2026-01-02T03:04:05Z","level":"note","message":"two\n","rows":3}"#
        )
        #expect(lines.last?.wholeMatch(of: /\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",.*/) != nil)
    }

    @Test("Messages stand above the line that is drawn over")
    func transient() throws {
        let text = try messages { error in
            error.draw(transient: nil)
            error.draw(transient: "50%")
            error.write(line: "note")
            error.write(question: "sure? ")
        }
        #expect(text == "\r\u{1b}[K50%\r\u{1b}[Knote\n50%\r\u{1b}[Ksure? ")
    }

    @Test("Standard error that cannot be written harms nobody")
    func closedError() throws {
        // No process has this many descriptors open, so it stands for a closed one.
        let closed: Int32 = 1_000_000
        #expect(DescriptorWrite.all(Array("lost".utf8), to: closed) == EBADF)
        for (tokens, code, isSilent) in [
            (["version"], Int32(0), false), (["version", "--nonsense"], 64, true),
        ] {
            let output = try ScratchFile()
            let ended = CommandRunner.run(
                VectorizerRoot.self,
                tokens,
                in: CommandWorld(
                    environment: [:],
                    writer: CheckedWriter(descriptor: output.descriptor),
                    standardError: StandardError(descriptor: closed)
                )
            )
            #expect(ended == code)
            #expect(try output.contents().isEmpty == isSilent)
        }
    }

    @Test("A prompt takes only yes for yes")
    func prompt() throws {
        func ask(_ answer: String?, on terminal: Terminal, yes: Bool = false) -> Prompt.Answer {
            Prompt(
                terminal: terminal,
                assumesYes: yes,
                ask: { #expect($0 == "drop \\x1b? [y/N] ") },
                readAnswer: { answer }
            ).confirm("drop \u{1b}?")
        }
        for answer in ["y", "Y", "yes", " YES \r"] { #expect(ask(answer, on: .wide(80)) == .yes) }
        for answer in ["", "n", "yess", "y n", nil] { #expect(ask(answer, on: .wide(80)) == .no) }
        #expect(ask("y", on: .none) == .cannotAsk)
        #expect(ask(nil, on: .none, yes: true) == .yes)
    }

    @Test("A bar on a terminal is redrawn ten times a second at most, and taken away")
    func drawn() throws {
        let text = try messages { error in
            let clock = HandClock()
            var bar = ProgressBar(
                label: "insert",
                when: .auto,
                total: .bytes(3 << 20),
                terminal: .wide(60),
                standardError: error,
                now: clock.now
            )
            bar.update(rows: 1, bytes: 1 << 10)
            bar.update(rows: 2, bytes: 2 << 10)
            clock.advance(by: .seconds(2))
            bar.update(rows: 1000, bytes: 1 << 20)
            clock.advance(by: .milliseconds(99))
            bar.update(rows: 1001, bytes: 1 << 20)
            clock.advance(by: .milliseconds(1))
            bar.update(rows: 3000, bytes: 3 << 20)
            bar.finish()
            bar.finish()
        }
        #expect(
            text.split(separator: "\r\u{1b}[K") == [
                "insert: 1 rows, 0% of 3.0 MiB",
                "insert: 1000 rows, 500 rows/s, 33% of 3.0 MiB, 0:04 left",
                "insert: 3000 rows, 1428 rows/s, 100% of 3.0 MiB",
            ]
        )
        #expect(text.hasSuffix("\r\u{1b}[K"))
    }

    @Test("A bar is cut to the terminal")
    func cut() throws {
        let text = try messages { error in
            let clock = HandClock()
            var bar = ProgressBar(
                label: "in\u{7}",
                when: .always,
                terminal: .wide(12),
                standardError: error,
                now: clock.now
            )
            bar.update(rows: 1)
        }
        #expect(text == "\r\u{1b}[Kin\\x07: 1 …")
    }

    @Test("Always, without a terminal, is a plain line now and then")
    func lines() throws {
        let text = try messages { error in
            let clock = HandClock()
            var bar = ProgressBar(
                label: "insert",
                when: .always,
                total: .bytes(1 << 40),
                terminal: .none,
                standardError: error,
                now: clock.now
            )
            bar.update(rows: 1, bytes: 1 << 30)
            clock.advance(by: .seconds(5))
            bar.update(rows: 2, bytes: 1 << 20)
            bar.update(rows: 3, bytes: 1 << 38)
            clock.advance(by: .seconds(4000))
            bar.update(rows: 4, bytes: 1 << 38)
            bar.finish()
        }
        #expect(
            text == """
                vectorizer: insert: 2 rows, 0 rows/s, 0% of 1.0 TiB, over 99 hours left
                vectorizer: insert: 3 rows, 0 rows/s, 25% of 1.0 TiB, 0:15 left
                vectorizer: insert: 4 rows, 0 rows/s, 25% of 1.0 TiB, 3:20:15 left

                """
        )
    }

    @Test("Without a known total there is no share; with little, plain bytes")
    func totals() throws {
        let text = try messages { error in
            let clock = HandClock()
            for total in [nil, .bytes(0), .bytes(500), .rows(20)] as [ProgressBar.Total?] {
                var bar = ProgressBar(
                    label: "x",
                    when: .always,
                    total: total,
                    terminal: .none,
                    standardError: error,
                    now: clock.now
                )
                clock.advance(by: .seconds(10))
                bar.update(rows: 5, bytes: 50)
            }
        }
        #expect(
            text == """
                vectorizer: x: 5 rows, 0 rows/s
                vectorizer: x: 5 rows, 0 rows/s
                vectorizer: x: 5 rows, 0 rows/s, 10% of 500 B, 1:30 left
                vectorizer: x: 5 rows, 0 rows/s, 25% of 20 rows, 0:30 left

                """
        )
    }

    @Test("Never is never, and auto needs a terminal")
    func silent() throws {
        let text = try messages { error in
            let clock = HandClock()
            for (when, terminal) in [(When.never, Terminal.wide(80)), (.auto, .none)] {
                var bar = ProgressBar(
                    label: "x",
                    when: when,
                    terminal: terminal,
                    standardError: error,
                    now: clock.now
                )
                clock.advance(by: .seconds(60))
                bar.update(rows: 5)
                bar.finish()
            }
        }
        #expect(text == "")
    }
}
