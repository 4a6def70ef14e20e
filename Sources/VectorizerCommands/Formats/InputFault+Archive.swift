extension InputFault {
    /// How many names of arrays a message shows.
    private static let nameCountMax = 16

    /// What is wrong with a zip file, in words.
    static func reason(_ fault: ZipFault) -> String {
        switch fault {
        case .notZip: "not an npz file, or one that is cut off: it has no zip directory at its end"
        case .malformed(let offset): "the zip file is malformed at byte \(offset + 1)"
        case .directoryTooLarge(let limit, let got):
            "the zip file's directory is too large: expected at most \(limit) bytes, got \(got)"
        case .fromPipe: "an npz file can't be read from a pipe: its directory is at its end"
        case .encrypted(let entry): "array \(quoted(entry)) is encrypted"
        case .compression(let entry, let method):
            "array \(quoted(entry)) is compressed with method \(method); expected stored or deflate"
        case .damaged(let entry): "array \(quoted(entry)) is damaged: it is no deflate stream"
        case .byteCount(let entry, let expected, let got):
            "array \(quoted(entry)) is damaged: expected \(expected) bytes, got \(got)"
        case .checksum(let entry, let expected, let got):
            "array \(quoted(entry)) is damaged: expected CRC-32 \(hexadecimal(expected)), "
                + "got \(hexadecimal(got))"
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

    fileprivate static func hexadecimal(_ checksum: UInt32) -> String {
        let digits = String(checksum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// What to do about the fault, where one thing helps.
    package var hint: String? {
        switch problem {
        case .zip(.fromPipe): "write it to a file and name that"
        case .npy(.keptTooLarge): "write it to a file, uncompressed or in C order"
        case .zip(.severalArrays), .zip(.noSuchArray): "--array NAME chooses one"
        default: nil
        }
    }
}

extension ZipFault {
    var kind: InputFault.Kind {
        switch self {
        case .notZip, .malformed, .damaged, .byteCount, .checksum: .invalidArchive
        case .directoryTooLarge, .encrypted, .compression: .unsupportedFormat
        case .fromPipe: .needsFile
        case .severalArrays: .severalArrays
        case .noArrays, .noSuchArray: .noSuchArray
        }
    }

    var expectation: (expected: InputFault.Fact?, got: InputFault.Fact?) {
        switch self {
        case .directoryTooLarge(let limit, let got): (.number(limit), .number(got))
        case .byteCount(_, let expected, let got): (.number(expected), .number(got))
        case .compression(_, let method): (.text("0 or 8"), .number(method))
        case .checksum(_, let expected, let got):
            (
                .text(InputFault.hexadecimal(expected)), .text(InputFault.hexadecimal(got))
            )
        case .severalArrays(let names): (.number(1), .number(names.count))
        case .noSuchArray(let name, _): (nil, .text(name))
        case .notZip, .malformed, .fromPipe, .encrypted, .damaged, .noArrays: (nil, nil)
        }
    }
}
