/// Writes what lies behind a segment's header, in its order, and keeps a checksum of each block.
///
/// Memory stays bounded however long the file gets.
struct SegmentOutput: ~Copyable {
    private let file: FileDescriptor
    private let format: SegmentFormat
    /// Bytes that wait; a whole number of blocks is handed to the kernel at once.
    private var waiting: [UInt8] = []
    /// Where they belong.
    private var start = SegmentFormat.headerByteCount
    private var blockChecksums: [UInt32] = []

    private static let bufferByteCount = 16 * SegmentFormat.blockByteCount

    /// Takes an empty file.
    init(_ file: consuming FileDescriptor, format: SegmentFormat) {
        self.file = file
        self.format = format
        waiting.reserveCapacity(Self.bufferByteCount)
        blockChecksums.reserveCapacity(format.blockCount)
    }

    /// Adds bytes.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(VectorStoreError) {
        var done = 0
        while done < bytes.count {
            let room = Self.bufferByteCount - (start + waiting.count) % Self.bufferByteCount
            let end = min(done + room, bytes.count)
            unsafe waiting.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: bytes[done..<end])
            )
            done = end
            if (start + waiting.count).isMultiple(of: Self.bufferByteCount) { try flush() }
        }
    }

    /// Adds the memory of numbers, which is little-endian as the file is.
    mutating func append<Number: BitwiseCopyable>(
        _ numbers: [Number]
    ) throws(VectorStoreError) {
        try unsafe numbers.withUnsafeBufferPointer {
            (buffer) throws(VectorStoreError) in
            try unsafe append(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Fills up with zeros to where a section begins.
    mutating func pad(to offset: Int) throws(VectorStoreError) {
        let count = offset - start - waiting.count
        precondition(count >= 0 && count < SegmentFormat.pageByteCount, "sections in their order")
        try append([UInt8](repeating: 0, count: count))
    }

    private mutating func flush() throws(VectorStoreError) {
        unsafe waiting.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let block = (start + position) / SegmentFormat.blockByteCount
                let end = min((block + 1) * SegmentFormat.blockByteCount - start, bytes.count)
                let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<end])
                blockChecksums.append(unsafe format.checksum(ofBlock: block, part))
                position = end
            }
        }
        try file.write(waiting, at: start)
        start += waiting.count
        waiting.removeAll(keepingCapacity: true)
    }

    /// Writes the table of checksums and the header, and forces the file to the medium.
    ///
    /// - Parameter header: the header, but for the table's checksum.
    /// - Throws: `.system`.
    mutating func finish(_ header: SegmentHeader) throws(VectorStoreError) {
        try pad(to: format[.blockChecksums].lowerBound)
        try flush()
        var table: [UInt8] = []
        for checksum in blockChecksums { table.appendLittleEndian(checksum) }
        try file.write(table, at: start)
        var header = header
        header.tableChecksum = unsafe table.withUnsafeBytes {
            unsafe format.checksum(ofTable: $0)
        }
        // Last, so that a file that was cut short is no segment.
        try file.write(header.bytes, at: 0)
        try file.synchronize()
    }
}
