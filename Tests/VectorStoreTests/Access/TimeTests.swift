import Foundation
import Testing
import VectorStore

/// Moments and lengths of time as text.
@Suite("Times")
struct TimeTests {
    @Test(
        "A moment reads back as it was written, and as everybody else writes it",
        arguments: [
            Int64(0), -1, 1, 951_782_400, 1_800_000_000, 4_102_444_799,
            253_402_300_799,
        ]
    )
    func roundTrip(seconds: Int64) throws {
        let time = Timestamp(seconds: seconds)
        #expect(Timestamp(time.description) == time)
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        #expect(time.description == date.formatted(.iso8601))
    }

    @Test("Fractions of a second are read, and left out")
    func fractions() {
        let whole = Timestamp("2026-11-28T11:48:53Z")
        #expect(whole != nil && Timestamp("2026-11-28T11:48:53.5Z") == whole)
        #expect(Timestamp("2026-11-28T12:48:53.123456789+01:00") == whole)
        #expect(Timestamp("2026-11-28 11:48:53.999") == whole)
        for text in ["53.", "53.Z", "53,5Z", "53.5.5Z", "53.x"] {
            #expect(Timestamp("2026-11-28T11:48:" + text) == nil)
        }
    }

    @Test("Every day of five hundred years has its text")
    func days() {
        var (last, expected) = ("", 0)
        for day in 0..<182_500 {
            let text = Timestamp(seconds: Int64(day) * 86_400).description
            #expect(text > last)
            last = text
            if text.hasSuffix("-02-29T00:00:00Z") { expected += 1 }
        }
        #expect(expected == 122)
    }

    @Test("Moments at the ends of the world have a text, and arithmetic stays there")
    func ends() {
        #expect(Timestamp(seconds: .max).description == "9999-12-31T23:59:59Z")
        #expect(Timestamp(seconds: .min).description == "0001-01-01T00:00:00Z")
        #expect(Timestamp(seconds: .max).adding(seconds: 1) == Timestamp(seconds: .max))
        #expect(Timestamp(seconds: .min).adding(seconds: -1) == Timestamp(seconds: .min))
    }

    @Test(
        "Lengths of time have a number and a unit",
        arguments: [
            ("90d", Int64(7_776_000)), ("24h", 86_400), ("15m", 900), ("30s", 30),
            ("2w", 1_209_600),
            ("0s", 0),
        ]
    )
    func spans(text: String, seconds: Int64) {
        #expect(TimeSpan(text)?.seconds == seconds)
        #expect(TimeSpan(TimeSpan(seconds: seconds).text)?.seconds == seconds)
    }

    @Test(
        "What is no length of time is none",
        arguments: [
            "", "d", "90", "-1d", "+1d", "1.5d", "1y", "9999999999999d", "1 d", "٣d",
        ]
    )
    func noSpans(text: String) { #expect(TimeSpan(text) == nil) }

    @Test("Rates and scopes read back as they were written, and nothing else is one")
    func ratesAndScopes() throws {
        for text in ["600/min", "1/s", "10/h", "5/day"] {
            #expect(KeyRate(text: text)?.text == text)
        }
        for text in ["", "600", "0/min", "-1/min", "1/week", "1/min/min", "x/min", "1.5/s", "+1/s"]
        {
            #expect(KeyRate(text: text) == nil)
        }
        #expect(KeyRate(text: "1/s", burst: 0) == nil)
        for text in ["docs:read", "*:admin", "a.b-c_d:write"] {
            #expect(KeyScope(text: text)?.text == text)
        }
        for text in [
            "", "docs", "docs:", ":read", "docs:read:write", "docs:*", "**:read", "do cs:read",
        ] {
            #expect(KeyScope(text: text) == nil)
        }
    }
}
