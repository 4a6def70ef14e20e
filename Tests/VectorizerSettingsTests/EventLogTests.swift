import Foundation
import Glibc
import Logging
import Synchronization
import TestSupport
import Testing
import VectorizerSettings

/// The log without a command: a server has the same.
@Suite struct EventLogTests {
    /// Keeps what it is told.
    private final class Told<Item: Sendable>: Sendable {
        private let items = Mutex<[Item]>([])
        var all: [Item] { items.withLock { $0 } }
        func add(_ item: Item) { items.withLock { $0.append(item) } }
    }

    private struct Lines: LogDestination {
        let told = Told<String>()
        func write(_ line: String) { told.add(line) }
    }

    private func settings(_ text: String) throws -> Settings {
        try Settings(environment: [:], file: SettingsFile(path: "f", text: text))
    }

    @Test("Nothing is logged where nothing is asked for", arguments: ["off", "off,keys=off"])
    func off(level: String) throws {
        let settings = try settings("log_level: \(level)\n")
        #expect(EventLog(settings, dataDirectory: "/", fallback: Lines()) { _ in } == nil)
    }

    @Test("A line of text has its facts in order, with numbers, without keys and control bytes")
    func text() throws {
        let lines = Lines()
        let settings = try settings("log_level: warning,store=debug\n")
        let log = try #require(
            EventLog(settings, dataDirectory: "/", fallback: lines) { _ in }
        )
        let key = "vz_0123456789abcdef_" + String(repeating: "0123abcd", count: 4)
        let facts: Logger.Metadata = [
            "text": "\(key)\u{1b}", "count": .stringConvertible(UInt64(7)),
        ]
        log.logger("store").debug("opened\n", metadata: facts)
        log.logger("command").info("too quiet")
        #expect(lines.told.all.count == 1)
        let line = try #require(lines.told.all.first)
        #expect(line.hasSuffix("] opened\\n count=7 text=vz_…\\x1b"), "\(line)")
        #expect(line.contains("Z debug store [\(getpid()) "))
    }

    @Test("A line of JSON has the same facts")
    func json() throws {
        let lines = Lines()
        let settings = try settings("log_level: info\nlog_format: json\n")
        let log = try #require(
            EventLog(settings, dataDirectory: "/", fallback: lines) { _ in }
        )
        log.logger("keys").notice("a \"key\" \u{202e}", metadata: ["count": .stringConvertible(7)])
        let line = try #require(lines.told.all.first)
        #expect(line.contains(#""subsystem":"keys","process":\#(getpid()),"id":""#), "\(line)")
        #expect(line.hasSuffix(#""message":"a \"key\" \u202e","count":7}"#), "\(line)")
    }

    @Test("A logger's own facts stand in its lines, and a part that is off says nothing at all")
    func facts() throws {
        let lines = Lines()
        let settings = try settings("log_level: info,keys=off\n")
        let log = try #require(EventLog(settings, dataDirectory: "/", fallback: lines) { _ in })
        var logger = log.logger("store")
        logger[metadataKey: "request"] = "7"
        #expect(logger[metadataKey: "request"] == "7")
        logger.info("opened", metadata: ["path": "d"])
        log.logger("keys").critical("not even this")
        #expect(lines.told.all.count == 1)
        #expect(lines.told.all.first?.hasSuffix("opened path=d request=7") == true)
    }

    @Test("A file is turned over, and one that can't be written is told once")
    func files() throws {
        let folder = try ScratchDirectory()
        let told = Told<LogProblem>()
        let path = folder.path + "/log"
        let file = RotatingFile(path: path, byteCountMax: 10, fileCount: 2) { told.add($0) }
        for line in ["first", "second", "third"] { file.write(line) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "third\n")
        #expect(try String(contentsOfFile: path + ".1", encoding: .utf8) == "second\n")
        #expect(told.all == [])
        let link = folder.path + "/link"
        #expect(symlink(path, link) == 0)
        let refused = RotatingFile(path: link, byteCountMax: 10, fileCount: 1) { told.add($0) }
        for _ in 0..<2 { refused.write("lost") }
        #expect(told.all == [.isSymbolicLink(link)])
    }
}
