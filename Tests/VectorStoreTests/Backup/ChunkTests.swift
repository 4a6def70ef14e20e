import Foundation
import TestSupport
import Testing
import VectorStore

/// Where files are cut for a repository.
@Suite("The pieces of files")
struct PieceCutterTests {
    private func expectTiles(_ chunks: [Range<Int>], _ byteCount: Int) {
        #expect(chunks.first.map { $0.lowerBound } ?? 0 == 0)
        #expect(chunks.last.map { $0.upperBound } ?? 0 == byteCount)
        #expect(zip(chunks, chunks.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(chunks.allSatisfy { !$0.isEmpty })
    }

    @Test(
        "A catalog is cut every 64 KiB",
        arguments: [(0, 0), (1, 1), (65_535, 1), (65_536, 1), (65_537, 2), (131_072, 2)]
    )
    func catalog(byteCount: Int, count: Int) {
        let chunks = ChunkCutter.catalog(byteCount: byteCount)
        #expect(chunks.count == count)
        #expect(chunks.dropLast().allSatisfy { $0.count == 65_536 })
        expectTiles(chunks, byteCount)
    }

    @Test("A small segment is one piece")
    func smallSegment() throws {
        let fixture = try SegmentFixture()
        let byteCount = try fixture.write()
        let reader = try SegmentReader(
            path: fixture.path,
            collection: fixture.identity.collection,
            configuration: fixture.configuration
        )
        #expect(ChunkCutter.vectorFile(reader) == [0..<byteCount])
    }

    @Test(
        "A segment is cut where sections of 256 KiB and more begin, and after 4 MiB at the latest"
    )
    func segment() throws {
        // Vectors of 5.9 MB, codes of 1.5 MB; the other sections are short.
        let fixture = try SegmentFixture(dimension: 1536, rowCount: 960)
        let byteCount = try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        let reader = try SegmentReader(
            path: fixture.path,
            collection: fixture.identity.collection,
            configuration: fixture.configuration
        )
        let chunks = ChunkCutter.vectorFile(reader)
        expectTiles(chunks, byteCount)
        #expect(chunks.allSatisfy { $0.count <= 4 << 20 })
        let starts = Set(chunks.map(\.lowerBound))
        let long = SegmentImage.sections.filter { image.range(of: $0).count >= 256 << 10 }
        #expect(Set(long).isSuperset(of: ["records", "vectors"]))
        let vectors = image.range(of: "vectors").lowerBound
        #expect(
            starts
                == Set(long.map { image.range(of: $0).lowerBound })
                .union([0, vectors + 4 << 20])
        )
    }
}

/// Which chunks are worked on before the work so far is brought to an end.
@Suite("Batches of pieces")
struct PieceBatchTests {
    private static let whole = ChunkRuns.byteCountMax

    private func places(_ batch: ChunkRuns) -> [[Int]] {
        batch.chunks.map { [$0.file, $0.number] }
    }

    private func stretches(_ batch: ChunkRuns) -> [Int: Range<Int>] {
        Dictionary(uniqueKeysWithValues: batch.stretches.map { ($0.file, $0.range) })
    }

    @Test("No files, and files without pieces, make no batch")
    func empty() {
        #expect(ChunkRuns.batches(of: []).isEmpty)
        #expect(ChunkRuns.batches(of: [[], []]).isEmpty)
    }

    @Test("Pieces of several files are one batch, with one stretch of each file")
    func small() {
        let batches = ChunkRuns.batches(of: [[0..<10, 10..<15], [], [0..<7]])
        #expect(batches.map(places) == [[[0, 0], [0, 1], [2, 0]]])
        #expect(batches.map(stretches) == [[0: 0..<15, 2: 0..<7]])
    }

    @Test("A batch ends with the piece that makes it 256 MiB")
    func full() {
        let whole = Self.whole
        #expect(whole == 256 << 20)
        let below = ChunkRuns.batches(of: [[0..<(whole - 1)], [0..<1], [0..<1]])
        #expect(below.map(places) == [[[0, 0], [1, 0]], [[2, 0]]])
        let exact = ChunkRuns.batches(of: [[0..<whole], [0..<1]])
        #expect(exact.map(places) == [[[0, 0]], [[1, 0]]])
        let last = ChunkRuns.batches(of: [[0..<1], [0..<whole]])
        #expect(last.map(places) == [[[0, 0], [1, 0]]])
    }

    @Test("A file that a batch ends in goes on in the next one, where it left off")
    func divided() {
        let whole = Self.whole
        let half = whole / 2
        let cuts = [0..<half, half..<whole, whole..<(whole + 5)]
        let batches = ChunkRuns.batches(of: [[0..<1], cuts])
        #expect(batches.map(places) == [[[0, 0], [1, 0], [1, 1]], [[1, 2]]])
        #expect(batches.map(stretches) == [[0: 0..<1, 1: 0..<whole], [1: whole..<(whole + 5)]])
    }

    @Test(
        "All pieces come once, in their order, and stretches are theirs",
        arguments: UInt64(0)..<20
    )
    func complete(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let files = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            var start = 0
            return (0..<Int.random(in: 0...40, using: &random)).map { _ in
                let end = start + Int.random(in: 1...(32 << 20), using: &random)
                defer { start = end }
                return start..<end
            }
        }
        let batches = ChunkRuns.batches(of: files)
        let all = files.enumerated().flatMap { file, chunks in
            chunks.indices.map { [file, $0] }
        }
        #expect(batches.flatMap(places) == all)
        for (place, batch) in batches.enumerated() {
            let sizes = batch.chunks.map { files[$0.file][$0.number].count }
            #expect(sizes.dropLast().reduce(0, +) < Self.whole)
            if place < batches.count - 1 { #expect(sizes.reduce(0, +) >= Self.whole) }
            var expected: [Int: Range<Int>] = [:]
            for chunk in batch.chunks {
                let range = files[chunk.file][chunk.number]
                let start = expected[chunk.file]?.lowerBound ?? range.lowerBound
                expected[chunk.file] = start..<range.upperBound
            }
            #expect(stretches(batch) == expected)
        }
    }
}
