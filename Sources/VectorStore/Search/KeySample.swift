/// The keys whose hashes are smallest: a sample that depends on nothing but the keys.
struct KeySample {
    private let count: Int
    private var kept: [(hash: UInt64, key: Int64, location: UInt64)] = []
    private var threshold = UInt64.max

    init(count: Int) {
        self.count = count
    }

    mutating func offer(_ key: Int64, at location: UInt64) {
        let hash = SplitMix64.hash(of: UInt64(bitPattern: key))
        guard hash <= threshold else { return }
        kept.append((hash, key, location))
        if kept.count >= 2 * count + 64 { cut() }
    }

    /// What is kept, in the order of the hashes.
    var places: [(key: Int64, location: UInt64)] {
        var whole = self
        whole.cut()
        return whole.kept.map { ($0.key, $0.location) }
    }

    private mutating func cut() {
        kept.sort { $0.hash < $1.hash }
        kept.removeLast(max(0, kept.count - count))
        if kept.count == count, let last = kept.last { threshold = last.hash }
    }
}

extension VectorFiles {
    /// Live rows with their vectors, chosen by a hash of their keys.
    ///
    /// - Throws: `.corrupt` when a chosen row is damaged.
    /// - Complexity: one pass over the keys.
    func sample(_ count: Int) throws(VectorStoreError) -> [(key: Int64, vector: [Float])] {
        var chosen = KeySample(count: count)
        for (file, reader) in readers.enumerated() {
            for slot in 0..<reader.rowCount where !reader.deletions.contains(slot) {
                chosen.offer(reader.key(at: slot), at: firstLocation(in: file) + UInt64(slot))
            }
        }
        var samples: [(key: Int64, vector: [Float])] = []
        for place in chosen.places {
            let (reader, slot) = row(at: place.location)
            samples.append((place.key, try reader.vector(at: slot)))
        }
        return samples
    }
}
