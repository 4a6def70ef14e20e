import TestSupport
import Testing
import VectorStore

/// How often keys may be used, by a clock that the test turns.
@Suite("Token buckets")
struct TokenBucketsTests {
    /// One use a second, and so many at once after a pause.
    private func rate(burst: Int) throws -> KeyRate {
        try #require(KeyRate(count: 60, periodSeconds: 60, burst: burst))
    }

    @Test("After a pause there are as many uses as the burst, then one a second")
    func burst() throws {
        let rate = try rate(burst: 3)
        let buckets = TokenBuckets()
        func take(_ seconds: Double) -> Double { buckets.take([("a", rate)], at: seconds) }
        #expect([0, 0, 0].map(take) == [0, 0, 0])
        #expect(take(0) == 1)
        // What was refused is not counted.
        #expect(take(0.25) == 0.75)
        #expect(take(0.75) == 0.25)
        #expect(take(1) == 0)
        #expect(take(1) == 1)
        #expect([3, 3].map(take) == [0, 0])
        #expect(take(3) == 1)
        // A pause of any length brings no more than the burst.
        #expect([1e6, 1e6, 1e6].map(take) == [0, 0, 0])
        #expect(take(1e6) == 1)
    }

    @Test("A use counts for all of several keys, or for none")
    func several() throws {
        let (wide, narrow) = (try rate(burst: 2), try rate(burst: 1))
        let buckets = TokenBuckets()
        let both = [("wide", wide), ("narrow", narrow)]
        #expect(buckets.take(both, at: 0) == 0)
        // The narrow one is empty; the wide one keeps its second use.
        #expect(buckets.take(both, at: 0) == 1)
        #expect(buckets.take(both, at: 0) == 1)
        #expect(buckets.take([("wide", wide)], at: 0) == 0)
        #expect(buckets.take([("wide", wide)], at: 0) == 1)
        // The longest wait is told.
        let slow = try #require(KeyRate(count: 1, periodSeconds: 60))
        #expect(buckets.take([("slow", slow)], at: 0) == 0)
        #expect(buckets.take([("wide", wide), ("slow", slow), ("narrow", narrow)], at: 0) == 60)
        #expect(buckets.take([], at: 0) == 0)
    }

    @Test("Askers whose times come out of order gain nothing")
    func outOfOrder() throws {
        let rate = try rate(burst: 1)
        let buckets = TokenBuckets()
        #expect(buckets.take([("a", rate)], at: 10) == 0)
        #expect(buckets.take([("a", rate)], at: 5) == 1)
        #expect(buckets.take([("a", rate)], at: 10.5) == 0.5)
        #expect(buckets.take([("a", rate)], at: 0) == 0.5)
        #expect(buckets.take([("a", rate)], at: 11) == 0)
    }

    @Test("A key that is given another rate begins anew with it")
    func changedRate() throws {
        let (old, new) = (try rate(burst: 1), try rate(burst: 2))
        let buckets = TokenBuckets()
        #expect([0, 0].map { buckets.take([("a", old)], at: $0) } == [0, 1])
        #expect([0, 0, 0].map { buckets.take([("a", new)], at: $0) } == [0, 0, 1])
    }

    @Test("A key that must wait still must when more keys than are remembered have come")
    func crowd() throws {
        let slow = try #require(KeyRate(count: 1, periodSeconds: 86_400))
        let quick = try rate(burst: 5)
        let buckets = TokenBuckets()
        #expect(buckets.take([("slow", slow)], at: 0) == 0)
        for number in 0..<20_100 {
            #expect(buckets.take([("\(number)", quick)], at: Double(number)) == 0)
        }
        #expect(buckets.take([("slow", slow)], at: 43_200) == 43_200)
        #expect(buckets.take([("slow", slow)], at: 86_400) == 0)
    }

    @Test("In no period are there more uses than the rate and one burst", arguments: UInt64(0)..<10)
    func bound(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let burst = Int.random(in: 1...5, using: &random)
        let rate = try rate(burst: burst)
        let buckets = TokenBuckets()
        var taken: [Double] = []
        var now = 0.0
        for _ in 0..<400 {
            now += Double.random(in: 0...0.8, using: &random)
            if buckets.take([("a", rate)], at: now) == 0 { taken.append(now) }
        }
        for (first, start) in taken.enumerated() {
            let isBounded = (first..<taken.count).allSatisfy { last in
                Double(last - first + 1) <= Double(burst) + taken[last] - start + 1e-9
            }
            #expect(isBounded, "from \(start) on")
        }
        // With a burst of 1 what comes in between two questions, .8 s at most, is lost.
        #expect(taken.count > Int(now / 1.8) - 1)
    }
}
