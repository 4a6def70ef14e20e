import Glibc

/// A moment in whole seconds, as the wall clock has it.
///
/// For people, for retention and for the ends of keys; the order of events comes from sequences.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since 1970 in UTC, leap seconds not counted.
    public let seconds: Int64

    /// Takes seconds since 1970.
    public init(seconds: Int64) {
        self.seconds = seconds
    }

    /// What the system's clock says, which may jump.
    public static var now: Timestamp { Timestamp(seconds: Int64(time(nil))) }

    /// The moment a number of seconds later; stays in the range of `Int64`.
    public func adding(seconds more: Int64) -> Timestamp {
        let (sum, overflow) = seconds.addingReportingOverflow(more)
        return Timestamp(seconds: overflow ? (more > 0 ? .max : .min) : sum)
    }

    /// Whether one moment comes before another.
    public static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    // MARK: Text

    /// As `2026-11-28T05:34:50Z` (RFC 3339); years outside of 1 to 9999 are cut to that range.
    public var description: String {
        let date = date
        let clock = [date.hour, date.minute, date.second].map { Self.padded($0, to: 2) }
        return dayText + "T" + clock.joined(separator: ":") + "Z"
    }

    /// As `20261128T053450Z` (ISO 8601, basic), for names of files.
    package var compactDescription: String {
        description.filter { $0 != "-" && $0 != ":" }
    }

    private var dayText: String {
        let date = date
        return Self.padded(date.year, to: 4) + "-" + Self.padded(date.month, to: 2) + "-"
            + Self.padded(date.day, to: 2)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// The parts of a moment in UTC.
    struct DateParts: Equatable {
        let year: Int
        let month: Int
        let day: Int
        let hour: Int
        let minute: Int
        let second: Int
        /// Days since 1970-01-01, a Thursday.
        let dayNumber: Int
    }

    /// The first and the last second of years with four digits.
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The moment's parts in UTC; those of the nearest moment that has a year with four digits.
    var date: DateParts {
        let moment = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
        var seconds = time_t(moment)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let dayNumber = Int((Double(moment) / 86_400).rounded(.down))
        return unsafe DateParts(
            year: Int(parts.tm_year) + 1900,
            month: Int(parts.tm_mon) + 1,
            day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour),
            minute: Int(parts.tm_min),
            second: Int(parts.tm_sec),
            dayNumber: dayNumber
        )
    }

    /// Reads a day, or a day and a time, with an offset from UTC or without one in UTC; nil for
    /// everything else, days that no calendar has among it.
    ///
    /// `2026-11-28`, `2026-11-28T05:34`, `2026-11-28 05:34:50`, `…Z`, `…+01:00`; a day alone is
    /// its first second, and of fractions of a second nothing is kept.
    ///
    /// - Parameter text: the text.
    public init?(_ text: String) {
        var reader = Reader(text)
        guard let year = reader.number(digits: 4), year > 0, reader.skip("-"),
            let month = reader.number(digits: 2), reader.skip("-"),
            let day = reader.number(digits: 2), (1...12).contains(month), day >= 1
        else { return nil }
        var clock = (hour: 0, minute: 0, second: 0)
        var offset = 0
        if reader.skip("T") || reader.skip("t") || reader.skip(" ") {
            guard let time = reader.clock(), let read = reader.offset() else { return nil }
            (clock, offset) = (time, read)
        }
        guard reader.isAtEnd else { return nil }
        var parts = unsafe tm()
        unsafe parts.tm_year = Int32(year - 1900)
        unsafe parts.tm_mon = Int32(month - 1)
        unsafe parts.tm_mday = Int32(day)
        unsafe parts.tm_hour = Int32(clock.hour)
        unsafe parts.tm_min = Int32(clock.minute)
        unsafe parts.tm_sec = Int32(clock.second)
        seconds = Int64(unsafe timegm(&parts)) - Int64(offset)
        // The 30th of February would be a day in March by now.
        guard unsafe Int(parts.tm_mday) == day else { return nil }
    }
}

/// Reads the parts of a time from its text.
private struct Reader {
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits: Int) -> Int? {
        let text = rest.prefix(digits)
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        rest.removeFirst(digits)
        return Int(text)
    }

    mutating func clock() -> (hour: Int, minute: Int, second: Int)? {
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2),
            hour < 24, minute < 60
        else { return nil }
        guard skip(":") else { return (hour, minute, 0) }
        guard let second = number(digits: 2), second < 60 else { return nil }
        if skip(".") {
            let digitCount = rest.utf8.prefix { (48...57).contains($0) }.count
            guard number(digits: digitCount) != nil else { return nil }
        }
        return (hour, minute, second)
    }

    /// Seconds east of UTC; 0 where none is given.
    mutating func offset() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number(digits: 2) else { return nil }
        _ = skip(":")
        guard let minutes = number(digits: 2), hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isWest ? -60 : 60)
    }
}
