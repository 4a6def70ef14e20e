import Glibc

/// A moment of coordinated universal time, to the second.
///
/// Written and read as `2026-11-28T06:45:11Z`, whatever locale and time zone the process has.
public struct UTCTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var seconds: Int64

    /// Names a moment.
    public init(seconds: Int64) {
        self.seconds = seconds
    }

    /// What the system's clock says, which may jump.
    public static var now: UTCTime { UTCTime(seconds: Int64(time(nil))) }

    /// Whether one moment comes before another.
    public static func < (one: Self, other: Self) -> Bool { one.seconds < other.seconds }

    /// The moment a number of seconds later; stays in the range of `Int64`.
    public func adding(seconds more: Int64) -> UTCTime {
        let (sum, overflow) = seconds.addingReportingOverflow(more)
        return UTCTime(seconds: overflow ? (more > 0 ? .max : .min) : sum)
    }

    // MARK: Text

    /// The moment as RFC 3339 writes it; years outside of 1 to 9999 are cut to that range.
    public var text: String {
        let range = Self.firstSecond...Self.lastSecond
        let seconds = min(max(seconds, range.lowerBound), range.upperBound)
        let day = seconds.floorDivided(by: 86_400)
        let rest = Int(seconds - day * 86_400)
        let (year, month, date) = Self.civil(day: Int(day))
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(date, 2) + "T"
            + Self.padded(rest / 3600, 2) + ":" + Self.padded(rest / 60 % 60, 2) + ":"
            + Self.padded(rest % 60, 2) + "Z"
    }

    /// Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MMZ` or `YYYY-MM-DDTHH:MM:SSZ`.
    public init?(text: String) {
        var bytes = Array(text.utf8)[...]
        func number(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
            guard bytes.count >= count else { return nil }
            var value = 0
            for byte in bytes.prefix(count) {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            bytes = bytes.dropFirst(count)
            return range.contains(value) ? value : nil
        }
        func sign(_ byte: Character) -> Bool {
            guard bytes.first == byte.asciiValue else { return false }
            bytes = bytes.dropFirst()
            return true
        }
        guard let year = number(4, 1...9999), sign("-"), let month = number(2, 1...12), sign("-"),
            let date = number(2, 1...Self.dayCount(year: year, month: month))
        else { return nil }
        var second = Self.day(year: year, month: month, date: date) * 86_400
        if !bytes.isEmpty {
            guard sign("T"), let hour = number(2, 0...23), sign(":"), let minute = number(2, 0...59)
            else { return nil }
            second += hour * 3600 + minute * 60
            if sign(":") {
                guard let more = number(2, 0...59) else { return nil }
                second += more
            }
            guard sign("Z"), bytes.isEmpty else { return nil }
        }
        self.init(seconds: Int64(second))
    }

    private static let firstSecond = Int64(day(year: 1, month: 1, date: 1)) * 86_400
    private static let lastSecond = Int64(day(year: 10_000, month: 1, date: 1)) * 86_400 - 1

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // MARK: Calendar

    private static func dayCount(year: Int, month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The number of a day, 1970-01-01 being 0; years are counted from March, as Hinnant does.
    private static func day(year: Int, month: Int, date: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year.floorDivided(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(day: Int) -> (year: Int, month: Int, date: Int) {
        let shifted = day + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension BinaryInteger {
    fileprivate func floorDivided(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
