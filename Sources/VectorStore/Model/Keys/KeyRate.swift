/// How often a key may be used: so many times in so long, and so many at once.
public struct KeyRate: Hashable, Sendable {
    /// Uses that a period brings.
    public let count: Int
    /// The period, in seconds.
    public let periodSeconds: Int
    /// Uses that may come at once after a pause.
    public let burst: Int

    /// The most uses, and the most at once, that a rate may have.
    public static let countMax = 1_000_000_000

    /// Takes a rate; nil when a number is out of range.
    public init?(count: Int, periodSeconds: Int, burst: Int? = nil) {
        let range = 1...Self.countMax
        guard range.contains(count), range.contains(burst ?? count),
            (1...86_400).contains(periodSeconds)
        else { return nil }
        self.count = count
        self.periodSeconds = periodSeconds
        self.burst = burst ?? count
    }

    /// Reads `600/min`: a number and `s`, `sec`, `min`, `h`, `hour`, `d` or `day`.
    public init?(text: String, burst: Int? = nil) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(parts[0]), let period = Self.periods[String(parts[1])]
        else { return nil }
        self.init(count: count, periodSeconds: period, burst: burst)
    }

    private static let periods = [
        "s": 1, "sec": 1, "min": 60, "h": 3600, "hour": 3600, "d": 86_400, "day": 86_400,
    ]

    /// The rate as ``init(text:burst:)`` reads it, without the burst.
    public var text: String {
        switch periodSeconds {
        case 1: "\(count)/s"
        case 3600: "\(count)/h"
        case 86_400: "\(count)/day"
        default: "\(count)/min"
        }
    }

    /// Whether this rate allows nothing that another one does not.
    func isWithin(_ other: KeyRate) -> Bool {
        let one = count.multipliedFullWidth(by: other.periodSeconds)
        let two = other.count.multipliedFullWidth(by: periodSeconds)
        return (one.high, one.low) <= (two.high, two.low) && burst <= other.burst
    }
}
