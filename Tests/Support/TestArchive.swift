import Foundation

/// A tar archive to read, and to craft as one that is sent could be.
package struct TestArchive {
    /// One file of it, with what its header says.
    package struct Entry {
        package var name: String
        package var content: [UInt8]
        /// `0` for a plain file.
        package var kind: Character = "0"
        /// What the header says instead of the content's size.
        package var size: String?
        /// What the header says instead of its checksum.
        package var checksum: String?
        /// The folder that the header names before the name.
        package var prefix = ""

        package init(_ name: String, _ content: [UInt8] = []) {
            self.name = name
            self.content = content
        }
    }

    package var entries: [Entry] = []
    /// Zeros that end the archive.
    package var endByteCount = 1024

    package init(_ entries: [Entry] = []) { self.entries = entries }

    /// Reads the entries of an archive.
    package init(reading bytes: [UInt8]) {
        var place = 0
        while place + 512 <= bytes.count, bytes[place] != 0 {
            func text(_ range: Range<Int>) -> String {
                let field = bytes[place + range.lowerBound..<place + range.upperBound]
                return String(decoding: field.prefix { $0 != 0 && $0 != 32 }, as: UTF8.self)
            }
            let size = Int(text(124..<136), radix: 8) ?? 0
            entries.append(Entry(text(0..<100), Array(bytes[place + 512..<place + 512 + size])))
            place += 512 + (size + 511) / 512 * 512
        }
    }

    /// The bytes of the archive.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Self.header(entry) + entry.content
            bytes += [UInt8](repeating: 0, count: (512 - entry.content.count % 512) % 512)
        }
        return bytes + [UInt8](repeating: 0, count: endByteCount)
    }

    private static func header(_ entry: Entry) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (place, byte) in text.utf8.enumerated() { header[offset + place] = byte }
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(entry.name, at: 0)
        put("0000600\0", at: 100)
        put(entry.size ?? octal(entry.content.count, 11), at: 124)
        put("        ", at: 148)
        put(String(entry.kind), at: 156)
        put("ustar\0" + "00", at: 257)
        put(entry.prefix, at: 345)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(entry.checksum ?? octal(sum, 6) + "\0", at: 148)
        return header
    }
}
