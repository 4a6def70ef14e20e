import Dispatch
import Glibc
import Synchronization

/// Threads that share out the pieces of one work, and wait for each other at its end.
///
/// No thread starts where one is enough, or where the process lacks the descriptors that Dispatch
/// takes for its first one.
struct ThreadTeam: Sendable {
    /// How many threads work, the caller's among them.
    let threadCount: Int
    /// Ends ``forEach(_:_:)`` early.
    let cancellation: Cancellation

    /// Cores that are there to work on.
    static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// - Parameters:
    ///   - threadCount: threads; nil takes one per core.
    ///   - cancellation: ends ``forEach(_:_:)`` early.
    init(threadCount: Int?, cancellation: Cancellation = .never) {
        self.threadCount = max(threadCount ?? Self.coreCount, 1)
        self.cancellation = cancellation
    }

    /// Runs a body once for each piece, some at the same time; returns when all are done.
    ///
    /// - Parameters:
    ///   - count: the number of pieces.
    ///   - grain: how many pieces a thread takes at a time.
    ///   - body: takes the number of the thread that works, from 0, and a range of pieces. Which
    ///     thread works on which pieces is left to chance; the outcome must not depend on it.
    func forEach(
        _ count: Int,
        grain: Int = 16,
        _ body: @Sendable (_ thread: Int, _ pieces: Range<Int>) -> Void
    ) {
        share(count, grain: grain) { thread, next in
            while let pieces = next() { body(thread, pieces) }
        }
    }

    /// Makes a value of each element; several threads at once, in about the list's order.
    ///
    /// - Parameters:
    ///   - list: the elements.
    ///   - state: makes what serves one thread only, once in each.
    ///   - body: takes the thread's state and an element.
    /// - Returns: the values, in the list's order.
    /// - Throws: the first error; the other threads then take no more elements.
    func map<Element: Sendable, State, Value: Sendable, Failure: Error>(
        _ list: [Element],
        with state: @Sendable () -> State,
        _ body: @Sendable (inout State, Element) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let values = Mutex([Value?](repeating: nil, count: list.count))
        let failure = Mutex<Failure?>(nil)
        // The hook that plants faults belongs to this task; threads don't inherit it. Without one
        // nothing is pushed: outside of a task that ends a static program.
        let planted = SystemCall.fault
        share(list.count, grain: 1) { _, next in
            func work() {
                var state = state()
                while let pieces = next() {
                    for piece in pieces where failure.withLock({ $0 == nil }) {
                        do throws(Failure) {
                            let value = try body(&state, list[piece])
                            values.withLock { $0[piece] = value }
                        } catch {
                            failure.withLock { $0 = $0 ?? error }
                        }
                    }
                }
            }
            if let planted { SystemCall.$fault.withValue(planted, operation: work) } else { work() }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return values.withLock { $0.compactMap { $0 } }
    }

    /// Does something with each element; several threads at once, in about the list's order.
    ///
    /// - Throws: the first error, `.cancelled`.
    func forEach<Element: Sendable>(
        _ list: [Element],
        _ body: @Sendable (Element) throws(VectorStoreError) -> Void
    ) throws(VectorStoreError) {
        _ = try map(list, with: {}) { _, element throws(VectorStoreError) in
            try cancellation.check()
            try body(element)
        }
    }

    /// Runs a body once in each thread, which takes pieces until there are none left.
    private func share(
        _ count: Int,
        grain: Int,
        _ body: @Sendable (_ thread: Int, _ next: () -> Range<Int>?) -> Void
    ) {
        guard count > 0 else { return }
        let threads = min(threadCount, (count + grain - 1) / grain)
        let isAlone = threads < 2 || !FreeDescriptors.areEnough
        let grain = isAlone ? count : grain
        let place = Atomic(0)
        @Sendable func work(_ thread: Int) {
            body(thread) {
                let first = place.wrappingAdd(grain, ordering: .relaxed).oldValue
                return first < count ? first..<min(first + grain, count) : nil
            }
        }
        if isAlone {
            work(0)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads, execute: work)
        }
    }
}
