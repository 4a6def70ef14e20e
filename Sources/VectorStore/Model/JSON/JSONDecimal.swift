/// The digits of a JSON number, as far as they fit: mantissa × 10^exponent.
///
/// Nearly all numbers become floats by way of `Double`: at most 19 digits and one power of ten,
/// three roundings in all, so the result is less than four units of its last place away from the
/// true value. If no border between two floats is that near, rounding the double gives the same
/// float as rounding the true value would; otherwise the standard library's exact conversion
/// decides.
struct JSONDecimal {
    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var exponent = 0
    /// Whether it was written without a point and an exponent.
    private var isWhole = true

    private static let largestExponent = 64

    /// Powers of ten, each the double nearest to it; exact up to 10^22.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
        1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25,
        1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38,
        1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47, 1e48, 1e49, 1e50, 1e51,
        1e52, 1e53, 1e54, 1e55, 1e56, 1e57, 1e58, 1e59, 1e60, 1e61, 1e62, 1e63, 1e64,
    ]

    /// The largest mantissa that can take another digit without overflow.
    private static let roomForDigit: UInt64 = (.max - 9) / 10
    /// The largest that can take eight.
    private static let roomForEightDigits: UInt64 = (.max - 99_999_999) / 100_000_000

    /// Steps over a number as RFC 8259 writes it: no plus sign, no leading zeros, no bare point.
    @inline(__always)
    init(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) {
        let start = position
        if position < text.count, text[position] == JSONByte.minus {
            isNegative = true
            position += 1
        }
        let first = position
        let dropped = Self.digits(text, &position, &mantissa)
        exponent = dropped
        let count = position - first
        guard count == 1 || (count > 1 && text[first] != JSONByte.zero) else {
            throw JSONError(offset: start, problem: .badNumber)
        }
        if position < text.count, text[position] == JSONByte.point {
            position += 1
            isWhole = false
            let first = position
            let dropped = Self.digits(text, &position, &mantissa)
            guard position > first else {
                throw JSONError(offset: start, problem: .badNumber)
            }
            exponent -= position - first - dropped
        }
        if position < text.count, JSONByte.isExponentMark(text[position]) {
            position += 1
            isWhole = false
            exponent += try Self.writtenExponent(text, &position, start: start)
        }
    }

    /// Steps over digits and returns how many of them the mantissa had no room for.
    @inline(__always)
    private static func digits(
        _ text: Span<UInt8>,
        _ position: inout Int,
        _ mantissa: inout UInt64
    ) -> Int {
        var dropped = 0
        while mantissa <= roomForEightDigits, let value = DigitWord(text, at: position)?.value {
            mantissa = mantissa &* 100_000_000 &+ value
            position += DigitWord.byteCount
        }
        while position < text.count {
            let digit = text[position] &- JSONByte.zero
            guard digit < 10 else { break }
            if mantissa <= roomForDigit {
                mantissa = mantissa &* 10 &+ UInt64(digit)
            } else {
                dropped += 1
            }
            position += 1
        }
        return dropped
    }

    /// The exponent behind the `e`, cut off far outside of what a number can hold.
    private static func writtenExponent(
        _ text: Span<UInt8>,
        _ position: inout Int,
        start: Int
    ) throws(JSONError) -> Int {
        var isNegative = false
        if position < text.count,
            text[position] == JSONByte.plus || text[position] == JSONByte.minus
        {
            isNegative = text[position] == JSONByte.minus
            position += 1
        }
        let first = position
        var exponent = 0
        while position < text.count, JSONByte.isDigit(text[position]) {
            exponent = min(exponent * 10 + Int(text[position] - JSONByte.zero), 1_000_000_000)
            position += 1
        }
        guard position > first else {
            throw JSONError(offset: start, problem: .badNumber)
        }
        return isNegative ? -exponent : exponent
    }

    // MARK: Values

    /// Steps over a number and returns the nearest `Float`, ties to even; infinite if no finite one
    /// is near enough.
    @inline(__always)
    static func float(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) -> Float {
        let start = position
        let decimal = try Self(text, &position)
        guard let value = decimal.nearestFloat else {
            return exactFloat(text, start..<position)
        }
        return decimal.isNegative ? -value : value
    }

    /// The magnitude of the nearest float, or nil where this way of computing can't be sure.
    @inline(__always)
    private var nearestFloat: Float? {
        guard mantissa != 0 else { return 0 }
        guard abs(exponent) <= Self.largestExponent else { return nil }
        let power = Self.powersOfTen[abs(exponent)]
        let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        // Below this range floats lose digits, above it they end: the borders lie elsewhere there.
        guard value >= 0x1p-125, value < 0x1p127 else { return nil }
        let border: Int64 = 1 << 28
        let tail = Int64(bitPattern: value.bitPattern & 0x1FFF_FFFF)
        guard abs(tail - border) > 16 else { return nil }
        return Float(value)
    }

    @inline(__always)
    private var magnitude: Double {
        let power = Self.powersOfTen[abs(exponent)]
        return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }

    /// The standard library's conversion, which is exact and does not depend on the locale.
    @inline(never)
    private static func exactFloat(_ text: Span<UInt8>, _ range: Range<Int>) -> Float {
        Float(JSONString.string(text.extracting(range))) ?? .infinity
    }

    /// The integer that it was written as; nil when it is none or does not fit.
    var integer: Int64? {
        // A digit that was dropped has left an exponent.
        guard isWhole, exponent == 0 else { return nil }
        guard isNegative else { return Int64(exactly: mantissa) }
        return mantissa == 1 << 63 ? Int64.min : Int64(exactly: mantissa).map { -$0 }
    }

    /// The nearest double where one multiplication or division of exact numbers gives it.
    var exactDouble: Double? {
        guard mantissa <= 1 << 53, abs(exponent) <= 22 else { return nil }
        return isNegative ? -magnitude : magnitude
    }
}
