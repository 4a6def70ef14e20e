/// A length of time as people write it: `90d`, `24h`, `15m`, `30s`, `2w`.
public struct TimeSpan: Hashable, Sendable {
    /// The whole seconds in it.
    public let seconds: Int64

    /// Names a length.
    public init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Reads a number and a unit; nil for everything else, and beyond ten thousand years.
    public init?(_ text: String) {
        guard let unit = text.utf8.last, let length = Self.secondCount(of: unit),
            text.utf8.dropLast().allSatisfy({ (48...57).contains($0) }),
            let number = Int64(text.dropLast()), number <= Self.secondCountMax / length
        else { return nil }
        seconds = number * length
    }

    private static let secondCountMax: Int64 = 10_000 * 366 * 86_400

    /// The seconds of a unit; no dictionary, since each command reads a length of time.
    private static func secondCount(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "d"): 86_400
        case UInt8(ascii: "w"): 604_800
        default: nil
        }
    }

    /// The length in the largest unit that gives a whole number.
    public var text: String {
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)]
        where seconds % length == 0 && seconds != 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
