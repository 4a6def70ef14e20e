import Testing
import VectorStore
import VectorizerSettings

/// Settings as values: what wins, what is refused, and what a change does to a running process.
@Suite struct SettingsTests {
    private func file(_ text: String) throws(SettingsError) -> SettingsFile {
        try SettingsFile(path: "f", text: text)
    }

    @Test("A variable wins over the file, the file over the default, and what is given over all")
    func order() throws {
        let environment = ["VECTORIZER_WAIT": "30.0", "VECTORIZER_LIMIT_K": ""]
        let file = try file("wait: 20\nlimit_k: 7\nbatch_rows: 9\nlimit_batch_rows: 5\n")
        let settings = try Settings(environment: environment, file: file)
        #expect(settings[.wait].value == "30" && settings[.wait].source == .environment)
        #expect(settings.waitSeconds == 30)
        #expect(settings[.limitK].source == .file && settings.limits.neighbourCount == 7)
        #expect(settings.batchRowCount == 5 && settings.batchByteCount == 16 << 20)
        #expect(settings[.logLevel].source == .builtIn)
        let given = settings.with([.wait: "1"], defaultOutput: .csv)
        #expect(given[.wait].source == .option && given.waitSeconds == 1)
        #expect(given.choice(.output, as: OutputMode.self) == .csv)
        #expect(given.auditRetentionSeconds == nil)
    }

    @Test("A variable without a sensible value is refused, unless the command line wins over it")
    func variables() throws {
        let environment = ["VECTORIZER_WAIT": "soon"]
        #expect(throws: SettingsError.invalidVariable(.wait, value: "soon")) {
            try Settings(environment: environment, file: nil)
        }
        let settings = try Settings(environment: environment, file: nil, given: [.wait])
        #expect(settings[.wait].value == "10")
    }

    @Test("A name is a setting, a section or unknown")
    func names() throws {
        #expect(try SettingKey.named("limit_k") == .limitK)
        #expect(throws: SettingsError.sectionName("server")) { try SettingKey.named("server") }
        #expect(throws: SettingsError.unknownName("wiat", at: nil)) {
            try SettingKey.named("wiat")
        }
    }

    @Test("Each error has a name by which programs know it")
    func kinds() {
        let place = SettingsError.FilePlace(path: "f", line: 1)
        let kinds: [(SettingsError, String)] = [
            (.unknownName("x", at: place), "unknown_setting"),
            (.sectionName("server"), "unknown_setting"),
            (.invalidVariable(.wait, value: ""), "invalid_setting"),
            (.invalidValue(.wait, value: nil, at: place), "invalid_setting"),
            (.invalidLogPlace(name: "", value: "", problem: .isInStore), "invalid_setting"),
            (.invalidFile(path: "f", line: 1, problem: .isNotText), "invalid_settings_file"),
            (.fileNotEditable(path: "f"), "settings_file_not_editable"),
            (.inaccessible(.store(.foreignOwner(path: "f")), dataDirectory: ""), "foreign_owner"),
        ]
        for (error, kind) in kinds { #expect(error.kind == kind) }
    }

    @Test("Each setting takes its own default")
    func defaults() {
        for key in SettingKey.allCases {
            guard let usual = key.defaultValue else { continue }
            #expect(key.kind.takes(usual), "\(key)")
        }
    }

    @Test("The data directory is given, or set, or below the home directory")
    func dataDirectory() {
        func place(_ given: String?, _ environment: [String: String]) -> [String] {
            let setting = Settings.dataDirectory(given, environment)
            return [setting.value, setting.source.rawValue]
        }
        var environment = ["HOME": "/home/a"]
        #expect(place(nil, environment) == ["/home/a/.local/share/vectorizer", "default"])
        #expect(place(nil, ["HOME": "/"]) == ["/.local/share/vectorizer", "default"])
        environment["XDG_DATA_HOME"] = "data"
        #expect(place(nil, environment)[1] == "default")
        environment["XDG_DATA_HOME"] = "/data"
        #expect(place(nil, environment) == ["/data/vectorizer", "environment"])
        environment["VECTORIZER_DATA_DIR"] = "here"
        #expect(place(nil, environment) == ["here", "environment"])
        #expect(place("there", environment) == ["there", "option"])
    }

    @Test("What can change and what can't is told setting by setting")
    func function() throws {
        func settings(_ text: String) throws -> Settings {
            try Settings(environment: [:], file: file(text))
        }
        let running = try settings("wait: 1\nlog_files: 3\n")
        let fresh = try settings("wait: 2\nlog_files: 4\nlog_level: info\n")
        let applied = fresh.applied(to: running)
        #expect(applied.changed == [.wait, .logLevel])
        #expect(applied.waiting == [.logFiles])
        #expect(applied.settings[.wait].value == "2")
        #expect(applied.settings[.logFiles].value == "3")
        let same = running.applied(to: running)
        #expect(same.changed.isEmpty && same.waiting.isEmpty)
        let fixed = SettingKey.allCases.filter(\.isFixedWhileRunning)
        #expect(
            fixed == [
                .logFile, .logFileBytes, .logFiles, .serverListen, .serverHeaderBytes,
                .serverConnections, .serverSearches,
            ]
        )
    }

    @Test(
        "A kind of setting says which texts it takes",
        arguments: [
            (.numberOr("auto", 1...5), ["auto", "1", "5"], ["0", "6", "", "Auto", "+1"]),
            (.number(2...3), ["2", "3"], ["1", "4", "x", "-2"]),
            (.rows, ["1", "1000"], ["0", "-1", "many"]),
            (.seconds(0...10), ["0", "2.5", "10"], ["11", "1e0", "-1", ".", ""]),
            (.spanOr("forever"), ["forever", "90d"], ["0d", "d", ""]),
            (.address, ["127.0.0.1:1", "[::1]:80"], ["", "6333", "host:1", "127.0.0.1:65536"]),
            (.words("none"), ["none", "a", "a:1,b"], ["", "a,", "a b", ",", "é"]),
            (.rateOr("off"), ["off", "600/min"], ["", "0/s", "600", "on"]),
            (.path, ["log", "/var/log/x"], ["a\u{7}b", String(repeating: "x", count: 5000)]),
            (
                .levels, ["off", "info", "off,store=debug"],
                ["critical", "store=debug,info", "loud"]
            ),
        ] as [(SettingKind, [String], [String])]
    )
    func kinds(kind: SettingKind, taken: [String], refused: [String]) {
        for text in taken { #expect(kind.takes(text), "\(text)") }
        for text in refused { #expect(!kind.takes(text), "\(text)") }
        #expect(!kind.expected.isEmpty)
    }
}
