/// Pieces that are worked on together, in the order of the files.
package struct PieceBatch {
    /// A piece, by the number of its file and its own.
    package struct Piece {
        package let file: Int
        package let number: Int
    }

    /// What the batch has of one file.
    package struct Stretch {
        package let file: Int
        package let range: Range<Int>
    }

    package var pieces: [Piece] = []
    package var stretches: [Stretch] = []

    /// Content between two moments at which the work so far is brought to an end: an interrupted
    /// backup loses no more than this.
    package static let byteCountMax = 256 << 20

    /// Makes batches of the pieces of files, given by where they lie.
    package static func batches(of files: [[Range<Int>]]) -> [PieceBatch] {
        var batches: [PieceBatch] = []
        var batch = PieceBatch()
        var byteCount = 0
        for (file, pieces) in files.enumerated() {
            var start = 0
            for (number, piece) in pieces.enumerated() {
                batch.pieces.append(Piece(file: file, number: number))
                byteCount += piece.count
                let isFull = byteCount >= byteCountMax
                guard isFull || number == pieces.count - 1 else { continue }
                batch.stretches.append(Stretch(file: file, range: start..<piece.upperBound))
                start = piece.upperBound
                guard isFull else { continue }
                batches.append(batch)
                (batch, byteCount) = (PieceBatch(), 0)
            }
        }
        return batch.pieces.isEmpty ? batches : batches + [batch]
    }
}
