import Foundation
import Glibc
import Testing
import VectorStore

/// What is left of the directory that `restore --to` was to make.
extension RestoreCommandTests {
    @Test("A restore that fails or is refused leaves of the directory it was to make nothing")
    func leaves() throws {
        let (bench, _) = try changed()
        let new = bench.path + "/deep/er/new"
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            name == .write && path.contains("/restore-") ? ENOSPC : nil
        }
        let full = try SystemCall.$fault.withValue(hook) {
            try bench.run("restore", bench.repository, "--to", new)
        }
        #expect(full.code == 74, "\(full.error)")
        #expect(try bench.fileNames() == ["changed.jsonl", "repo"])
        for (options, code) in [
            (["--snapshot", "none"], Int32(66)), (["--collection", "docs"], 64),
            (["--as-of", "2001-01-01"], 66), (["-n"], 0),
        ] {
            let outcome = try bench.run(["restore", bench.repository, "--to", new] + options)
            #expect(outcome.code == code, "\(outcome.error)")
            #expect(try bench.fileNames() == ["changed.jsonl", "repo"])
        }
        // What was there before stays, with the mode that it had.
        try bench.shell("mkdir -m 0750 \"$HOME/there\"")
        try bench.flip(bench.repositoryFile("chunks"))
        for place in [new, bench.path + "/there", bench.path + "/there/new"] {
            let outcome = try bench.program("restore", bench.repository, "--to", place)
            #expect(outcome.code == 76, "\(outcome.error)")
            #expect(try bench.fileNames() == ["changed.jsonl", "repo", "there"])
            let there = bench.path + "/there"
            #expect(try FileManager.default.contentsOfDirectory(atPath: there) == [])
            var facts = stat()
            #expect(stat(there, &facts) == 0 && facts.st_mode & 0o7777 == 0o750)
        }
    }

    @Test("Nor does one that is interrupted", arguments: [SIGINT, SIGTERM], ["new", "deep/new"])
    func leavesInterrupted(signal: Int32, place: String) async throws {
        let (bench, _) = try changed()
        let line = ChildLine(
            ["restore", bench.repository, "--to", bench.path + "/" + place],
            in: bench.environment,
            signal: signal
        )
        await #expect(processExitsWith: .exitCode(128 + signal)) { [line = line as ChildLine] in
            line.run { name, path in name == .write && path.contains("/restore-") }
        }
        #expect(try bench.fileNames() == ["changed.jsonl", "repo"])
    }

    @Test("What another process has begun in the same place meanwhile stays")
    func leavesOthers() throws {
        let (bench, _) = try changed()
        let new = bench.path + "/new"
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            guard name == .write, path.contains("/restore-") else { return nil }
            _ = mkdir(new + "/mine", 0o700)
            return ENOSPC
        }
        let full = try SystemCall.$fault.withValue(hook) {
            try bench.run("restore", bench.repository, "--to", new)
        }
        #expect(full.code == 74)
        #expect(try FileManager.default.contentsOfDirectory(atPath: new).contains("mine"))
    }
}
