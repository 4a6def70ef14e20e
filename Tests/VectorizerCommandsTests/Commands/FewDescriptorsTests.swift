import Testing
import VectorizerCommands

/// Limits of open files that are too low for a command: told by 69, never by a signal.
@Suite(.timeLimit(.minutes(10))) struct FewDescriptorsTests {
    /// Lines of all kinds.
    private static let lines = [
        "init -D $HOME/new", "insert docs $HOME/rows.jsonl", "search docs --id a -k 2",
        "compact docs --rebuild --threads 2", "verify --full", "backup $REPO --prove",
        "restore $REPO --to $HOME/copy", "restore $REPO --yes",
        "keys create --name k --scope docs:read", "shell -c 'count docs' -c audit", "stats",
        "version",
    ]

    private func filled() throws -> CommandBench {
        let bench = try CommandBench.withDocs()
        try bench.succeed("compact", "docs")
        try bench.backUp()
        _ = try bench.file("rows.jsonl", #"{"id":"a","vector":[1,2]}"# + "\n")
        return bench
    }

    @Test("Below the number that is needed each command is refused, and told that number")
    func limits() throws {
        let bench = try filled()
        let before = try bench.storeBytes()
        let program = try ProgramRun.program
        let least = Process.descriptorCountMin
        // The loader of a dynamically linked program itself wants one.
        try bench.shell(
            """
            for count in 4 5 8 12 20 \(least - 1); do
                for command in init insert search compact verify backup restore shell keys; do
                    code=0
                    (ulimit -n $count; exec '\(program)' $command) 2>"$HOME/err" || code=$?
                    [ $code = 69 ] || { echo "$count $command: $code" >&2; exit 1; }
                    grep -q "may open $count files at once, and needs at least \
            \(least)" "$HOME/err"
                done
            done
            (ulimit -n \(least); exec '\(program)' count docs -o ids) >/dev/null
            """
        )
        #expect(try bench.storeBytes() == before)
    }

    @Test("With any number of descriptors taken a command works or is refused, and never traps")
    func taken() throws {
        let bench = try filled()
        let program = try ProgramRun.program
        // Bash holds some of its own, so the last rounds have enough for every command.
        try bench.shell(
            """
            for free in 2 3 4 5 6 7 8 9 10 12 14 18 24; do
                while read -r line; do
                    code=0
                    (
                        for ((fd = 3; fd < 64 - free; fd++)); do eval "exec $fd</dev/null"; done
                        ulimit -n 64
                        eval "exec '\(program)' -q $line"
                    ) >/dev/null 2>"$HOME/err" </dev/null || code=$?
                    case $code in
                        0 | 69) ;;
                        *) echo "$free free, $line: $code $(cat "$HOME/err")" >&2; exit 1 ;;
                    esac
                    rm -rf "$HOME/new" "$HOME/copy"
                done <"$HOME/lines"
            done
            """,
            lines: Self.lines
        )
        #expect(try bench.program("verify", "--full").code == 0)
    }
}

extension CommandBench {
    fileprivate func shell(_ script: String, lines: [String]) throws {
        _ = try file("lines", lines.joined(separator: "\n") + "\n")
        try shell(script)
    }
}
