/// Writes vectors as an npy file, version 1.0, of 32-bit floats in C order.
package struct NpyWriter: ExportWriter {
    private let count: Int
    private let dimension: Int
    private var written = 0

    package init(count: Int, dimension: Int) {
        self.count = count
        self.dimension = dimension
    }

    package mutating func begin(into chunk: inout [UInt8]) {
        let shape = NpyHeader.describe([count, dimension])
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
        let prefixByteCount = NpyHeader.magic.count + 4
        // The data begins at a multiple of 64, behind a line feed.
        while (prefixByteCount + text.utf8.count + 1) % 64 != 0 {
            text += " "
        }
        text += "\n"
        chunk.append(contentsOf: NpyHeader.magic)
        chunk.append(contentsOf: [1, 0])
        chunk.append(littleEndian: UInt16(text.utf8.count))
        chunk.append(contentsOf: text.utf8)
    }

    package mutating func append(
        id: String,
        vector: Span<Float>,
        payload: Span<UInt8>,
        to chunk: inout [UInt8]
    ) {
        written += 1
        chunk.append(littleEndian: vector)
    }

    package mutating func finish() throws(ExportError) {
        guard written == count else { throw .rowCount(expected: count, got: written) }
    }
}

/// Writes vectors as an fvecs file.
package struct FvecsWriter: ExportWriter {
    package init() {}

    package mutating func append(
        id: String,
        vector: Span<Float>,
        payload: Span<UInt8>,
        to chunk: inout [UInt8]
    ) {
        chunk.append(littleEndian: UInt32(vector.count))
        chunk.append(littleEndian: vector)
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// The hosts that this program runs on store floats the way these files do.
    fileprivate mutating func append(littleEndian vector: Span<Float>) {
        vector.withUnsafeBufferPointer { append(contentsOf: UnsafeRawBufferPointer($0)) }
    }
}
