import Glibc

/// Plain files in one file, as `tar` has them (POSIX.1-1988, "ustar").
enum TarArchive {
    private static let blockByteCount = 512
    private static let nameByteCountMax = 100
    /// The largest size that eleven octal digits have room for.
    private static let sizeMax = (1 << 33) - 1
    private static let copyByteCount = 1 << 20

    // MARK: Writing

    /// Writes the files below a directory, each under its path there, in their order.
    ///
    /// - Parameters:
    ///   - names: the files' paths in the directory.
    ///   - directory: the directory.
    ///   - path: the archive, which must not be there yet; durable before the call returns.
    /// - Throws: system errors.
    static func write(
        _ names: [String],
        of directory: String,
        to path: String
    ) throws(VectorStoreError) {
        let archive = try DurableFile.create(path)
        var end = 0
        for name in names {
            let source = directory + "/" + name
            let size = DurableFile.byteCount(of: source) ?? 0
            guard name.utf8.count <= nameByteCountMax, size <= sizeMax else {
                throw .system("tar", source, EFBIG)
            }
            try archive.write(header(name, size), at: end)
            end += blockByteCount
            let file = try FileDescriptor(opening: source, flags: O_RDONLY)
            var offset = 0
            while offset < size {
                let bytes = try file.read(count: min(copyByteCount, size - offset), at: offset)
                guard !bytes.isEmpty else { throw .system("read", source, EIO) }
                try archive.write(bytes, at: end + offset)
                offset += bytes.count
            }
            end += size
            let padding = (blockByteCount - size % blockByteCount) % blockByteCount
            try archive.write([UInt8](repeating: 0, count: padding), at: end)
            end += padding
        }
        try archive.write([UInt8](repeating: 0, count: 2 * blockByteCount), at: end)
        try archive.synchronize()
    }

    private static func header(_ name: String, _ size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: blockByteCount)
        func put(_ text: String, at offset: Int) {
            for (place, byte) in text.utf8.enumerated() { header[offset + place] = byte }
        }
        put(name, at: 0)
        put("0000600\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        put(octal(size, digits: 11) + " ", at: 124)
        put(octal(0, digits: 11) + " ", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\0" + "00", at: 257)
        put(octal(checksum(header), digits: 6) + "\0 ", at: 148)
        return header
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// The sum of a header's bytes, those of the sum itself taken as blanks.
    private static func checksum(_ header: [UInt8]) -> Int {
        header.enumerated().reduce(0) { sum, byte in
            sum + (148..<156 ~= byte.offset ? 32 : Int(byte.element))
        }
    }

    // MARK: Reading

    /// Takes the files of an archive out into a directory.
    ///
    /// The archive may have been crafted: nothing but plain files is taken, none twice, and only
    /// with names that the caller allows.
    ///
    /// - Parameters:
    ///   - path: the archive.
    ///   - directory: the directory.
    ///   - isAllowed: whether a file may have a name; directories on the way to it are made.
    /// - Throws: `.corrupt` for what is no such archive, and system errors.
    static func extract(
        _ path: String,
        to directory: String,
        isAllowed: (String) -> Bool
    ) throws(VectorStoreError) {
        let archive = try FileDescriptor(opening: path, flags: O_RDONLY | O_NOFOLLOW)
        let byteCount = DurableFile.byteCount(of: path) ?? 0
        var known: Set<String> = []
        var offset = 0
        while true {
            let header = try archive.read(count: blockByteCount, at: offset)
            guard header.count == blockByteCount else {
                throw .corrupt(path, at: offset, "the archive ends too early")
            }
            if header.allSatisfy({ $0 == 0 }) { return }
            guard let (name, size) = entry(header), isAllowed(name), known.insert(name).inserted
            else { throw .corrupt(path, at: offset, "the archive has what is no part of one") }
            offset += blockByteCount
            guard size <= byteCount - offset else {
                throw .corrupt(path, at: offset, "the archive ends too early")
            }
            try copy(archive, offset..<offset + size, to: directory + "/" + name)
            offset += (size + blockByteCount - 1) / blockByteCount * blockByteCount
        }
    }

    /// The name and the size of a plain file; nil for anything else.
    private static func entry(_ header: [UInt8]) -> (name: String, size: Int)? {
        let kind = header[156]
        guard kind == 0 || kind == UInt8(ascii: "0"), header[345] == 0,
            let sum = number(header[148..<156]), sum == checksum(header),
            let size = number(header[124..<136]), size <= sizeMax
        else { return nil }
        let name = header[0..<nameByteCountMax].prefix { $0 != 0 }
        return (String(decoding: name, as: UTF8.self), size)
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.prefix { $0 != 0 && $0 != 32 }
        guard !digits.isEmpty else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    private static func copy(
        _ archive: borrowing FileDescriptor,
        _ range: Range<Int>,
        to path: String
    ) throws(VectorStoreError) {
        _ = try DurableFile.makeDirectories(DurableFile.parent(of: path))
        let file = try DurableFile.create(path)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(copyByteCount, range.upperBound - offset)
            let bytes = try archive.read(count: count, at: offset)
            guard !bytes.isEmpty else { throw .corrupt(path, "the archive ends too early") }
            try file.write(bytes, at: offset - range.lowerBound)
            offset += bytes.count
        }
    }
}
