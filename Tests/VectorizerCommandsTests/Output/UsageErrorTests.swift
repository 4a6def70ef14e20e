import ArgumentParser
import Testing
import VectorizerCommands
import VectorizerSettings

@Suite struct UsageErrorTests {
    /// Parses a line as the program would and explains why it did not run.
    private func explain(_ line: String) async -> ParsedUsageError? {
        let tokens = line.split(separator: " ").map(String.init)
        do {
            let command = try await SampleRoot.asyncParseAsRoot(tokens)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
            return nil
        } catch {
            return ParsedUsageError(
                root: SampleRoot.self,
                tokens: tokens,
                error: error,
                columns: 80
            )
        }
    }

    @Test(
        "A mistake is one sentence, and the hint names the command it was made in",
        arguments: [
            ("", "missing command", ""),
            ("--quiet", "missing command", ""),
            ("keys", "missing subcommand after 'keys'", " keys"),
            ("insert", "missing expected argument '<COLLECTION>'", " insert"),
            ("serach x", "unknown command 'serach', did you mean 'search'?", " search"),
            ("serach --k 3", "unknown command 'serach', did you mean 'search'?", " search"),
            ("fnid x", "unknown command 'fnid', did you mean 'find'?", " search"),
            ("-q -D dir serach", "unknown command 'serach', did you mean 'search'?", " search"),
            ("frobnicate", "unknown command 'frobnicate'", ""),
            ("sercet", "unknown command 'sercet'", ""),
            ("keys crate", "unknown command 'keys crate', did you mean 'create'?", " keys create"),
            ("keys create x", "unexpected argument 'x'", " keys create"),
            ("help serach", "unknown command 'serach', did you mean 'search'?", " search"),
            (
                "help keys crate", "unknown command 'keys crate', did you mean 'create'?",
                " keys create"
            ),
            ("insert c --formt x", "unknown option '--formt', did you mean '--format'?", " insert"),
            ("insert c --formt=x", "unknown option '--formt', did you mean '--format'?", " insert"),
            (
                "insert c --data-dri x", "unknown option '--data-dri', did you mean '--data-dir'?",
                " insert"
            ),
            ("--formt x insert", "unknown option '--formt'", ""),
            ("insert -ojson c --bogus", "unknown option '--bogus'", " insert"),
            ("insert c --batch-size 0", "--batch-size must be at least 1", " insert"),
            (
                "insert c --batch-size x", "the value 'x' is invalid for '--batch-size <N>'",
                " insert"
            ),
            (
                "-o xml insert c",
                "the value 'xml' is invalid for '-o <MODE>'. Please provide one of "
                    + "'table', 'json' or 'jsonl'", " insert"
            ),
            ("search c -o", "missing value for '-o'", " search"),
            ("search c --vector", "missing value for '--vector <vector>'", " search"),
            (
                "search c -k5 -5",
                "'-5' looks like an option; a value such as this is written behind an =, as in "
                    + "--limit=-1, and an argument behind --", " search"
            ),
            ("search c -qz", "unknown option '-z'", " search"),
            ("search c -k 5 -- -x", "unexpected argument '-x'", " search"),
            (
                "search c --exact=3",
                "the option '--exact' does not take any value, but '3' was specified", " search"
            ),
            ("search c d e", "2 unexpected arguments: 'd', 'e'", " search"),
            ("find", "missing expected argument '<collection>'", " search"),
            ("search --wait --quiet", "missing value for '--wait <SECONDS>'", " search"),
            (
                "--generate-completion-script tcsh search",
                "can't generate completion scripts for 'tcsh'. Please use "
                    + "--generate-completion-script=<shell> with one of: zsh bash fish", " search"
            ),
        ]
    )
    func mistakes(line: String, message: String, topic: String) async throws {
        guard case .diagnostic(let diagnostic) = await explain(line) else {
            Issue.record("not a diagnostic")
            return
        }
        #expect(diagnostic.code == 64)
        #expect(diagnostic.kind == "usage")
        #expect(diagnostic.message == message)
        #expect(diagnostic.hint == "vectorizer help\(topic)")
    }

    @Test(
        "Help, version and scripts are text for standard output",
        arguments: [
            ("help", "OVERVIEW: An embedded vector database"),
            ("-h", "OVERVIEW: An embedded vector database"),
            ("-qh", "OVERVIEW: An embedded vector database"),
            ("help insert", "OVERVIEW: Insert points"),
            ("help keys create", "OVERVIEW: Make a key"),
            ("help find", "OVERVIEW: Find the nearest"),
            ("help help", "OVERVIEW: "),
            ("insert --help", "OVERVIEW: Insert points"),
            ("insert c --vector --help", "OVERVIEW: Insert points"),
            ("keys --help", "OVERVIEW: API keys"),
            ("insert --help-hidden", "OVERVIEW: Insert points"),
            ("--version", "vectorizer 1.2.3\n"),
            ("insert --version", "vectorizer 1.2.3\n"),
            ("--generate-completion-script bash", "#!/bin/bash"),
            ("--generate-completion-script=fish", "function "),
            ("--experimental-dump-help", "{"),
        ]
    )
    func texts(line: String, start: String) async throws {
        guard case .text(let text) = await explain(line) else {
            Issue.record("not text")
            return
        }
        #expect(text.hasPrefix(start))
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n\n"))
    }

    @Test("A vector that starts with a hyphen is a value, not an option")
    func vectorValue() async {
        guard case .text = await explain("search c --vector -0.1,2") else {
            Issue.record("the line should have parsed")
            return
        }
    }

    @Test("A description of the commands that cannot be read is a bug of ours")
    func brokenDump() {
        let explained = ParsedUsageError(
            root: SampleRoot.self,
            tokens: [],
            error: ValidationError("wrong"),
            describe: { _ in try HelpDump(json: "{").command }
        )
        guard case .diagnostic(let diagnostic) = explained else {
            Issue.record("not a diagnostic")
            return
        }
        #expect(diagnostic.code == 70)
        #expect(diagnostic.kind == "internal")
    }

    @Test(
        "The parser's messages become sentences",
        arguments: [
            ("Bad thing.", "bad thing"), ("JSON is broken", "JSON is broken"), ("", ""),
            ("A value", "a value"), ("One of:\n  - a\n  - b\nor none", "one of: a, b or none"),
            ("Unknown '-x'\n   or: missing", "unknown '-x' or: missing"),
        ]
    )
    func sentences(message: String, expected: String) {
        #expect(ParsedUsageError.sentence(from: message) == expected)
    }

    @Test(
        "The output mode is found in lines that do not parse",
        arguments: [
            (["-o", "json", "--bogus"], [:], .json), (["--output=csv"], [:], .csv),
            (["x", "--output", "ids"], [:], .ids), (["-ojsonl"], [:], .jsonl),
            (["-o=tsv"], [:], .tsv), (["-qo", "json"], [:], .json), (["-qvojson"], [:], .json),
            (["-o", "csv", "-o", "json"], [:], .json), (["-o"], [:], nil), (["--output"], [:], nil),
            (["-o", "xml"], ["VECTORIZER_OUTPUT": "json"], .json),
            (["--", "-o", "json"], [:], nil), (["-Dojson", "--outputs=json"], [:], nil),
            ([], ["VECTORIZER_OUTPUT": "csv"], .csv), ([], ["VECTORIZER_OUTPUT": ""], nil),
            (["-o", "ids"], ["VECTORIZER_OUTPUT": "csv"], .ids), (["-", "-o", "json"], [:], .json),
        ] as [([String], [String: String], OutputMode?)]
    )
    func requested(tokens: [String], environment: [String: String], mode: OutputMode?) {
        let options = ScannedLine(tokens).options
        #expect(options.over(environment: environment).output == mode)
    }

    @Test(
        "The nearest word is offered if it is near",
        arguments: [
            ("insrt", "insert"), ("isnert", "insert"), ("INSERT", "insert"), ("list", nil),
            ("list-point", "list-points"), ("x", nil), ("", nil), ("stat", "stats"),
        ]
    )
    func suggestions(word: String, expected: String?) {
        let commands = ["insert", "list-points", "list-collections", "stats", "search"]
        #expect(Suggestion.nearest(to: word, in: commands) == expected)
    }

    @Test("Of near words the nearest is offered, of equally near ones the first")
    func nearest() {
        #expect(Suggestion.nearest(to: "abcdef", in: ["abcxyf", "abcdex", "abcdey"]) == "abcdex")
        #expect(Suggestion.nearest(to: "a", in: [""]) == "")
    }
}
