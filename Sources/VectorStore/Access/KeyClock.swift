/// Time as keys need it: a clock of the day that can't be turned back.
///
/// A key that has expired must not come to life when the system's clock is set back, so the
/// time never is before the process's first look at it plus what has passed since on a clock that
/// does not jump. A jump ahead ends keys early, and only until the clock is put right. A process
/// that begins while the clock is ahead keeps to that time until it begins anew: it can't tell a
/// clock that is put right from one that is set back.
public struct KeyClock: Sendable {
    private let anchor: Timestamp
    private let start: Double
    private let steady: @Sendable () -> Double

    /// Takes the time now as the first look.
    ///
    /// - Parameters:
    ///   - now: the system's clock.
    ///   - steady: seconds on a clock that never jumps.
    public init(now: Timestamp = .now, steady: @escaping @Sendable () -> Double = Self.seconds) {
        anchor = now
        start = steady()
        self.steady = steady
    }

    /// Seconds on the machine's steady clock.
    public static func seconds() -> Double {
        origin.duration(to: ContinuousClock.now) / .seconds(1)
    }

    private static let origin = ContinuousClock.now

    /// Seconds on the steady clock.
    var steadySeconds: Double { steady() }

    /// The later of a time and of the time that it must be at least.
    func corrected(_ now: Timestamp) -> Timestamp {
        max(now, anchor.adding(seconds: Int64(max(0, steady() - start))))
    }
}
