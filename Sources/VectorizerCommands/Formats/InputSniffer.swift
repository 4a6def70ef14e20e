/// Finds out by its content what an input holds whose name does not tell.
package struct InputSniffer {
    /// What was found.
    package struct Finding: Equatable, Sendable {
        package var format: InputFormat
        /// What stands between a record's fields; nil for the format's own.
        package var delimiter: UInt8?

        package init(format: InputFormat, delimiter: UInt8? = nil) {
            self.format = format
            self.delimiter = delimiter
        }
    }

    /// How long the first line of a delimited file may be.
    static let headerByteCountMax = 1 << 20

    /// The characters that are looked for between the names of columns.
    static let delimiters: [UInt8] = [
        UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|"),
    ]

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// What a zip file with something in it begins with.
    private static let zipMagic: [UInt8] = Array("PK".utf8) + [3, 4]

    /// The name of the column with the id, by which a header is known.
    private let idField: String

    package init(idField: String) {
        self.idField = idField
    }

    /// Looks at an input's first bytes and takes none of them.
    ///
    /// - Returns: nil where they don't tell.
    /// - Throws: what keeps the input from being read.
    package func find(in source: ByteSource) throws(InputError) -> Finding? {
        var isDecided = false
        while !isDecided {
            isDecided = Self.isDecided(source.buffer[source.waiting])
            if !isDecided { isDecided = try !source.readMore() }
        }
        return finding(of: source.buffer[source.waiting])
    }

    /// Whether more bytes could not tell more.
    private static func isDecided(_ head: ArraySlice<UInt8>) -> Bool {
        let isPartOfMark = [NpyHeader.magic, zipMagic, byteOrderMark].contains { mark in
            head.count < mark.count && mark.starts(with: head)
        }
        guard !isPartOfMark, head.count < headerByteCountMax else { return !isPartOfMark }
        let text = text(of: head)
        guard let first = text.first else { return false }
        return isBracket(first) || text.contains { $0 == 0x0A || $0 == 0 }
            || head.starts(with: NpyHeader.magic) || head.starts(with: zipMagic)
    }

    private func finding(of head: ArraySlice<UInt8>) -> Finding? {
        if head.starts(with: NpyHeader.magic) { return Finding(format: .npy) }
        if head.starts(with: Self.zipMagic) { return Finding(format: .npz) }
        let text = Self.text(of: head)
        guard let first = text.first else { return nil }
        guard !Self.isBracket(first) else { return Finding(format: .json) }
        var line = text.prefix { $0 != 0x0A }
        if line.last == 0x0D { line.removeLast() }
        guard String(validating: line, as: UTF8.self) != nil, !line.contains(0) else { return nil }
        let found = Self.delimiters.filter { names(of: line, between: $0) }
        guard found.count == 1 else { return nil }
        let isTab = found[0] == UInt8(ascii: "\t")
        return Finding(format: isTab ? .tsv : .csv, delimiter: found[0])
    }

    /// Whether a line holds several names, the id's among them.
    private func names(of line: ArraySlice<UInt8>, between delimiter: UInt8) -> Bool {
        let names = line.split(separator: delimiter, omittingEmptySubsequences: false)
        let id = Array(idField.utf8)
        let quotedID = [UInt8(ascii: "\"")] + id + [UInt8(ascii: "\"")]
        return names.count > 1
            && names.contains { $0.elementsEqual(id) || $0.elementsEqual(quotedID) }
    }

    private static func isBracket(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    /// The text without a byte order mark and white space at its front.
    private static func text(of head: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let text = head.starts(with: byteOrderMark) ? head.dropFirst(byteOrderMark.count) : head
        return text.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }
}
