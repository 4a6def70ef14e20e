import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// Acknowledged single rows a second, one thread beside sixteen, alternating in one run.
///
/// Takes its time, so it runs only when `VECTORIZER_BENCHMARK` is set.
@Suite(
    "Group commit, measured",
    .enabled(if: ProcessInfo.processInfo.environment["VECTORIZER_BENCHMARK"] != nil)
)
struct GroupCommitBenchmark {
    private static let seconds = 3.0
    private static let dimension = 384

    @Test("Sixteen writers of single rows beside one", arguments: 1...3)
    func ratio(round: Int) throws {
        let alone = try rate(threadCount: 1)
        let together = try rate(threadCount: 16)
        let ratio = together / alone
        print(
            "round \(round): 1 thread \(Int(alone)) rows/s, 16 threads \(Int(together)) rows/s, "
                + "ratio \(Double(Int(ratio * 100)) / 100)"
        )
        #expect(ratio > 1)
    }

    private func rate(threadCount: Int) throws -> Double {
        let test = try TestStore(dimension: Self.dimension)
        let rows = Mutex(0)
        let clock = ContinuousClock()
        let start = clock.now
        let end = start.advanced(by: .seconds(Self.seconds))
        let threads = (0..<threadCount).map { thread in
            let finished = DispatchSemaphore(value: 0)
            Thread {
                do {
                    var random = SplitMix64(seed: UInt64(thread))
                    var number = 0
                    while clock.now < end {
                        let vector = random.vector(Self.dimension)
                        try test.store.put([TestPoint(id: "\(thread)-\(number)", vector: vector)])
                        number += 1
                    }
                    rows.withLock { $0 += number }
                } catch {
                    Issue.record(error)
                }
                finished.signal()
            }.start()
            return finished
        }
        for thread in threads { thread.wait() }
        return Double(rows.withLock { $0 }) / (start.duration(to: clock.now) / .seconds(1))
    }
}
