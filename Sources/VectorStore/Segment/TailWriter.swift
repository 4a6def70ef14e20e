import Glibc

/// Appends rows to a tail behind its committed length.
///
/// What lies there already is a torn or abandoned attempt and is overwritten. Nothing counts until
/// the catalog commits the new length.
struct TailWriter: ~Copyable {
    private let format: TailFormat
    private let file: FileDescriptor
    private let directory: String
    private let isNew: Bool
    private var rows: [UInt8] = []
    private var committedRowCount: Int
    private(set) var pendingRowCount = 0

    /// Rows are handed to the kernel when so many bytes wait, so that memory stays bounded.
    private static let bufferByteCount = 4 << 20

    /// Opens the tail that the catalog names, or creates it when it has no rows yet.
    ///
    /// - Throws: `.corrupt` when a committed tail is missing or too short.
    init(
        _ record: FileRecord,
        collection: UniqueID,
        dimension: Int,
        in dataDirectory: DataDirectory
    ) throws(VectorStoreError) {
        let format = TailFormat(dimension: dimension, collection: collection, file: record.uuid)
        let path = dataDirectory.tailPath(collection: collection, file: record.uuid)
        let file =
            record.rowCount == 0
            ? try Self.create(path, header: format.header)
            : try Self.open(path, committedByteCount: format.byteCount(rowCount: record.rowCount))
        self.format = format
        self.file = file
        directory = dataDirectory.collectionPath(collection)
        committedRowCount = record.rowCount
        isNew = record.rowCount == 0
    }

    private static func create(
        _ path: String,
        header: [UInt8]
    ) throws(VectorStoreError) -> FileDescriptor {
        try DurableFile.makeDirectory(DurableFile.parent(of: path))
        let file = try DurableFile.create(path)
        try file.write(header, at: 0)
        return file
    }

    private static func open(
        _ path: String,
        committedByteCount: Int
    ) throws(VectorStoreError) -> FileDescriptor {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(opening: path, flags: O_RDWR | O_NONBLOCK)
        } catch .file(.system(_, _, ENOENT)) {
            throw .corrupt(path, "the catalog names it, it is missing")
        }
        let actual = Int(try file.status().st_size)
        guard actual >= committedByteCount else {
            throw .corrupt(
                path,
                at: actual,
                "the file has \(actual) bytes, the catalog committed \(committedByteCount)"
            )
        }
        return file
    }

    /// Adds one row; keys must ascend.
    mutating func append(
        key: Int64,
        vector: ArraySlice<Float>,
        inverseNorm: Float
    ) throws(VectorStoreError) {
        let start = rows.count
        rows.appendLittleEndian(UInt64(bitPattern: key))
        rows.appendLittleEndian(UInt32(0))
        rows.appendLittleEndian(inverseNorm.bitPattern)
        unsafe vector.withUnsafeBytes { unsafe rows.append(contentsOf: $0) }
        rows.append(contentsOf: repeatElement(0, count: start + format.stride - rows.count))
        let crc = unsafe rows.withUnsafeBytes { bytes in
            unsafe format.checksum(ofRow: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        for index in 0..<4 {
            rows[start + 8 + index] = UInt8(truncatingIfNeeded: crc >> (8 * index))
        }
        pendingRowCount += 1
        if rows.count >= Self.bufferByteCount { try flush() }
    }

    /// Forgets the rows added last; the next ones take their places.
    ///
    /// - Parameter count: how many of the rows added stay.
    mutating func removeRows(after count: Int) {
        let flushedCount = pendingRowCount - rows.count / format.stride
        let stays = max(0, min(count, pendingRowCount) - flushedCount)
        rows.removeSubrange((stays * format.stride)...)
        pendingRowCount = min(count, pendingRowCount)
    }

    private mutating func flush() throws(VectorStoreError) {
        let waiting = rows.count / format.stride
        let offset = format.offset(of: committedRowCount + pendingRowCount - waiting)
        try file.write(rows, at: offset)
        rows.removeAll(keepingCapacity: true)
    }

    /// Forces all rows, and a new file's name, to the medium.
    consuming func synchronize() throws(VectorStoreError) {
        try finish().force()
    }

    /// Hands all rows to the kernel; the caller forces the file before it commits their number.
    consuming func finish() throws(VectorStoreError) -> UnforcedTail {
        try flush()
        return UnforcedTail(file: file, newIn: isNew ? directory : nil)
    }
}

/// A tail whose new rows the kernel has, but not yet the medium.
///
/// It holds the descriptor that was opened before the rows were written: only that one is sure to
/// be told of an error that befell them.
final class UnforcedTail {
    private let file: FileDescriptor
    /// The directory whose names must be forced, too, when the file is new.
    private let directory: String?

    init(file: consuming FileDescriptor, newIn directory: String?) {
        self.file = file
        self.directory = directory
    }

    /// Where the file lies.
    var path: String { file.path }

    /// Forces the rows, and a new file's name, to the medium; a failure is final.
    func force() throws(VectorStoreError) {
        try file.synchronize()
        if let directory { try DurableFile.synchronizeDirectory(directory) }
    }
}
