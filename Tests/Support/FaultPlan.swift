import Glibc
import Synchronization
import VectorStore

/// How the calls from the N-th one on fail.
package enum PlantedFault: String, CaseIterable, Sendable {
    /// One call fails, because the disk was full at that moment.
    case full
    /// From then on every call fails, so that nothing is tidied up, as after a kill.
    case gone

    /// The calls to begin with; every third one when the later ones fail as well.
    package var calls: StrideTo<Int> { stride(from: 1, to: 1000, by: self == .full ? 1 : 3) }

    /// What the calls fail with.
    package var errorNumber: Int32 { self == .full ? ENOSPC : EIO }
}

/// Counts calls, and fails one or all from one on.
package final class FaultPlan: Sendable {
    private let count = Mutex(0)
    private let call: Int
    private let fault: PlantedFault

    /// Plans a fault at the N-th call.
    package init(call: Int, _ fault: PlantedFault) {
        self.call = call
        self.fault = fault
    }

    /// Whether the work was long enough to meet the fault.
    package var wasMet: Bool { count.withLock { $0 } >= call }

    /// Runs something with the fault; tells whether it failed.
    ///
    /// - Throws: any other error than that of the failed call.
    package func run(_ body: () throws -> Void) throws -> Bool {
        let planted = fault.errorNumber
        do {
            try SystemCall.$fault.withValue({ [self] _, _ in nextError() }) { try body() }
            return false
        } catch VectorStoreError.file(.system(_, _, planted)) {
            return true
        }
    }

    /// Counts a call; the number of the error that it is to fail with.
    private func nextError() -> Int32? {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        let isFaulty = fault == .full ? number == call : number >= call
        return isFaulty ? fault.errorNumber : nil
    }
}
