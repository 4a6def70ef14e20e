import VectorStore

extension ZipError {
    var kind: InputError.Kind {
        switch self {
        case .notZip, .malformed, .damaged, .byteCount, .checksum: .invalidArchive
        case .directoryTooLarge, .encrypted, .compression: .unsupportedFormat
        case .fromPipe: .needsFile
        case .severalArrays: .severalArrays
        case .noArrays, .noSuchArray: .noSuchArray
        }
    }

    var expectation: (expected: InputError.Fact?, got: InputError.Fact?) {
        switch self {
        case .directoryTooLarge(let limit, let got): (.number(limit), .number(got))
        case .byteCount(_, let expected, let got): (.number(expected), .number(got))
        case .compression(_, let method): (.text("0 or 8"), .number(method))
        case .checksum(_, let expected, let got):
            (
                .text(Hexadecimal.text(expected, digitCount: 8)),
                .text(Hexadecimal.text(got, digitCount: 8))
            )
        case .severalArrays(let names): (.number(1), .number(names.count))
        case .noSuchArray(let name, _): (nil, .text(name))
        case .notZip, .malformed, .fromPipe, .encrypted, .damaged, .noArrays: (nil, nil)
        }
    }
}
