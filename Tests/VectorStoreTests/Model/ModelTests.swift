import Testing
import VectorStore

@Suite("Names, ids and batches")
struct ModelTests {
    @Test(
        "Names of collections fit the pattern",
        arguments: ["a", "0", "A.b_c-1", String(repeating: "x", count: 128)]
    )
    func names(text: String) throws {
        #expect(try CollectionName(text).text == text)
        #expect(try CollectionName(text).description == text)
    }

    @Test(
        "Other names are refused",
        arguments: [
            "", ".a", "-a", "a b", "a/b", "é", "a\u{0}", "a\n", "..",
            String(repeating: "x", count: 129),
        ]
    )
    func otherNames(text: String) {
        #expect(throws: VectorStoreError.collection(.invalidName(text))) {
            try CollectionName(text)
        }
    }

    @Test("Names are ordered by their bytes")
    func nameOrder() throws {
        let names = try ["b", "a", "B", "a.b", "a-b", "1"].map { try CollectionName($0) }
        #expect(names.sorted().map(\.text) == ["1", "B", "a", "a-b", "a.b", "b"])
    }

    @Test("Ids are 1 to 512 bytes without NUL")
    func ids() throws {
        #expect(throws: VectorStoreError.point(.invalidID(.empty))) { try PointID("") }
        #expect(throws: VectorStoreError.point(.invalidID(.containsNUL))) { try PointID("a\u{0}b") }
        #expect(throws: VectorStoreError.point(.invalidID(.tooLong(byteCount: 514)))) {
            try PointID(String(repeating: "é", count: 257))
        }
        let longest = try PointID(String(repeating: "é", count: 256))
        #expect(longest.description.utf8.count == Limits.idByteCount)
    }

    @Test("Ids are equal, hashed and ordered by their bytes")
    func idBytes() throws {
        let composed = try PointID("\u{E9}")
        let decomposed = try PointID("e\u{301}")
        #expect(composed != decomposed && composed.text == decomposed.text)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(decomposed < composed && !(composed < decomposed))
    }

    @Test("Dimensions are 1 to 4096", arguments: [-1, 0, 4097, Int.max])
    func dimensions(dimension: Int) throws {
        #expect(throws: VectorStoreError.collection(.invalidDimension(dimension))) {
            try CollectionConfiguration(dimension: dimension)
        }
        let configuration = try CollectionConfiguration(dimension: Limits.dimension)
        #expect(configuration.metric == .cosine && configuration.quantization == .int8)
    }

    @Test("A batch counts its rows and bytes, and can be used again")
    func batch() throws {
        var batch = PointBatch(dimension: 2)
        #expect(batch.count == 0 && batch.byteCount == 0)
        batch.append(id: try PointID("a"), vector: [1, 2], payload: "{}".utf8)
        batch.append(id: try PointID("b"), vector: [3, 4], payload: #"{"x":1}"#.utf8)
        #expect(batch.count == 2 && batch.byteCount == 16 + 9)
        #expect(batch.payloadEnds == [2, 9])
        batch.removeAll()
        #expect(batch.count == 0 && batch.byteCount == 0 && batch.payloadEnds == [])
    }

    @Test("A batch whose parts don't fit ends the process")
    func misfits() async {
        await #expect(processExitsWith: .failure) {
            leaveNoCore()
            var batch = PointBatch(dimension: 2)
            batch.append(id: try PointID("a"), vector: [1], payload: "{}".utf8)
        }
        await #expect(processExitsWith: .failure) {
            leaveNoCore()
            var batch = PointBatch(dimension: 2)
            batch.vectors = [1]
            batch.complete(id: try PointID("a"))
        }
    }

    @Test("The engine tells what it is made of")
    func versions() {
        #expect(EngineVersions.catalogFormat == 4)
        #expect(EngineVersions.sqlite.hasPrefix("3."))
        #expect(EngineVersions.lz4.hasPrefix("1."))
        #expect(!EngineVersions.kernels.isEmpty)
    }
}
