import Glibc
import Synchronization

/// One segment, mapped.
///
/// OpenQuote reads the header and the mean, and nothing else. Whatever else is damaged is found row
/// by row, when one is handed out, or by ``verifyAll(full:report:)``.
package final class SegmentReader: VectorFile {
    package let record: FileRecord
    package let deletions: DeletionBitmap
    let header: SegmentHeader
    /// The sections that a search walks over; in the mapping, so valid while this object lives.
    package let index: IndexView
    let format: SegmentFormat
    package let file: MappedFile
    // Of sections that are read row by row.
    private let firstKeyOffset: Int
    private let firstVectorOffset: Int
    private let firstInverseNormOffset: Int
    private let firstChecksumOffset: Int
    private let hasReadAhead = Atomic(false)

    /// Opens the segment that the catalog names.
    ///
    /// - Throws: `.system` with ENOENT when the file is gone, `.corrupt` when it is not that
    ///   segment or damaged, `.newerFormat`.
    /// - Complexity: O(1).
    package convenience init(
        _ record: FileRecord,
        deletions: DeletionBitmap,
        collection: UniqueID,
        configuration: CollectionConfiguration,
        in directory: DataDirectory
    ) throws(VectorStoreError) {
        let path = directory.segmentPath(collection: collection, file: record.uuid)
        let (file, header) = try Self.open(path, collection, configuration)
        guard header.file == record.uuid, header.facts.rowCount == record.rowCount,
            header.firstKey == record.firstKey, header.lastKey == record.lastKey
        else {
            throw .corrupt(path, at: 0, "the header is of another file than the catalog names")
        }
        self.init(record, deletions, file, header)
    }

    /// The same segment after other rows of it have died.
    ///
    /// - Parameters:
    ///   - earlier: the segment, open.
    ///   - record: what the catalog says of it now; nothing but the number of dead rows differs.
    ///   - deletions: its dead rows now.
    convenience init(
        _ earlier: SegmentReader,
        _ record: FileRecord,
        deletions: DeletionBitmap
    ) {
        self.init(record, deletions, earlier.file, earlier.header)
    }

    /// Opens a segment outside of a store; all its rows are live.
    ///
    /// - Throws: as for one that the catalog names.
    package convenience init(
        path: String,
        collection: UniqueID,
        configuration: CollectionConfiguration
    ) throws(VectorStoreError) {
        let (file, header) = try Self.open(path, collection, configuration)
        let record = FileRecord(
            uuid: header.file,
            collection: 0,
            kind: .segment,
            rowCount: header.facts.rowCount,
            firstKey: header.firstKey,
            lastKey: header.lastKey
        )
        self.init(record, DeletionBitmap(), file, header)
    }

    private init(
        _ record: FileRecord,
        _ deletions: DeletionBitmap,
        _ file: MappedFile,
        _ header: SegmentHeader
    ) {
        self.record = record
        self.deletions = deletions
        self.file = file
        self.header = header
        let format = header.format
        self.format = format
        firstKeyOffset = format[.keys].lowerBound
        firstVectorOffset = format[.vectors].lowerBound
        firstInverseNormOffset = format[.inverseNorms].lowerBound
        firstChecksumOffset = format[.rowChecksums].lowerBound
        func bytes(_ section: SegmentSection) -> UnsafeRawBufferPointer {
            unsafe UnsafeRawBufferPointer(rebasing: file.bytes[format[section]])
        }
        index = unsafe IndexView(
            facts: header.facts,
            layout: header.layout,
            mean: bytes(.mean),
            records: bytes(.records),
            sketches: bytes(.sketches),
            baseLinks: bytes(.baseLinks),
            upperRows: bytes(.upperRows),
            upperOffsets: bytes(.upperOffsets),
            upperLinks: bytes(.upperLinks),
            slots: bytes(.slots)
        )
    }

    private static func open(
        _ path: String,
        _ collection: UniqueID,
        _ configuration: CollectionConfiguration
    ) throws(VectorStoreError) -> (MappedFile, SegmentHeader) {
        let descriptor = try FileDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
        let file = try MappedFile(whole: descriptor)
        let header = try unsafe SegmentHeader(of: file.bytes, path: path)
        guard header.collection == collection, header.layout == CodeLayout(configuration),
            header.facts.linkCount == configuration.linkCount
        else {
            throw .corrupt(path, at: 0, "the segment is another collection's")
        }
        file.willReadRandomly()
        return (file, header)
    }

    package var path: String { file.path }
    package var byteCount: Int { format.byteCount }

    // MARK: Rows

    package func block(of slot: Int) -> Int {
        vectorRange(of: slot).lowerBound / SegmentFormat.blockByteCount
    }

    package func key(at slot: Int) -> Int64 {
        unsafe file.bytes.littleEndian(Int64.self, at: firstKeyOffset + 8 * slot) ?? 0
    }

    package func vector(at slot: Int) throws(VectorStoreError) -> [Float] {
        try verify(slot)
        return unsafe Array(vectorBytes(of: slot).assumingMemoryBound(to: Float.self))
    }

    package func verify(_ slot: Int) throws(VectorStoreError) {
        guard isSound(slot) else {
            throw .corrupt(path, at: vectorRange(of: slot).lowerBound, "checksum of row \(slot)")
        }
    }

    /// 1 / length of a row's vector, unchecked.
    package func inverseNorm(at slot: Int) -> Float {
        let place = firstInverseNormOffset + 4 * slot
        return unsafe Float(bitPattern: file.bytes.littleEndian(UInt32.self, at: place) ?? 0)
    }

    /// Whether a row's checksum is right.
    func isSound(_ slot: Int) -> Bool {
        let expected = unsafe format.checksum(
            ofKey: key(at: slot),
            inverseNorm: inverseNorm(at: slot),
            vector: vectorBytes(of: slot)
        )
        let place = firstChecksumOffset + 4 * slot
        return unsafe file.bytes.littleEndian(UInt32.self, at: place) == expected
    }

    private func vectorRange(of slot: Int) -> Range<Int> {
        let byteCount = header.layout.dimension * 4
        let start = firstVectorOffset + slot * byteCount
        return start..<(start + byteCount)
    }

    /// A row's vector, unchecked.
    @unsafe
    func vectorBytes(of slot: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: file.bytes[vectorRange(of: slot)])
    }

    package var rows: VectorRows? {
        unsafe VectorRows(
            count: rowCount,
            dimension: header.layout.dimension,
            vectors: UnsafeRawBufferPointer(rebasing: file.bytes[format[.vectors]]),
            stride: header.layout.dimension * 4,
            inverseNorms: UnsafeRawBufferPointer(rebasing: file.bytes[format[.inverseNorms]]),
            inverseNormStride: 4
        )
    }

    // MARK: Reading ahead

    package func willReadSequentially() {
        guard !hasReadAhead.exchange(true, ordering: .relaxed) else { return }
        file.willReadSequentially(
            format[.vectors].lowerBound..<format[.inverseNorms].upperBound
        )
    }

    /// Reads codes and links into memory, for a process that will search for a while.
    ///
    /// - Complexity: one pass over them, at the speed of the medium.
    package func populate() {
        let range = format[.mean].lowerBound..<format[.slots].upperBound
        file.willReadSequentially(range)
        file.willReadRandomly(range)
    }
}
