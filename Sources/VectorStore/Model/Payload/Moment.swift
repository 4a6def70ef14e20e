/// A moment in microseconds, as texts in payloads have it.
package struct Moment: Hashable, Comparable, Sendable {
    /// Microseconds since 1970 in UTC, leap seconds not counted.
    package let microseconds: Int64

    /// Takes microseconds since 1970.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whether one moment comes before another.
    package static func < (first: Moment, second: Moment) -> Bool {
        first.microseconds < second.microseconds
    }
}

extension Moment {
    /// Reads a day, or a day and a time, with an offset from UTC or in UTC; nil for all else.
    ///
    /// `2024-02-01`, `2024-02-01T10:20`, `2024-02-01 10:20:30.5`, and behind seconds also `Z`,
    /// `+01:00`, `+0100`, `+01` and ` UTC`. Of a fraction six digits are kept.
    ///
    /// - Parameter text: UTF-8.
    package init?(_ text: some Sequence<UInt8>) {
        var reader = MomentReader(text)
        guard let day = reader.day() else { return nil }
        var seconds: Int64 = 0
        var fraction: Int64 = 0
        if !reader.isAtEnd {
            guard let clock = reader.clock() else { return nil }
            (seconds, fraction) = clock
        }
        guard reader.isAtEnd else { return nil }
        microseconds = (day * 86_400 + seconds) * 1_000_000 + fraction
    }
}

/// Reads the parts of a moment from its text.
private struct MomentReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some Sequence<UInt8>) {
        rest = Array(text.prefix(64))[...]
        while let first = rest.first, first == 0x20 || 0x09...0x0D ~= first { rest.removeFirst() }
    }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var number: Int64 = 0
        for byte in rest.prefix(digits) {
            guard 0x30...0x39 ~= byte else { return nil }
            number = number * 10 + Int64(byte - 0x30)
        }
        rest.removeFirst(digits)
        return number
    }

    /// Days since 1970.
    mutating func day() -> Int64? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2), 1...12 ~= month, day >= 1,
            day <= Self.dayCount(month, of: year)
        else { return nil }
        // The year begins in March, so that the odd day of leap years is its last one.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func dayCount(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Seconds of the day in UTC and microseconds.
    mutating func clock() -> (seconds: Int64, fraction: Int64)? {
        guard skip("T") || skip(" "), let hour = number(digits: 2), skip(":"),
            let minute = number(digits: 2), hour < 24, minute < 60
        else { return nil }
        let seconds = hour * 3600 + minute * 60
        guard skip(":") else { return (seconds, 0) }
        guard let second = number(digits: 2), second <= 60 else { return nil }
        var fraction: Int64 = 0
        if skip(".") {
            guard let read = self.fraction() else { return nil }
            fraction = read
        }
        guard let offset = offset() else { return nil }
        return (seconds + second - offset, fraction)
    }

    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = number(digits: 1) {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<max(6, count) { value *= 10 }
        return value
    }

    /// Seconds east of UTC; 0 where none is given.
    private mutating func offset() -> Int64? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        if skip(" "), skip("U") { return skip("T") && skip("C") ? 0 : nil }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number(digits: 2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if skip(":") || !isAtEnd {
            guard let read = number(digits: 2), read < 60 else { return nil }
            minutes = read
        }
        return (hours * 60 + minutes) * (isWest ? -60 : 60)
    }
}
