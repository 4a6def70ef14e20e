import Crypto

/// The SHA-256 of some content, which names it in a backup repository (FIPS 180-4).
package struct ContentHash: Hashable, Sendable {
    let bytes: [UInt8]

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Hashes bytes in memory.
    @unsafe
    init(of content: UnsafeRawBufferPointer) {
        var hash = SHA256()
        unsafe hash.update(bufferPointer: content)
        bytes = Array(hash.finalize())
    }

    /// Hashes an array.
    package init(of content: some Collection<UInt8>) {
        self = unsafe Array(content).withUnsafeBytes { unsafe Self(of: $0) }
    }

    /// 64 hexadecimal digits, as `sha256sum` prints them.
    package var hexadecimal: String { Hexadecimal.text(bytes) }

    /// Reads what ``hexadecimal`` wrote.
    package init?(hexadecimal text: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count == SHA256.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    /// The hash of content that comes piece by piece.
    struct Running {
        private var hash = SHA256()

        /// Adds the next bytes.
        mutating func update(_ content: UnsafeRawBufferPointer) {
            unsafe hash.update(bufferPointer: content)
        }

        /// The hash of all bytes so far.
        var value: ContentHash { ContentHash(Array(hash.finalize())) }
    }
}
