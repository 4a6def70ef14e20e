import Testing
import VectorStore

@Suite struct TimestampTests {
    @Test(
        "A time is written as it is read",
        arguments: [
            "1970-01-01T00:00:00Z", "2026-11-28T05:34:50Z", "2024-02-29T23:59:59Z",
            "2040-12-31T12:00:01Z", "1969-12-31T23:59:59Z",
        ]
    )
    func roundTrip(_ text: String) throws {
        #expect(try #require(Timestamp(text)).description == text)
    }

    @Test(
        "Days, spaces, short clocks and offsets are understood",
        arguments: [
            ("2026-11-28", "2026-11-28T00:00:00Z"), ("2026-11-28T05:34", "2026-11-28T05:34:00Z"),
            ("2026-11-28 05:34:50", "2026-11-28T05:34:50Z"),
            ("2026-11-28t05:34:50z", "2026-11-28T05:34:50Z"),
            ("2026-11-28T01:00:00+01:30", "2026-11-27T23:30:00Z"),
            ("2026-11-28T23:00:00-0200", "2026-11-29T01:00:00Z"),
        ]
    )
    func forms(_ text: String, _ meant: String) throws {
        #expect(try #require(Timestamp(text)).description == meant)
    }

    @Test(
        "What no calendar has is refused",
        arguments: [
            "", "yesterday", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "2026-11-00",
            "2026-11-28T24:00", "2026-11-28T10:60", "2026-11-28T10:00:60", "2026-11-28T",
            "26-11-28",
            "2026-11-28T10:00+1", "2026-11-28T10:00Zx", "2026-11-28T10", "2026-11-28T10:00+25:00",
        ]
    )
    func refused(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("The compact form has no separators, and order is that of time")
    func compact() throws {
        let early = try #require(Timestamp("2026-11-28T05:34:50Z"))
        #expect(early.compactDescription == "20261128T053450Z")
        #expect(early < Timestamp(seconds: early.seconds + 1))
        #expect(Timestamp.now > early || Timestamp.now <= early)
    }
}
