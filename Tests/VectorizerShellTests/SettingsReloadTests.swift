import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands
import VectorizerSettings
import VectorizerShell

/// What a session makes of settings that change while it runs.
@Suite struct SettingsReloadTests {
    private func docs(_ settings: String) throws -> ShellBench {
        let bench = try ShellBench()
        try Store.create(path: bench.store)
        try write(settings, bench)
        return bench
    }

    private func write(_ text: String, _ bench: ShellBench) throws {
        let path = bench.store + "/config.yaml"
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(chmod(path, 0o600) == 0)
    }

    private func line(_ line: String, _ shell: Shell, _ bench: ShellBench) throws -> String {
        let outcome = try bench.run(line, in: shell)
        return outcome.output + outcome.error
    }

    @Test("The next line follows a changed file, and says what changed and what has to wait")
    func reload() throws {
        let bench = try docs("wait: 3\nlimit_dimension: 2\n")
        let shell = bench.shell()
        #expect(try line("config get wait -o ids", shell, bench) == "3\n")
        #expect(try line("create-collection a --dim 3", shell, bench).contains("at most 2"))
        try write("wait: 4\nlimit_dimension: 3\nlog_file: x\n", bench)
        let told = try line("config get wait -o ids", shell, bench)
        #expect(told.hasPrefix("4\n"))
        #expect(told.contains("settings changed: wait, limit_dimension"))
        #expect(told.contains("settings that change with the next start: log_file"))
        #expect(try line("config get log_file -o ids", shell, bench) == "\n", "said once")
        // The store that is kept open follows, too.
        #expect(try bench.run("create-collection a --dim 3", in: shell).code == 0)
        #expect(try line("config get wait -o ids --wait 9", shell, bench) == "9\n")
        #expect(try line("config get wait -o ids", shell, bench) == "4\n", "an option is no change")
    }

    @Test("A variable that an option hides for a line is no change", arguments: [0, 1])
    func hiddenVariable(first: Int) throws {
        let bench = try docs("wait: 3\n")
        let keeper = SettingsKeeper()
        let environment = ["VECTORIZER_WAIT": "9"]
        for number in 0..<4 {
            let given: Set<SettingKey> = number % 2 == first ? [.wait] : []
            let settings = try keeper.settings(in: bench.store, environment, given: given)
            if given.isEmpty { #expect(settings[.wait].value == "9") }
            #expect(keeper.news() == [])
        }
        let changed = ["VECTORIZER_WAIT": "8"]
        _ = try keeper.settings(in: bench.store, changed, given: [.wait])
        #expect(keeper.news() == [])
        #expect(try keeper.settings(in: bench.store, changed)[.wait].value == "8")
        #expect(keeper.news() == ["settings changed: wait"])
    }

    @Test("A file that breaks while a session runs changes nothing, and is told once")
    func broken() throws {
        let bench = try docs("wait: 3\n")
        let shell = bench.shell()
        #expect(try line("config get wait -o ids", shell, bench) == "3\n")
        try write("wait: 4\nwiat: 5\n", bench)
        let told = try line("config get wait -o ids", shell, bench)
        #expect(told.hasPrefix("3\n") && told.contains("did you mean 'wait'?"))
        #expect(try line("config get wait -o ids", shell, bench) == "3\n")
        try write("wait: 5\n", bench)
        #expect(try line("config get wait -o ids", shell, bench).hasPrefix("5\n"))
    }
}
