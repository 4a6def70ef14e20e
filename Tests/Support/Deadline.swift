public import Dispatch
import Foundation

/// Waits for what another thread or process does, and for nothing for ever.
///
/// The time is that of a machine where the whole suite runs on two cores: a test that waits this
/// long has failed, and one that passes waits no longer than it takes.
public struct Deadline: Sendable {
    /// Nothing happened in time.
    public struct Missed: Error {}

    /// How long to wait.
    public static let seconds = 900

    /// The end of the wait, for a semaphore or a group.
    public let time: DispatchTime

    /// A deadline that counts from now.
    public init() { time = .now() + .seconds(Self.seconds) }

    /// Asks again and again, a thousand times a second at most, until it is so.
    ///
    /// - Throws: ``Missed``, or what `isReached` throws.
    public func wait(until isReached: () throws -> Bool) throws {
        while try !isReached() {
            guard DispatchTime.now() < time else { throw Missed() }
            usleep(1000)
        }
    }
}
