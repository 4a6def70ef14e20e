/// 128 random bits that name a store, a collection or a file.
package struct UniqueID: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Draws a new one.
    package static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(unchecked: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// Takes 16 bytes from a file or the catalog.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// 32 hexadecimal digits, as in file names.
    var hexadecimal: String { Hexadecimal.text(bytes) }

    /// Reads what ``hexadecimal`` wrote.
    init?(hexadecimal text: Substring) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}
