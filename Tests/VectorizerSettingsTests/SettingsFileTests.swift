import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerSettings

/// The settings file: what is understood, what is refused as which fact, and how it is edited.
@Suite struct SettingsFileTests {
    @Test(
        "What can't be understood is told as a fact with its line",
        arguments: [
            ("[[", 1, nil), ("---\nwait: 1\n---\nwait: 2\n", 3, .hasSeveralDocuments),
            ("- wait\n", 1, .isNoMapping), ("? [a]\n: 1\n", 1, .nameIsNoText),
            ("wait: 1\n\nwait: 2\n", 3, .nameIsTwice("wait")),
            ("wait: 1\nserver: 7\n", 2, .isNoMapping), ("server: [1]\n", 1, .isNoMapping),
            ("server:\n  ? [a]\n  : 1\n", 2, .nameIsNoText),
            ("server:\n  k: 1\nserver.k: 2\n", 3, .nameIsTwice("server.k")),
        ] as [(String, Int, SettingsFileProblem?)]
    )
    func problems(text: String, line: Int, problem: SettingsFileProblem?) throws {
        let error = #expect(throws: SettingsError.self) {
            try SettingsFile(path: "f", text: text)
        }
        guard case .invalidFile("f", line, let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        if let problem { #expect(found == problem) }
    }

    @Test("A name and a value that make no sense are told with their place")
    func values() {
        let place = SettingsError.FilePlace(path: "f", line: 2)
        #expect(throws: SettingsError.unknownName("wiat", at: place)) {
            try SettingsFile(path: "f", text: "wait: 1\nwiat: 2\n")
        }
        #expect(throws: SettingsError.invalidValue(.limitK, value: "0", at: place)) {
            try SettingsFile(path: "f", text: "wait: 1\nlimit_k: 0\n")
        }
        #expect(throws: SettingsError.invalidValue(.limitK, value: nil, at: place)) {
            try SettingsFile(path: "f", text: "wait: 1\nlimit_k: [1]\n")
        }
    }

    /// Makes a socket's name, as a program that listens there does.
    private func listen(at path: String) throws {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(code == 0)
    }

    @Test("A section may be empty in any form; a place that can't be opened is told")
    func emptySection() throws {
        for text in ["server:\n", "server: {}\n", "server: []\n"] {
            #expect(throws: Never.self) { try SettingsFile(path: "f", text: text) }
        }
        let long = "/" + String(repeating: "x", count: 300)
        #expect(throws: SettingsError.self) { try SettingsFile.read(in: long) }
    }

    @Test("Settings of the server stand in a section or with whole names, and are edited there")
    func section() throws {
        let text = "wait: 1\nserver:\n  k: 5   # few\n  rate: 600/min\nserver.points: 7\n"
        let file = try SettingsFile(path: "f", text: text)
        #expect(file.entries[.serverK]?.text == "5" && file.entries[.serverK]?.line == 3)
        #expect(file.entries[.serverRate]?.text == "600/min")
        #expect(file.entries[.serverPoints]?.text == "7")
        func set(_ key: SettingKey, _ value: String) throws -> String {
            try SettingsFile.text(setting: key, to: value, in: text, path: "f")
        }
        #expect(try set(.serverK, "6") == text.replacing("k: 5", with: "k: 6"))
        #expect(try set(.serverPoints, "8") == text.replacing("points: 7", with: "points: 8"))
        #expect(try set(.serverQueue, "9") == text + "server.queue: 9\n")
        let without = try SettingsFile.text(unsetting: .serverK, in: text, path: "f")
        #expect(without == text.replacing("  k: 5   # few\n", with: ""))
        #expect(throws: SettingsError.unknownName("server.port", at: .init(path: "f", line: 2))) {
            try SettingsFile(path: "f", text: "server:\n  port: 1\n")
        }
        // What can't be edited line by line is left alone.
        #expect(throws: SettingsError.fileNotEditable(path: "f")) {
            try SettingsFile.text(
                setting: .serverK,
                to: "6",
                in: "server: {k: 5, rate: off}\n",
                path: "f"
            )
        }
    }

    @Test("What is no plain file that its owner alone can write is refused")
    func oddFiles() throws {
        let folder = try ScratchDirectory()
        let path = SettingsFile.path(in: folder.path)
        func expect(_ problem: SettingsFileProblem) throws {
            #expect(throws: SettingsError.invalidFile(path: path, line: nil, problem: problem)) {
                try SettingsFile.read(in: folder.path)
            }
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try SettingsFile.read(in: folder.path) == nil)
        #expect(mkdir(path, 0o700) == 0)
        try expect(.isDirectory)
        #expect(symlink("/etc/passwd", path) == 0)
        try expect(.isSymbolicLink)
        #expect(mkfifo(path, 0o600) == 0)
        try expect(.isNoRegularFile)
        try listen(at: path)
        try expect(.isNoRegularFile)
        func write(_ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(filePath: path))
            #expect(chmod(path, 0o600) == 0)
        }
        try write([0x77, 0xff])
        try expect(.isNotText)
        try write([UInt8](repeating: UInt8(ascii: "#"), count: (64 << 10) + 1))
        try expect(.isTooLarge(byteCountMax: 64 << 10))
        try write(Array("wait: 3\n".utf8))
        #expect(try SettingsFile.read(in: folder.path)?.entries[.wait]?.text == "3")
        #expect(chmod(path, 0o666) == 0)
        let open = VectorStoreError.store(.writableByOthers(path: path))
        #expect(throws: SettingsError.inaccessible(open, dataDirectory: folder.path)) {
            try SettingsFile.read(in: folder.path)
        }
    }

    @Test("An edit changes one line and leaves the others as they are")
    func editing() throws {
        let text = "# ours\r\nwait: 3 # seconds\r\n"
        let set = try SettingsFile.text(setting: .wait, to: "5", in: text, path: "f")
        #expect(set == "# ours\r\nwait: 5 # seconds\r\n")
        let more = try SettingsFile.text(setting: .logFile, to: "it's", in: set, path: "f")
        #expect(more == set + "log_file: 'it''s'\r\n")
        let unset = try SettingsFile.text(unsetting: .wait, in: more, path: "f")
        #expect(unset == "# ours\r\nlog_file: 'it''s'\r\n")
        #expect(throws: SettingsError.fileNotEditable(path: "f")) {
            try SettingsFile.text(
                setting: .wait,
                to: "5",
                in: "{wait: 3, compaction: auto}\n",
                path: "f"
            )
        }
    }

    @Test("A log may not be in the place of the store's own files")
    func logPlaces() throws {
        let folder = try ScratchDirectory()
        #expect(mkdir(folder.path + "/store", 0o700) == 0)
        let places: [(String, LogPlaceProblem?)] = [
            ("a.log", nil), ("store/a.log", .isInStore), ("LOCK.write", .isFileOfStore),
            ("config.yaml.1", .isFileOfStore), ("..", .isDirectory), ("store/", .isDirectory),
            ("/no/such/folder/a.log", nil),
        ]
        for (name, problem) in places {
            #expect(LogPlace.problem(name, in: folder.path) == problem, "\(name)")
        }
        #expect(
            throws: SettingsError.invalidLogPlace(
                name: "VECTORIZER_LOG_FILE",
                value: "store/x",
                problem: .isInStore
            )
        ) {
            try Settings.inForce(in: folder.path, ["VECTORIZER_LOG_FILE": "store/x"])
        }
    }
}
