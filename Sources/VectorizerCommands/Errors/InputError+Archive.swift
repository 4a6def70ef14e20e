import VectorStore

extension InputError {
    /// How many names of arrays a message shows.
    private static let nameCountMax = 16

    /// What is wrong with a zip file, in words.
    static func reason(_ fault: ZipError) -> String {
        switch fault {
        case .notZip: "not an npz file, or one that is cut off: it has no zip directory at its end"
        case .malformed(let offset): "the zip file is malformed at byte \(offset + 1)"
        case .directoryTooLarge(let limit, let got):
            "the zip file's directory is too large: expected at most \(limit) bytes, got \(got)"
        case .fromPipe:
            "an npz file can't be read from a pipe, or compressed: its directory is at its end"
        case .encrypted(let entry): "array \(quoted(entry)) is encrypted"
        case .compression(let entry, let method):
            "array \(quoted(entry)) is compressed with method \(method); expected stored or deflate"
        case .damaged(let entry): "array \(quoted(entry)) is damaged: it is no deflate stream"
        case .byteCount(let entry, let expected, let got):
            "array \(quoted(entry)) is damaged: expected \(expected) bytes, got \(got)"
        case .checksum(let entry, let expected, let got):
            "array \(quoted(entry)) is damaged: expected CRC-32 "
                + Hexadecimal.text(expected, digitCount: 8)
                + ", got " + Hexadecimal.text(got, digitCount: 8)
        case .noArrays: "the npz file holds no arrays"
        case .severalArrays(let names): "the npz file holds \(names.count) arrays: \(list(names))"
        case .noSuchArray(let name, let names):
            names.isEmpty
                ? "there is no array \(quoted(name)), nor any other"
                : "there is no array \(quoted(name)); the file holds \(list(names))"
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(nameCountMax).map(quoted).joined(separator: ", ")
        let restCount = names.count - nameCountMax
        return restCount > 0 ? shown + " and \(restCount) more" : shown
    }

    /// What to do about a fault in an npz or npy file, where one thing helps.
    var hint: String? {
        switch problem {
        case .zip(.fromPipe): "write it to a file, uncompressed, and name that"
        case .npy(.keptTooLarge): "write it to a file, uncompressed or in C order"
        default: nil
        }
    }
}
