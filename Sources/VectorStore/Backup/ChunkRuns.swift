/// Chunks that are worked on together, in the order of the files.
package struct ChunkRuns {
    /// A chunk, by the number of its file and its own.
    package struct Chunk {
        package let file: Int
        package let number: Int
    }

    /// What the batch has of one file.
    package struct Stretch {
        package let file: Int
        package let range: Range<Int>
    }

    package var chunks: [Chunk] = []
    package var stretches: [Stretch] = []

    /// Content between two moments at which the work so far is brought to an end: an interrupted
    /// backup loses no more than this.
    package static let byteCountMax = 256 << 20

    /// Makes batches of the chunks of files, given by where they lie.
    package static func batches(of files: [[Range<Int>]]) -> [ChunkRuns] {
        var batches: [ChunkRuns] = []
        var batch = ChunkRuns()
        var byteCount = 0
        for (file, chunks) in files.enumerated() {
            var start = 0
            for (number, chunk) in chunks.enumerated() {
                batch.chunks.append(Chunk(file: file, number: number))
                byteCount += chunk.count
                let isFull = byteCount >= byteCountMax
                guard isFull || number == chunks.count - 1 else { continue }
                batch.stretches.append(Stretch(file: file, range: start..<chunk.upperBound))
                start = chunk.upperBound
                guard isFull else { continue }
                batches.append(batch)
                (batch, byteCount) = (ChunkRuns(), 0)
            }
        }
        return batch.chunks.isEmpty ? batches : batches + [batch]
    }
}
