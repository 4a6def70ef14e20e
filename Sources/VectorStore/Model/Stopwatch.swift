import Glibc

/// Tells how long things take, from one reading to the next.
struct Stopwatch {
    private var last = Self.now()

    /// Microseconds since the last reading, or since the watch was made.
    mutating func lap() -> Double {
        let now = Self.now()
        defer { last = now }
        return Double(now - last) / 1000
    }

    /// Nanoseconds on a clock that never goes back.
    static func now() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds that all threads of this process have spent computing.
    static func processorTime() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
