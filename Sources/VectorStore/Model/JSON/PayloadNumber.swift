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
    /// The nearest double, infinite for `1e400`.
    package var nearestDouble: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        }
    }

    /// Reads the whole of a byte range as a JSON number; nil when it is none.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let text = bytes.extracting(range)
        var position = 0
        let decimal: JSONDecimal
        do throws(JSONError) {
            decimal = try JSONDecimal(text, &position)
        } catch {
            return nil
        }
        guard position == text.count else { return nil }
        if let integer = decimal.integer {
            self = .integer(integer)
        } else if let real = decimal.exactDouble ?? Double(JSONString.string(text)) {
            self = .real(real)
        } else {
            return nil
        }
    }
}
