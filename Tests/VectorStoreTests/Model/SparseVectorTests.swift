import TestSupport
import Testing
import VectorStore

/// Vectors of a few components out of very many.
@Suite("Sparse vectors")
struct SparseVectorTests {
    @Test("Components are sorted with their values")
    func sorted() throws {
        let vector = try SparseVector(indices: [9, 0, .max], values: [1, -2, 0.5])
        #expect(vector.indices == [0, 9, .max] && vector.values == [-2, 1, 0.5])
        #expect(try SparseVector(indices: [], values: []).indices.isEmpty)
    }

    @Test("Components are as many as values, each once, all finite")
    func refused() throws {
        for (indices, values, wanted) in [
            ([1], [], SparseVectorError.lengthsDiffer(indices: 1, values: 0)),
            ([], [1], .lengthsDiffer(indices: 0, values: 1)),
            ([3, 1, 3], [1, 2, 3], .repeated(index: 3)),
            ([1, 2], [1, .nan], .notFinite(position: 1)),
            ([1, 2], [-.infinity, 1], .notFinite(position: 0)),
        ] as [([UInt32], [Float], SparseVectorError)] {
            #expect(throws: wanted) { try SparseVector(indices: indices, values: values) }
        }
    }

    @Test("The dot product is over what both have, and is none where they share nothing")
    func products() throws {
        let vector = try SparseVector(indices: [1, 3, 5], values: [1, 2, 3])
        for (indices, values, wanted) in [
            ([3], [10], 20), ([5, 1], [1, 1], 4), ([0, 2, 4, 6], [1, 1, 1, 1], nil), ([], [], nil),
            ([3, 4], [0, 1], 0),
        ] as [([UInt32], [Float], Float?)] {
            let other = try SparseVector(indices: indices, values: values)
            #expect(vector.dotProduct(other) == wanted)
            #expect(other.dotProduct(vector) == wanted)
        }
    }

    @Test("What is stored reads back as the same vector", arguments: UInt64(0)..<32)
    func stored(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int(random.next() % 20)
        let indices = Set((0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) })
        let values = indices.map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: random.next()) & 0xBF7F_FFFF)
        }
        let vector = try SparseVector(indices: Array(indices), values: values)
        #expect(try SparseVector(stored: vector.stored) == vector)
    }

    @Test(
        "What is stored and damaged is found",
        arguments: [
            "", "{", "{}", "[]", #"{"indices":[1]}"#, #"{"indices":[1],"values":[]}"#,
            #"{"indices":[1],"values":[1,2]}"#, #"{"indices":[2,1],"values":[1,2]}"#,
            #"{"indices":[1,1],"values":[1,2]}"#, #"{"indices":[-1],"values":[1]}"#,
            #"{"indices":[4294967296],"values":[1]}"#, #"{"indices":[1.5],"values":[1]}"#,
            #"{"indices":["1"],"values":[1]}"#, #"{"indices":7,"values":[1]}"#,
            #"{"indices":[1],"values":["1"]}"#, #"{"indices":[1],"values":[1e39]}"#,
            #"{"indices":[1],"values":7}"#,
        ]
    )
    func damaged(text: String) {
        #expect(throws: MalformedPayloadError.self) {
            try SparseVector(stored: Array(text.utf8))
        }
    }
}
