import Synchronization

/// Threads that work on one list of tasks until it is done, one fails, or somebody wants the
/// process to end.
struct Crew: Sendable {
    let threadCount: Int
    let cancellation: Cancellation

    /// Does something with each element; several threads at once, in about the list's order.
    ///
    /// - Throws: the first error, `.cancelled`.
    func forEach<Element: Sendable>(
        _ list: [Element],
        _ body: @Sendable (Element) throws(VectorStoreError) -> Void
    ) throws(VectorStoreError) {
        let fault = Mutex<VectorStoreError?>(nil)
        // The hook that plants faults belongs to this task; threads don't inherit it. Without one
        // nothing is pushed: outside of a task that ends a static program.
        let planted = SystemCall.fault
        Workers.forEach(below: list.count, threadCount: threadCount) { next in
            func work() {
                while fault.withLock({ $0 == nil }), let number = next() {
                    do throws(VectorStoreError) {
                        try cancellation.check()
                        try body(list[number])
                    } catch {
                        fault.withLock { $0 = $0 ?? error }
                    }
                }
            }
            if let planted { SystemCall.$fault.withValue(planted, operation: work) } else { work() }
        }
        if let fault = fault.withLock({ $0 }) { throw fault }
    }
}
