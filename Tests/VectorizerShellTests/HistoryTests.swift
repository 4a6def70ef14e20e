import Foundation
import Glibc
import TestSupport
import Testing
import VectorizerShell

@Suite("The history")
struct HistoryTests {
    /// A state directory that is not there yet.
    private struct Folder {
        private let scratch: ScratchDirectory

        init() throws { scratch = try ScratchDirectory() }

        var path: String { scratch.path + "/home" }
        var file: String { path + "/state/vectorizer/history" }

        func history(entries: Int = 2000, bytes: Int = 1 << 20) -> HistoryFile {
            HistoryFile(
                directory: path + "/state/vectorizer",
                entryCountMax: entries,
                byteCountMax: bytes
            )
        }
    }

    @Test("Entries come back in order, several lines and backslashes among them")
    func roundTrip() throws {
        let folder = try Folder()
        let file = folder.history()
        #expect(try file.load().isEmpty)
        let entries = ["count docs", "search --vector [1,\n2]", "get a\\ b", "日本 \\n"]
        for entry in entries { try file.append(entry) }
        #expect(try file.load() == entries)
        #expect(try folder.history().load() == entries)
    }

    @Test("What an entry becomes in the file becomes that entry again", arguments: UInt64(0)..<100)
    func lines(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let entry = "x" + random.word()
        let line = HistoryEntry.line(for: entry)
        #expect(!line.contains(0x0A))
        #expect(HistoryEntry.text(of: line) == entry)
    }

    @Test("Nobody else can read it, whatever the umask says")
    func modes() throws {
        let folder = try Folder()
        try folder.history().append("count")
        var facts = stat()
        try #require(stat(folder.file, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        try #require(stat(folder.path + "/state/vectorizer", &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o700)
        chmod(folder.file, 0o644)
        try folder.history().append("count b")
        try #require(stat(folder.file, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
    }

    @Test("The oldest go when there are too many, and those of another shell stay")
    func bounds() throws {
        let folder = try Folder()
        let (one, two) = (folder.history(entries: 5), folder.history(entries: 5))
        for number in 0..<6 {
            try one.append("one \(number)")
            try two.append("two \(number)")
        }
        try one.cut()
        #expect(
            try two.load() == ["two 3", "one 4", "two 4", "one 5", "two 5"]
        )
        let small = folder.history(bytes: 20)
        for number in 10..<30 { try small.append("long \(number)") }
        #expect(try small.load().count <= 3)
        #expect(try small.load().last == "long 29")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: folder.path + "/state/vectorizer"
        )
        #expect(names == ["history"])
    }

    @Test("A place where no history can be kept is told once, and the shell goes on")
    func faults() throws {
        let folder = try Folder()
        let file = folder.history()
        try file.append("count")
        unlink(folder.file)
        symlink("/dev/null", folder.file)
        #expect(throws: HistoryFile.Fault(path: folder.file, reason: "it is a symbolic link")) {
            try file.append("x")
        }
        unlink(folder.file)
        mkdir(folder.file, 0o700)
        #expect(throws: HistoryFile.Fault.self) { try file.append("x") }
        rmdir(folder.file)
        mkfifo(folder.file, 0o600)
        #expect(throws: HistoryFile.Fault(path: folder.file, reason: "it is not a regular file")) {
            try file.append("x")
        }
        var warnings: [String] = []
        var history = History(file: file) { warnings.append($0) }
        #expect(history.add("a") { warnings.append($0) })
        #expect(history.add("b") { warnings.append($0) })
        history.close { warnings.append($0) }
        #expect(warnings.count == 1)
        #expect(history.entries == ["a", "b"])
        let nowhere = HistoryFile(directory: "/dev/null/vectorizer")
        #expect(throws: HistoryFile.Fault.self) { try nowhere.append("x") }
    }

    @Test("The file lies where the user's state does")
    func place() {
        #expect(
            HistoryFile(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])?.path
                == "/s/vectorizer/history"
        )
        #expect(
            HistoryFile(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"])?.path
                == "/h/.local/state/vectorizer/history"
        )
        #expect(HistoryFile(environment: [:]) == nil)
    }

    @Test(
        "Lines with secrets are not remembered",
        arguments: [
            "keys create", ".keys list", "vectorizer keys show x", "-o json keys create",
            "count docs; keys create", "count docs | grep keys", "keys 'open", " count docs",
            "get docs vz_12ab_0123456789abcdef_99",
        ]
    )
    func secrets(line: String) {
        #expect(!HistoryEntry.isKept(line))
        var history = History()
        #expect(!history.add(line) { _ in })
        #expect(history.entries.isEmpty)
    }

    @Test("Repetitions are kept once, long lines in memory only, and nothing when it is off")
    func kept() {
        var history = History()
        #expect(history.add("count") { _ in })
        #expect(!history.add("count") { _ in })
        let long = "search --vector [" + String(repeating: "0.123456,", count: 4096) + "1]"
        #expect(HistoryEntry.isKept(long) && !HistoryEntry.isFiled(long))
        #expect(history.add(long) { _ in })
        history.isOn = false
        #expect(!history.add("stats") { _ in })
        #expect(history.entries == ["count", long])
    }
}
