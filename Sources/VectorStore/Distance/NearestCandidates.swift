/// A row that may be among the answers of a search.
package struct NearestCandidate: Equatable, Sendable {
    /// Its ordering distance; smaller is nearer.
    package let distance: Float
    /// The point's key, unique within its collection; the smaller one wins a tie.
    package let key: UInt64
    /// Where the row lies, in whatever terms the searcher uses; no part of the order.
    package let location: UInt64

    /// Makes a candidate.
    package init(distance: Float, key: UInt64, location: UInt64 = 0) {
        self.distance = distance
        self.key = key
        self.location = location
    }

    /// Whether it is nearer than the other, or as near with the smaller key.
    @inline(__always)
    package func precedes(_ other: NearestCandidate) -> Bool {
        distance < other.distance || (distance == other.distance && key < other.key)
    }
}

/// The `capacity` nearest of all candidates that were offered.
///
/// Which ones are kept does not depend on the order in which they come. A candidate whose distance
/// is NaN never enters.
package struct NearestCandidates: Sendable {
    /// The most candidates that are kept.
    package let capacity: Int
    /// A binary heap with the farthest candidate at its root.
    private var heap: [NearestCandidate] = []

    /// The distance above which an offer is in vain: infinity until as many are kept as may be.
    package private(set) var threshold: Float = .infinity

    /// Makes an empty collector.
    package init(capacity: Int) {
        precondition(capacity >= 0, "a capacity is a count")
        self.capacity = capacity
        heap.reserveCapacity(min(capacity, 1024))
    }

    /// The number of candidates kept.
    package var count: Int { heap.count }

    /// Whether as many are kept as may be, so that a new one displaces another.
    package var isFull: Bool { heap.count == capacity }

    /// Keeps a candidate if it is among the nearest so far.
    ///
    /// - Complexity: O(1) for those too far away, else O(log *capacity*).
    @inline(__always)
    package mutating func offer(distance: Float, key: UInt64, location: UInt64 = 0) {
        // False for NaN, whatever the threshold is.
        guard distance <= threshold else { return }
        insert(NearestCandidate(distance: distance, key: key, location: location))
    }

    /// Keeps what another collector kept, as far as it is among the nearest.
    package mutating func formUnion(_ other: NearestCandidates) {
        for candidate in other.heap {
            offer(distance: candidate.distance, key: candidate.key, location: candidate.location)
        }
    }

    /// The candidates kept, the nearest first.
    ///
    /// - Complexity: O(*count* · log *count*).
    package func sorted() -> [NearestCandidate] {
        heap.sorted { $0.precedes($1) }
    }

    @inline(never)
    private mutating func insert(_ candidate: NearestCandidate) {
        guard isFull else {
            heap.append(candidate)
            siftUp(from: heap.count - 1)
            if isFull { threshold = heap[0].distance }
            return
        }
        guard let farthest = heap.first, candidate.precedes(farthest) else { return }
        heap[0] = candidate
        siftDown()
        threshold = heap[0].distance
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var farther = 2 * parent + 1
            guard farther < heap.count else { return }
            if farther + 1 < heap.count, heap[farther].precedes(heap[farther + 1]) { farther += 1 }
            guard heap[parent].precedes(heap[farther]) else { return }
            heap.swapAt(parent, farther)
            parent = farther
        }
    }
}
