/// The directory at the end of a zip file, which says where the entries lie.
///
/// Read strictly: one disk, no bytes in front of the first entry, every field inside the file. The
/// 64-bit fields are understood. Compare APPNOTE.TXT of the format, sections 4.3.12 to 4.3.16.
struct ZipDirectory {
    /// One file inside the zip file.
    struct Entry: Equatable, Sendable {
        var name: String
        var flags: UInt16
        /// 0 for bytes as they are, 8 for deflate.
        var method: UInt16
        var checksum: UInt32
        var storedByteCount: Int
        var byteCount: Int
        /// Where the entry's own header begins.
        var offset: Int
    }

    /// Where the directory lies and how many entries it has.
    private struct Place {
        var offset: Int
        var byteCount: Int
        var entryCount: Int
    }

    /// The largest directory that is read, in bytes.
    static let byteCountMax = 16 << 20
    private static let endByteCount = 22
    /// The end record may have a comment of up to 65,535 bytes behind it.
    private static let tailByteCount = endByteCount + 65_535
    private static let end64LocatorByteCount = 20
    private static let end64ByteCount = 56

    private(set) var entries: [Entry] = []

    /// Reads the directory of a regular file.
    ///
    /// - Throws: `.zip` with the fact why it can't be read.
    init(of file: ByteSource) throws(InputError) {
        guard let byteCount = file.totalBytes else {
            throw file.zipError(.fromPipe)
        }
        let place = try Self.place(in: file, byteCount: byteCount)
        guard place.byteCount <= Self.byteCountMax else {
            throw file.zipError(
                .directoryTooLarge(limit: Self.byteCountMax, got: place.byteCount)
            )
        }
        let bytes = try file.bytes(at: place.offset, count: place.byteCount)
        var offset = 0
        do throws(ZipError) {
            for _ in 0..<place.entryCount {
                entries.append(try Self.entry(in: bytes, &offset, base: place.offset))
            }
            guard offset == bytes.count else { throw .malformed(offset: place.offset + offset) }
        } catch {
            throw file.zipError(error)
        }
    }

    private static func place(in file: ByteSource, byteCount: Int) throws(InputError) -> Place {
        let start = max(0, byteCount - tailByteCount)
        let tail = try file.bytes(at: start, count: byteCount - start)
        guard let end = endRecord(in: tail) else { throw file.zipError(.notZip) }
        let record = ZipFields(tail)
        let malformed = file.zipError(.malformed(offset: start + end))
        var place = Place(
            offset: record.number(UInt32.self, at: end + 16),
            byteCount: record.number(UInt32.self, at: end + 12),
            entryCount: record.number(UInt16.self, at: end + 10)
        )
        var directoryEnd = start + end
        let locator = end - end64LocatorByteCount
        if locator >= 0, record.number(UInt32.self, at: locator) == 0x0706_4B50 {
            directoryEnd = record.number(UInt64.self, at: locator + 8)
            guard directoryEnd <= start + locator - end64ByteCount else { throw malformed }
            place = try place64(in: file, at: directoryEnd)
        } else if record.number(UInt32.self, at: end + 4) != 0 {
            throw malformed
        }
        guard place.byteCount <= directoryEnd, place.offset == directoryEnd - place.byteCount,
            place.entryCount <= place.byteCount / entryByteCount
        else { throw malformed }
        return place
    }

    /// Where the end record begins: the last one whose comment ends with the file.
    private static func endRecord(in tail: [UInt8]) -> Int? {
        let fields = ZipFields(tail)
        for offset in stride(from: tail.count - endByteCount, through: 0, by: -1)
        where fields.number(UInt32.self, at: offset) == 0x0605_4B50
            && offset + endByteCount + fields.number(UInt16.self, at: offset + 20) == tail.count
        {
            return offset
        }
        return nil
    }

    private static func place64(in file: ByteSource, at offset: Int) throws(InputError) -> Place {
        let record = ZipFields(try file.bytes(at: offset, count: end64ByteCount))
        guard record.number(UInt32.self, at: 0) == 0x0606_4B50,
            record.number(UInt64.self, at: 16) == 0
        else { throw file.zipError(.malformed(offset: offset)) }
        return Place(
            offset: record.number(UInt64.self, at: 48),
            byteCount: record.number(UInt64.self, at: 40),
            entryCount: record.number(UInt64.self, at: 32)
        )
    }

    // MARK: Entries

    private static let entryByteCount = 46

    private static func entry(
        in bytes: [UInt8],
        _ offset: inout Int,
        base: Int
    ) throws(ZipError) -> Entry {
        let malformed = ZipError.malformed(offset: base + offset)
        let fields = ZipFields(bytes)
        guard bytes.count - offset >= entryByteCount,
            fields.number(UInt32.self, at: offset) == 0x0201_4B50
        else { throw malformed }
        let nameByteCount = fields.number(UInt16.self, at: offset + 28)
        let extraByteCount = fields.number(UInt16.self, at: offset + 30)
        let commentByteCount = fields.number(UInt16.self, at: offset + 32)
        let nameStart = offset + entryByteCount
        let extraStart = nameStart + nameByteCount
        let next = extraStart + extraByteCount + commentByteCount
        guard next <= bytes.count else { throw malformed }
        var entry = Entry(
            name: String(decoding: bytes[nameStart..<extraStart], as: UTF8.self),
            flags: UInt16(fields.number(UInt16.self, at: offset + 8)),
            method: UInt16(fields.number(UInt16.self, at: offset + 10)),
            checksum: UInt32(fields.number(UInt32.self, at: offset + 16)),
            storedByteCount: fields.number(UInt32.self, at: offset + 20),
            byteCount: fields.number(UInt32.self, at: offset + 24),
            offset: fields.number(UInt32.self, at: offset + 42)
        )
        let extra = bytes[extraStart..<extraStart + extraByteCount]
        guard entry.takeLargeNumbers(from: extra), entry.offset <= base,
            entry.storedByteCount <= base - entry.offset
        else { throw malformed }
        offset = next
        return entry
    }
}

extension ZipDirectory.Entry {
    /// Replaces the numbers that are too large for 32 bits by those in the extra field.
    ///
    /// - Returns: whether all of them are there.
    fileprivate mutating func takeLargeNumbers(from extra: ArraySlice<UInt8>) -> Bool {
        let marker = Int(UInt32.max)
        guard byteCount == marker || storedByteCount == marker || offset == marker else {
            return true
        }
        let fields = ZipFields(Array(extra))
        var start = 0
        while start + 4 <= extra.count {
            let end = start + 4 + fields.number(UInt16.self, at: start + 2)
            guard end <= extra.count else { return false }
            guard fields.number(UInt16.self, at: start) == 1 else {
                start = end
                continue
            }
            var position = start + 4
            func large(_ number: Int) -> Int? {
                guard number == marker else { return number }
                guard position + 8 <= end else { return nil }
                defer { position += 8 }
                return fields.number(UInt64.self, at: position)
            }
            guard let byteCount = large(byteCount), let stored = large(storedByteCount),
                let offset = large(offset)
            else { return false }
            (self.byteCount, self.storedByteCount, self.offset) = (byteCount, stored, offset)
            return true
        }
        return false
    }
}

/// Little-endian numbers in bytes whose length the caller has checked.
struct ZipFields {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The number at an offset; one that is too large for any file becomes the largest.
    func number<Stored: FixedWidthInteger>(_ type: Stored.Type, at offset: Int) -> Int {
        let size = MemoryLayout<Stored>.size
        let bits = bytes[offset..<offset + size].reversed().reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        return Int(clamping: bits)
    }
}

extension ArrayBytes {
    /// A fault of the zip file that the bytes are read from.
    func zipError(_ problem: ZipError) -> InputError {
        InputError(file: name, problem: .zip(problem))
    }
}

extension ByteSource {
    /// Bytes from anywhere in a regular file, all of them.
    func bytes(at offset: Int, count: Int) throws(InputError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.copyBytes(of: self, at: offset, count: count)
        guard got == count else {
            throw InputError(
                file: name,
                problem: .truncated(expected: offset + count, got: offset + got)
            )
        }
        return bytes
    }
}
