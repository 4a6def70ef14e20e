import CKernels
import Foundation
import Testing

/// Handlers belong to a process, so each claim is tried in one of its own.
@Suite("Signals", .timeLimit(.minutes(10)))
struct SignalTests {
    @Test("The first request to stop is remembered, and can be forgotten")
    func remembered() async {
        await #expect(processExitsWith: .exitCode(7)) {
            SignalTests.unblockSignals()
            signal(SIGHUP, SIG_DFL)
            vz_signals_install()
            guard vz_signals_pending() == 0 else { exit(1) }
            for number in [SIGINT, SIGTERM, SIGHUP] {
                raise(number)
                guard vz_signals_pending() == number else { exit(2) }
                vz_signals_clear()
                guard vz_signals_pending() == 0 else { exit(3) }
            }
            exit(7)
        }
    }

    @Test("The second request ends the process at once")
    func second() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            SignalTests.unblockSignals()
            vz_signals_install()
            raise(SIGINT)
            raise(SIGTERM)
            exit(0)
        }
    }

    @Test("A hangup that nohup has made ignored stays ignored, an interrupt does not")
    func ignored() async {
        await #expect(processExitsWith: .exitCode(0)) {
            SignalTests.unblockSignals()
            signal(SIGHUP, SIG_IGN)
            signal(SIGINT, SIG_IGN)
            vz_signals_install()
            raise(SIGHUP)
            guard vz_signals_pending() == 0 else { exit(1) }
            raise(SIGINT)
            exit(vz_signals_pending() == SIGINT ? 0 : 2)
        }
    }

    @Test("A read beyond the end of a registered file names it and exits with 76")
    func busError() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(76),
            observing: [\.standardErrorContent]
        ) {
            vz_sigbus_install()
            let page = try SignalTests.mapEmptyFile()
            vz_sigbus_register(page, 4096, "vectors/a\u{1B}[0m.seg")
            exit(Int32(page.load(fromByteOffset: 100, as: UInt8.self)))
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(
            text.hasSuffix(
                """
                vectorizer: error: vectors/a?[0m.seg is shorter than the catalog says, \
                or its medium failed (bus error)
                hint: vectorizer verify

                """
            )
        )
    }

    @Test("The report is one JSON object when that was asked for")
    func busErrorAsJSON() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(76),
            observing: [\.standardErrorContent]
        ) {
            vz_sigbus_install()
            vz_sigbus_write_json(1)
            let page = try SignalTests.mapEmptyFile()
            vz_sigbus_register(page, 4096, String(repeating: "x", count: 2000) + #"/"a\b".seg"#)
            exit(Int32(page.load(as: UInt8.self)))
        }
        let content = try #require(result).standardErrorContent
        let line = try #require(content.split(separator: UInt8(ascii: "\n")).last)
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        let error = try #require(object?["error"] as? [String: Any])
        #expect(error["code"] as? Int == 76)
        #expect(error["hint"] as? String == "vectorizer verify")
        let file = try #require(error["file"] as? String)
        #expect(file.hasSuffix(#"xx/"a\b".seg"#) && file.utf8.count == 1023)
        #expect((error["message"] as? String)?.hasPrefix(file) == true)
    }

    @Test("A bus error elsewhere, or after the mapping was taken out, ends the process as ever")
    func busErrorElsewhere() async {
        await #expect(processExitsWith: .signal(SIGBUS)) {
            vz_sigbus_install()
            let page = try SignalTests.mapEmptyFile()
            vz_sigbus_register(page + 4096, 4096, "next")
            vz_sigbus_register(page, 4096, "this")
            vz_sigbus_unregister(page)
            exit(Int32(page.load(as: UInt8.self)))
        }
    }

    @Test("A full table refuses a mapping, and a place given back is used again")
    func fullTable() async {
        await #expect(processExitsWith: .exitCode(0)) {
            for number in 1...Int(VZ_SIGBUS_CAPACITY) {
                let start = UnsafeRawPointer(bitPattern: number * 4096)
                guard vz_sigbus_register(start, 4096, "file \(number)") == 0 else { exit(1) }
            }
            guard vz_sigbus_register(UnsafeRawPointer(bitPattern: 16), 1, "more") == -1 else {
                exit(2)
            }
            vz_sigbus_unregister(UnsafeRawPointer(bitPattern: 4096))
            vz_sigbus_unregister(UnsafeRawPointer(bitPattern: 12))
            exit(vz_sigbus_register(UnsafeRawPointer(bitPattern: 16), 1, "more"))
        }
    }

    /// Lets the calling thread take signals, which threads of a pool do not.
    private static func unblockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_UNBLOCK, &all, nil)
    }

    /// A page mapped from a file that has none.
    private static func mapEmptyFile() throws -> UnsafeMutableRawPointer {
        var template = Array("/tmp/vectorizer-signal-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(template)
        let page = mmap(nil, 4096, PROT_READ, MAP_SHARED, descriptor, 0)
        return try #require(page == MAP_FAILED ? nil : page)
    }
}
