import Glibc

/// The committed rows of one tail, mapped.
///
/// Rows are found by key with a binary search: keys ascend. What a row holds is checked against its
/// CRC32C before it is handed out, not while it is compared.
final class TailReader: VectorFile {
    let record: FileRecord
    let deletions: DeletionBitmap
    private let format: TailFormat
    let file: MappedFile

    /// Opens and maps a tail.
    ///
    /// - Parameters:
    ///   - record: what the catalog says of it.
    ///   - deletions: its dead rows.
    ///   - collection: the collection's name on disk.
    ///   - dimension: components of a row.
    ///   - directory: the data directory.
    ///   - isKept: whether it may be opened again when it is longer.
    ///   - earlier: the same tail at another moment, whose mapping is gone on with.
    /// - Throws: `.system` with ENOENT when the file is gone, `.corrupt` when it is not this tail.
    init(
        _ record: FileRecord,
        deletions: DeletionBitmap,
        collection: UniqueID,
        dimension: Int,
        in directory: DataDirectory,
        isKept: Bool = false,
        after earlier: TailReader? = nil
    ) throws(VectorStoreError) {
        let path = directory.tailPath(collection: collection, file: record.uuid)
        let descriptor = try FileDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
        format = TailFormat(dimension: dimension, collection: collection, file: record.uuid)
        self.record = record
        self.deletions = deletions
        file = try MappedFile(
            descriptor,
            byteCount: format.byteCount(rowCount: record.rowCount),
            grows: isKept,
            after: earlier?.file
        )
        try checkHeader()
    }

    private func checkHeader() throws(VectorStoreError) {
        let header = unsafe file.bytes.prefix(TailFormat.headerByteCount)
        guard unsafe header.elementsEqual(format.header) else {
            throw .corrupt(file.path, at: 0, "the header is not this tail's")
        }
    }

    /// The file's path, for messages.
    var path: String { file.path }
    var byteCount: Int { format.byteCount(rowCount: rowCount) }

    func willReadSequentially() { file.willReadSequentially() }

    // MARK: Rows

    /// The 64 KiB block of the file that a row begins in.
    func block(of slot: Int) -> Int { format.offset(of: slot) >> 16 }

    /// The key of a row, unchecked.
    func key(at slot: Int) -> Int64 {
        unsafe file.bytes.littleEndian(Int64.self, at: format.offset(of: slot)) ?? 0
    }

    /// 1 / length of a row's vector, unchecked.
    func inverseNorm(at slot: Int) -> Float {
        let offset = format.offset(of: slot) + TailFormat.inverseNormOffset
        return Float(bitPattern: unsafe file.bytes.littleEndian(UInt32.self, at: offset) ?? 0)
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
            throw .corrupt(file.path, at: offset, "checksum of row \(slot)")
        }
    }

    /// Where the vectors lie; nil in a file without rows.
    var rows: VectorRows? {
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
