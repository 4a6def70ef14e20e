import Foundation
import Synchronization
import VectorStore

/// How the calls from the N-th one on fail.
enum PlantedFault: String, CaseIterable, Sendable {
    /// One call fails, because the disk was full at that moment.
    case full
    /// From then on every call fails, so that nothing is tidied up, as after a kill.
    case gone

    /// The calls to begin with; every third one when the later ones fail as well.
    var calls: StrideTo<Int> { stride(from: 1, to: 1000, by: self == .full ? 1 : 3) }

    /// Runs a body with faults from a call on.
    ///
    /// - Returns: whether the call was reached, and whether the body failed.
    func run(
        failing call: Int,
        _ body: () throws -> Void
    ) throws -> (wasFaulty: Bool, hasFailed: Bool) {
        let count = Mutex(0)
        let code = self == .full ? ENOSPC : EIO
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { _, _ in
            let number = count.withLock {
                $0 += 1
                return $0
            }
            return number == call || (self == .gone && number > call) ? code : nil
        }
        var hasFailed = false
        do {
            try SystemCall.$fault.withValue(hook) { try body() }
        } catch VectorStoreError.system(_, _, code) {
            hasFailed = true
        }
        return (count.withLock { $0 } >= call, hasFailed)
    }
}
