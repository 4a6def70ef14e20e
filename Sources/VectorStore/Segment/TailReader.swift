import Glibc

/// The committed rows of one tail, mapped.
///
/// Rows are found by key with a binary search: keys ascend. What a row holds is checked against its
/// CRC32C before it is handed out, not while it is compared.
final class TailReader: Sendable {
    let record: FileRecord
    let deadSlots: DeadSlots
    private let format: TailFormat
    private let file: MappedFile

    /// Opens and maps a tail.
    ///
    /// - Throws: `.system` with ENOENT when the file is gone, `.corrupt` when it is not this tail.
    init(
        _ record: FileRecord,
        deadSlots: DeadSlots,
        collection: UniqueID,
        dimension: Int,
        in directory: DataDirectory
    ) throws(VectorStoreError) {
        let path = directory.tailPath(collection: collection, file: record.uuid)
        let descriptor = try FileDescriptor(opening: path, flags: O_RDONLY)
        format = TailFormat(dimension: dimension, collection: collection, file: record.uuid)
        self.record = record
        self.deadSlots = deadSlots
        file = try MappedFile(descriptor, byteCount: format.byteCount(rowCount: record.rowCount))
        try checkHeader()
    }

    private func checkHeader() throws(VectorStoreError) {
        let header = unsafe file.bytes.prefix(TailFormat.headerByteCount)
        guard unsafe header.elementsEqual(format.header) else {
            throw .corrupt(file: file.path, offset: 0, reason: "the header is not this tail's")
        }
    }

    /// The file's path, for messages.
    var path: String { file.path }
    /// Committed rows, dead ones included.
    var rowCount: Int { record.rowCount }

    // MARK: Rows

    /// The 64 KiB block of the file that a row begins in.
    func block(of slot: Int) -> Int { format.offset(of: slot) >> 16 }

    /// The key of a row, unchecked.
    func key(at slot: Int) -> Int64 {
        unsafe file.bytes.littleEndian(Int64.self, at: format.offset(of: slot)) ?? 0
    }

    /// The row with a key; nil when this file has none.
    func slot(of key: Int64) -> Int? {
        guard rowCount > 0, key >= record.firstKey, key <= record.lastKey else { return nil }
        // Without refused rows keys have no gaps, and the guess is right.
        let guess = Int(key - record.firstKey)
        if guess < rowCount, self.key(at: guess) == key { return guess }
        var low = 0
        var high = rowCount
        while low < high {
            let middle = low + (high - low) / 2
            if self.key(at: middle) < key { low = middle + 1 } else { high = middle }
        }
        return low < rowCount && self.key(at: low) == key ? low : nil
    }

    /// The vector of a row as it was given, after its checksum was found right.
    func vector(at slot: Int) throws(VectorStoreError) -> [Float] {
        try verify(slot)
        let offset = format.offset(of: slot) + TailFormat.rowHeaderByteCount
        let bytes = unsafe UnsafeRawBufferPointer(
            rebasing: file.bytes[offset..<(offset + format.dimension * 4)]
        )
        return unsafe Array(bytes.assumingMemoryBound(to: Float.self))
    }

    /// Checks a row's checksum.
    func verify(_ slot: Int) throws(VectorStoreError) {
        let offset = format.offset(of: slot)
        let row = unsafe UnsafeRawBufferPointer(
            rebasing: file.bytes[offset..<(offset + format.stride)]
        )
        let stored = unsafe row.littleEndian(UInt32.self, at: 8)
        guard unsafe stored == format.checksum(ofRow: row) else {
            throw .corrupt(file: file.path, offset: offset, reason: "checksum of row \(slot)")
        }
    }

    // MARK: Scanning

    /// Compares the query with every live row.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - first: the location of the first row; the others follow one by one.
    ///   - nearest: takes the candidates.
    /// - Complexity: one pass over the file, at the speed of memory.
    func collectNearest(
        to query: PreparedQuery,
        locatedFrom first: UInt64,
        into nearest: inout NearestCandidates
    ) {
        guard let rows else { return }
        file.willReadSequentially()
        // Copies: what a closure captures by reference is loaded again for each row.
        var collected = nearest
        query.scan(rows, in: 0..<rowCount) { slot, distance in
            guard distance <= collected.threshold else { return }
            if !deadSlots.isEmpty, deadSlots.contains(slot) { return }
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: key(at: slot)),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
    }

    /// Compares the query with the given rows, which ascend and are live.
    func collectNearest(
        to query: PreparedQuery,
        locatedFrom first: UInt64,
        among slots: [UInt32],
        into nearest: inout NearestCandidates
    ) {
        guard let rows, !slots.isEmpty else { return }
        // A filter that lets most rows pass reads the file from end to end all the same.
        if slots.count > rowCount / 8 { file.willReadSequentially() }
        var collected = nearest
        query.scan(rows, slots: slots.span) { slot, distance in
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: key(at: slot)),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
    }

    /// Where the vectors lie; nil in a file without rows.
    private var rows: VectorRows? {
        guard rowCount > 0 else { return nil }
        let first = TailFormat.headerByteCount
        let vectors = unsafe UnsafeRawBufferPointer(
            rebasing: file.bytes[(first + TailFormat.rowHeaderByteCount)...]
        )
        let inverseNorms = unsafe UnsafeRawBufferPointer(
            rebasing: file.bytes[(first + TailFormat.inverseNormOffset)...]
        )
        return unsafe VectorRows(
            count: rowCount,
            dimension: format.dimension,
            vectors: vectors,
            stride: format.stride,
            inverseNorms: inverseNorms,
            inverseNormStride: format.stride
        )
    }
}
