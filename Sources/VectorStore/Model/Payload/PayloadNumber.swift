/// A JSON number as filters see it.
///
/// Whole numbers written without a point or exponent that fit are exact; all others are the nearest
/// `Double`, which is infinite for `1e400`. Both kinds are ordered by their mathematical value.
package enum PayloadNumber: Equatable, Sendable {
    case integer(Int64)
    case real(Double)

    /// Orders two numbers exactly: negative, zero or positive.
    package static func order(_ first: PayloadNumber, _ second: PayloadNumber) -> Int {
        switch (first, second) {
        case (.integer(let first), .integer(let second)): order(of: first, second)
        case (.real(let first), .real(let second)): order(of: first, second)
        case (.integer(let first), .real(let second)): order(first, second)
        case (.real(let first), .integer(let second)): -order(second, first)
        }
    }

    private static func order<Value: Comparable>(of first: Value, _ second: Value) -> Int {
        first < second ? -1 : first == second ? 0 : 1
    }

    private static func order(_ first: Int64, _ second: Double) -> Int {
        // Outside of these bounds the conversion to an integer would trap; both are exact doubles.
        guard second < 0x1p63 else { return -1 }
        guard second >= -0x1p63 else { return 1 }
        let whole = second.rounded(.towardZero)
        let integers = order(of: first, Int64(whole))
        return integers != 0 ? integers : order(of: whole, second)
    }
}

extension PayloadNumber {
    /// Reads the whole of a byte range as a JSON number; nil when it is none.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard let parts = NumberParts(bytes, range) else { return nil }
        if let integer = parts.integer {
            self = .integer(integer)
        } else if let real = parts.exactReal {
            self = .real(real)
        } else {
            let text = String(decoding: bytes.array(range), as: UTF8.self)
            guard let real = Double(text) else { return nil }
            self = .real(real)
        }
    }
}

/// The digits of a JSON number and where its point stands.
private struct NumberParts {
    private var isNegative = false
    private var isWhole = true
    /// All digits as one number, unless they are more than fit.
    private var digits: UInt64 = 0
    private var digitsOverflow = false
    private var exponent = 0

    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        func byte() -> UInt8 { index < range.upperBound ? bytes[index] : 0 }
        if byte() == UInt8(ascii: "-") {
            isNegative = true
            index += 1
        }
        let whole = takeDigits(bytes, index..<range.upperBound)
        guard whole > 0, whole == 1 || byte() != UInt8(ascii: "0") else { return nil }
        index += whole
        if byte() == UInt8(ascii: ".") {
            let fraction = takeDigits(bytes, index + 1..<range.upperBound)
            guard fraction > 0 else { return nil }
            isWhole = false
            exponent = -fraction
            index += 1 + fraction
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            guard let length = takeExponent(bytes, index + 1..<range.upperBound) else { return nil }
            isWhole = false
            index += 1 + length
        }
        guard index == range.upperBound else { return nil }
    }

    var integer: Int64? {
        guard isWhole, !digitsOverflow else { return nil }
        guard isNegative else { return Int64(exactly: digits) }
        return digits == 1 << 63 ? Int64.min : Int64(exactly: digits).map { -$0 }
    }

    /// The nearest double where one multiplication or division of exact numbers gives it.
    var exactReal: Double? {
        guard !digitsOverflow, digits <= 1 << 53, abs(exponent) < Self.powersOfTen.count else {
            return nil
        }
        let power = Self.powersOfTen[abs(exponent)]
        let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
        return isNegative ? -value : value
    }

    /// Takes digits into the number and tells how many there were.
    private mutating func takeDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return index - range.lowerBound }
            let (high, low) = digits.multipliedFullWidth(by: 10)
            let (sum, carries) = low.addingReportingOverflow(UInt64(digit))
            digitsOverflow = digitsOverflow || high != 0 || carries
            digits = sum
        }
        return range.count
    }

    /// Takes the exponent after the `e` and tells its length in bytes; nil when it is malformed.
    private mutating func takeExponent(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        var isMinus = false
        if index < range.upperBound,
            bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
        {
            isMinus = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let firstDigit = index
        var written = 0
        while index < range.upperBound {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Beyond this the number is zero or infinite whatever follows.
            written = min(written * 10 + Int(digit), 1_000_000)
            index += 1
        }
        guard firstDigit < index else { return nil }
        exponent += isMinus ? -written : written
        return index - range.lowerBound
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
