import ArgumentParser
import VectorStore

extension TimeSpan {
    /// Reads a length of time that was typed.
    init(argument text: String) throws {
        guard let span = TimeSpan(text) else {
            throw ValidationError("'\(text)' is not a length of time such as 90m, 26h or 7d")
        }
        self = span
    }
}

extension Timestamp {
    /// Reads a moment that was typed.
    init(argument text: String) throws {
        guard let time = Timestamp(text) else {
            throw ValidationError(
                "'\(text)' is not a time such as 2026-11-28 or 2026-11-28T17:30+01:00"
            )
        }
        self = time
    }
}

/// A moment as it is typed: a date, a time, or how long ago.
enum Moment {
    case ago(TimeSpan)
    case at(Timestamp)

    init(argument text: String) throws {
        if let span = TimeSpan(text) {
            self = .ago(span)
        } else if let time = Timestamp(text) {
            self = .at(time)
        } else {
            throw ValidationError(
                "'\(text)' is neither a time such as 2026-11-28T17:30+01:00 nor how long ago, "
                    + "such as 2h"
            )
        }
    }

    /// The moment it names at a time.
    func time(_ now: Timestamp) -> Timestamp {
        switch self {
        case .ago(let span): now.adding(seconds: -span.seconds)
        case .at(let time): time
        }
    }
}
