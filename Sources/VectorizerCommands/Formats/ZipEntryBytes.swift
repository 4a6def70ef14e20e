import CZlib

/// The bytes of one entry of a zip file, taken front to back, with its checksum compared at the
/// end.
///
/// Memory is bounded by what is taken at a time, whatever the directory says of the entry's size.
final class ZipEntryBytes: ArrayBytes {
    /// How many bytes are read, or made, at a time.
    private static let chunkByteCount = 1 << 18
    private static let headerByteCount = 30

    let name: String
    private(set) var buffer: [UInt8] = []
    private(set) var bytesRead = 0

    private let file: ByteSource
    private let entry: ZipDirectory.Entry
    /// Where the entry's bytes begin in the file.
    private let dataOffset: Int
    private let inflater: ZipInflater?
    private var start = 0
    private var storedTaken = 0
    private var made = 0
    private var checksum: UInt = crc32(0, nil, 0)
    private var isChecked = false

    /// Prepares to read an entry.
    ///
    /// - Throws: `.zip` when it is encrypted, compressed in an unknown way, or not where the
    ///   directory says.
    init(_ entry: ZipDirectory.Entry, of file: ByteSource) throws(InputError) {
        self.file = file
        self.entry = entry
        name = file.name
        do throws(ZipError) {
            guard entry.flags & 1 == 0 else { throw .encrypted(entry: entry.name) }
            switch entry.method {
            case 0: inflater = nil
            case 8: inflater = ZipInflater()
            default: throw .compression(entry: entry.name, method: Int(entry.method))
            }
            if inflater == nil, entry.storedByteCount != entry.byteCount {
                throw .byteCount(
                    entry: entry.name,
                    expected: entry.byteCount,
                    got: entry.storedByteCount
                )
            }
        } catch {
            throw file.zipError(error)
        }
        let header = try file.bytes(at: entry.offset, count: Self.headerByteCount)
        let fields = ZipFields(header)
        dataOffset =
            entry.offset + Self.headerByteCount + fields.number(UInt16.self, at: 26)
            + fields.number(UInt16.self, at: 28)
        guard fields.number(UInt32.self, at: 0) == 0x0403_4B50,
            let total = file.totalBytes, dataOffset <= total,
            entry.storedByteCount <= total - dataOffset
        else {
            throw file.zipError(.malformed(offset: entry.offset))
        }
    }

    var totalBytes: Int? { entry.byteCount }

    func next(byteCount: Int) throws(InputError) -> Range<Int> {
        while buffer.count - start < byteCount, try fill() {}
        let count = min(byteCount, buffer.count - start)
        defer { start += count }
        return start..<start + count
    }

    func isExhausted() throws(InputError) -> Bool {
        guard start == buffer.count else { return false }
        return try !fill()
    }

    func allowsCopying() throws(InputError) -> Bool {
        guard inflater == nil else { return false }
        // What is copied is never taken, so the checksum is compared beforehand.
        let whole = try ZipEntryBytes(entry, of: file)
        while try !whole.next(byteCount: Self.chunkByteCount).isEmpty {}
        return true
    }

    func copyBytes(
        at offset: Int,
        to target: UnsafeMutableRawBufferPointer
    ) throws(InputError) -> Int {
        try file.copyBytes(at: dataOffset + offset, to: target)
    }

    // MARK: Reading

    /// Makes more bytes behind those not taken yet.
    ///
    /// - Returns: false at the end of the entry.
    private func fill() throws(InputError) -> Bool {
        buffer.removeFirst(start)
        start = 0
        let before = buffer.count
        if let inflater {
            try inflate(inflater)
        } else {
            buffer.append(contentsOf: try nextStored())
        }
        let got = buffer.count - before
        guard got > 0 else {
            try checkEnd()
            return false
        }
        checksum = buffer.withUnsafeBytes { bytes in
            let new = bytes[before...].bindMemory(to: UInt8.self)
            return crc32(checksum, new.baseAddress, UInt32(got))
        }
        made += got
        // More than was announced is refused at once: it could be without end.
        if made > entry.byteCount { try checkEnd() }
        return true
    }

    /// The next bytes as they stand in the file; none at the end.
    private func nextStored() throws(InputError) -> [UInt8] {
        let count = min(Self.chunkByteCount, entry.storedByteCount - storedTaken)
        let bytes = try file.bytes(at: dataOffset + storedTaken, count: count)
        storedTaken += count
        bytesRead += count
        return bytes
    }

    private func inflate(_ inflater: ZipInflater) throws(InputError) {
        let before = buffer.count
        while buffer.count == before, !inflater.isAtEnd {
            if inflater.needsInput { inflater.give(try nextStored()) }
            do throws(ZipInflater.Damage) {
                try inflater.append(to: &buffer, atMost: Self.chunkByteCount)
            } catch {
                throw zipError(.damaged(entry: entry.name))
            }
        }
    }

    private func checkEnd() throws(InputError) {
        guard !isChecked else { return }
        guard made == entry.byteCount else {
            throw zipError(
                .byteCount(entry: entry.name, expected: entry.byteCount, got: made)
            )
        }
        guard checksum == entry.checksum else {
            throw zipError(
                .checksum(
                    entry: entry.name,
                    expected: entry.checksum,
                    got: UInt32(truncatingIfNeeded: checksum)
                )
            )
        }
        isChecked = true
    }
}
