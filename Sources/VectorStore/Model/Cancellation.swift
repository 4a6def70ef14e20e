/// Tells work that its result is no longer wanted.
///
/// Work asks now and then and stops soon after; what it had not committed is as if it had never
/// begun. Asking costs a call of a closure.
public struct Cancellation: Sendable {
    private let isRequested: @Sendable () -> Bool

    /// Takes what tells that the work is to stop; once true, it must stay true.
    public init(_ isCancelled: @escaping @Sendable () -> Bool) {
        isRequested = isCancelled
    }

    /// Work that goes on to its end.
    public static let never = Cancellation { false }

    /// Whether to stop.
    public var isCancelled: Bool { isRequested() }

    /// Stops work whose result is no longer wanted.
    ///
    /// - Throws: `.cancelled`.
    public func check() throws(VectorStoreError) {
        if isCancelled { throw .cancelled }
    }
}
