import TestSupport
import Testing
import VectorStore

@Suite("NearestCandidates")
struct NearestCandidatesTests {
    @Test("What is kept is the head of the sorted list", arguments: UInt64(0)..<64)
    func headOfSorted(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let count = Int.random(in: 0...400, using: &generator)
        let capacity = Int.random(in: 0...60, using: &generator)
        // Few different distances, so that ties are common.
        let offers = (0..<count).map { index in
            NearestCandidate(
                distance: Float(Int.random(in: -20...20, using: &generator)) / 4,
                key: UInt64(index) ^ 0x55,
                location: UInt64(index)
            )
        }
        var nearest = NearestCandidates(capacity: capacity)
        for offer in offers.shuffled(using: &generator) {
            nearest.offer(distance: offer.distance, key: offer.key, location: offer.location)
        }
        let sorted = offers.sorted { ($0.distance, $0.key) < ($1.distance, $1.key) }
        #expect(nearest.sorted() == Array(sorted.prefix(capacity)))
        #expect(nearest.count == min(count, capacity))
        #expect(nearest.isFull == (count >= capacity))
    }

    @Test("Collectors joined keep what one collector would", arguments: UInt64(0)..<16)
    func union(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var whole = NearestCandidates(capacity: 10)
        var parts = [NearestCandidates](repeating: NearestCandidates(capacity: 10), count: 3)
        for key in UInt64(0)..<100 {
            let distance = Float.random(in: 0...1, using: &generator)
            whole.offer(distance: distance, key: key)
            parts[Int(key % 3)].offer(distance: distance, key: key)
        }
        var joined = parts[0]
        joined.formUnion(parts[1])
        joined.formUnion(parts[2])
        #expect(joined.sorted() == whole.sorted())
    }

    @Test("NaN never enters, infinity does while there is room")
    func notANumber() {
        var nearest = NearestCandidates(capacity: 2)
        nearest.offer(distance: .nan, key: 1)
        #expect(nearest.count == 0)
        nearest.offer(distance: .infinity, key: 2)
        nearest.offer(distance: .infinity, key: 1)
        nearest.offer(distance: .nan, key: 0)
        #expect(nearest.sorted().map(\.key) == [1, 2])
        nearest.offer(distance: 3, key: 9)
        #expect(nearest.sorted().map(\.key) == [9, 1])
    }

    @Test("The threshold is infinite until the collector is full, then the farthest distance")
    func threshold() {
        var nearest = NearestCandidates(capacity: 2)
        nearest.offer(distance: 5, key: 1)
        #expect(nearest.threshold == .infinity)
        nearest.offer(distance: 4, key: 2)
        #expect(nearest.threshold == 5)
        nearest.offer(distance: 5, key: 0)
        #expect(nearest.sorted().map(\.key) == [2, 0])
        nearest.offer(distance: -1, key: 3)
        #expect(nearest.threshold == 4)
    }
}
