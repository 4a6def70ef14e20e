/// The ways in which input may be compressed.
package enum Compression: String, CaseIterable, Sendable {
    case gzip, lz4, zstd

    /// How many bytes at the front of a file tell whether it is compressed.
    static let magicByteCount = 4

    /// What such a file begins with; nil stands for any byte.
    private var magics: [[UInt8?]] {
        switch self {
        // Only method 8 was ever given a meaning, the byte behind it holds flags.
        case .gzip: [[0x1F, 0x8B, 0x08, nil]]
        case .lz4: [[0x04, 0x22, 0x4D, 0x18]]
        // The second one begins a frame to skip, with which parallel compressors start.
        case .zstd: [[0x28, 0xB5, 0x2F, 0xFD]] + (0x50...0x5F).map { [$0, 0x2A, 0x4D, 0x18] }
        }
    }

    /// The compression of a file that begins with these bytes, or nil.
    package init?(magic bytes: some Collection<UInt8>) {
        guard bytes.count >= Self.magicByteCount,
            let found = Self.allCases.first(where: { $0.mayBegin(bytes) })
        else { return nil }
        self = found
    }

    /// Whether more bytes could tell that a file is compressed which begins with these.
    static func isUndecided(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.count < magicByteCount && allCases.contains { $0.mayBegin(bytes) }
    }

    private func mayBegin(_ bytes: some Collection<UInt8>) -> Bool {
        magics.contains { magic in
            zip(magic, bytes).allSatisfy { $0 == nil || $0 == $1 }
        }
    }

    /// A path without the ending that says how the file is compressed.
    package static func strippingEnding(_ path: String) -> String {
        for ending in [".gz", ".lz4", ".zst", ".zstd"] where path.lowercased().hasSuffix(ending) {
            return String(path.dropLast(ending.count))
        }
        return path
    }

    /// Starts to unpack a stream of this kind.
    func makeUnpacker() -> any Unpacker {
        switch self {
        case .gzip: GzipUnpacker()
        case .lz4: LZ4Unpacker()
        case .zstd: ZstandardUnpacker()
        }
    }
}

/// What is wrong with a compressed stream.
package enum CompressionError: Error, Equatable, Sendable {
    /// Its bytes contradict each other; the reason is in the library's words.
    case damaged(Compression, reason: String)
    /// It ends inside of a frame.
    case truncated(Compression)
}
