import Testing
import VectorizerCommands

@Suite struct LineScannerTests {
    private struct Sample: ScannedOption {
        let name: String
        let takesValue: Bool
        let takesAnyWord: Bool

        static func named(_ name: String) -> Sample? {
            switch name {
            case "--file", "-f": Sample(name: "file", takesValue: true, takesAnyWord: false)
            case "--any", "-a": Sample(name: "any", takesValue: true, takesAnyWord: true)
            case "--quiet", "-q": Sample(name: "quiet", takesValue: false, takesAnyWord: false)
            default: nil
            }
        }
    }

    /// A line's parts as text, each with the place of its token.
    private func parts(_ line: String) -> [String] {
        var scanner = LineScanner<Sample>(line.split(separator: " ").map(String.init))
        var parts: [String] = []
        while let item = scanner.next(Sample.named) {
            let text =
                switch item {
                case .word(let word): word
                case .terminator: "end"
                case .unknown(let name): "?\(name)"
                case .option(let option, let value):
                    option.name + (value.map { "=\($0)" } ?? "") + (scanner.isApart ? "" : "+")
                }
            parts.append("\(scanner.place) \(text)")
        }
        return parts
    }

    @Test(
        "A line is taken apart as the parser does it",
        arguments: [
            ("", []), ("a - b", ["0 a", "1 -", "2 b"]), ("--file x y", ["0 file=x", "2 y"]),
            ("--file=x y", ["0 file=x+", "1 y"]), ("--file= y", ["0 file=+", "1 y"]),
            ("-f x -q", ["0 file=x", "2 quiet"]), ("-fx y", ["0 file=x+", "1 y"]),
            ("-f=x", ["0 file=x+"]), ("-qqf x y", ["0 quiet+", "0 quiet+", "0 file=x+", "2 y"]),
            ("--file -q x", ["0 file", "1 quiet", "2 x"]), ("--file - x", ["0 file=-", "2 x"]),
            ("--any -q x", ["0 any=-q", "2 x"]), ("-a --", ["0 any=--"]),
            ("-qa", ["0 quiet+", "0 any+"]),
            ("--file", ["0 file"]), ("--quiet x", ["0 quiet", "1 x"]),
            ("--quiet=x", ["0 quiet=x+"]),
            ("--files x", ["0 ?--files", "1 x"]), ("--files=x", ["0 ?--files"]),
            ("-x y", ["0 ?-x", "1 y"]), ("-xq", ["0 ?-xq"]),
            ("-qxf y", ["0 quiet+", "0 ?-x", "1 y"]),
            ("-5", ["0 ?-5"]), ("-qé", ["0 quiet+", "0 ?-é"]),
            ("a -- -q --file", ["0 a", "1 end", "2 -q", "3 --file"]),
        ]
    )
    func parts(line: String, expected: [String]) {
        #expect(parts(line) == expected)
    }

    @Test(
        "A line's command is its first word that is no option's value",
        arguments: [
            (["count"], "count"), (["-o", "json", "count"], "count"),
            (["-ojson", "count"], "count"),
            (["-qo", "json", "count"], "count"), (["--wait", "-1", "count"], "count"),
            (["-q", "--bogus", "count", "x"], "count"), (["-o", "json"], nil), ([], nil),
            (["--", "count"], nil), (["-o", "-q", "count"], "count"),
            (["-o", "-", "count"], "count"),
        ] as [([String], String?)]
    )
    func command(tokens: [String], expected: String?) {
        #expect(ScannedLine(tokens).command == expected)
    }
}
