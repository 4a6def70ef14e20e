import Crypto

/// A key's text taken apart: `vz_`, an id, `_`, a secret, `_`, a checksum.
///
/// Id, secret and checksum are 16, 64 and 8 lower-case hexadecimal digits. Taking a text apart
/// costs the same whatever is in it: nothing here ends early.
struct KeyText {
    /// The length of every key.
    static let byteCount = 93
    private static let idRange = 3..<19
    private static let secretRange = 20..<84
    private static let checksumRange = 85..<93
    /// The id that no key has; looked up when a text has none.
    static let noID = String(repeating: "0", count: 16)

    /// The part that names the key.
    let id: String
    /// SHA-256 of the whole text.
    let hash: [UInt8]
    /// Whether the text has the form of a key.
    let isWellFormed: Bool
    /// Whether its checksum is the right one.
    let isChecksumRight: Bool

    /// Takes any bytes; a form that is not a key's is a fact, no error.
    init(_ text: some Collection<UInt8>) {
        var bytes = Array(text.prefix(Self.byteCount))
        bytes.append(contentsOf: repeatElement(0, count: Self.byteCount - bytes.count))
        var faults = text.count == Self.byteCount ? 0 : 1
        for (place, byte) in zip([0, 1, 2, 19, 84], "vz___".utf8) {
            faults += bytes[place] == byte ? 0 : 1
        }
        for range in [Self.idRange, Self.secretRange, Self.checksumRange] {
            for place in range { faults += Hexadecimal.isDigit(bytes[place]) ? 0 : 1 }
        }
        isWellFormed = faults == 0
        let checksum = Array(Self.checksum(of: bytes[..<84]).utf8)
        var differences: UInt8 = 0
        for (one, other) in zip(checksum, bytes[Self.checksumRange]) { differences |= one ^ other }
        isChecksumRight = differences == 0
        let id = String(decoding: bytes[Self.idRange], as: UTF8.self)
        self.id = faults == 0 ? id : Self.noID
        hash = Array(SHA256.hash(data: bytes))
    }

    /// Draws a secret for an id; only the caller has the text.
    static func draw(id: String) -> KeySecret {
        let text = "vz_" + id + "_" + digits(byteCount: 32)
        return KeySecret(text + "_" + checksum(of: Array(text.utf8)[...]))
    }

    /// Draws an id.
    static func drawID() -> String {
        let id = digits(byteCount: 8)
        return id == noID ? drawID() : id
    }

    private static func digits(byteCount: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Hexadecimal.text(
            (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        )
    }

    private static func checksum(of bytes: ArraySlice<UInt8>) -> String {
        let sum = crc32c(Array(bytes))
        return Hexadecimal.text(
            (0..<4).reversed().map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) }
        )
    }
}

extension KeyInfo {
    /// Reads the id of a key, alone or behind `vz_`; nil for everything else.
    package static func id(in text: String) -> String? {
        let digits = text.hasPrefix("vz_") ? text.dropFirst(3) : text[...]
        let isID = digits.utf8.count == KeyText.noID.utf8.count
        return isID && digits.utf8.allSatisfy(Hexadecimal.isDigit) ? String(digits) : nil
    }
}

/// Texts that may hold keys, made fit for logs.
package enum KeyRedaction {
    /// The text with the secret part of whatever looks like a key taken out.
    package static func redacted(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if let end = keyEnd(bytes, at: place) {
                kept.append(contentsOf: "vz_…".utf8)
                place = end
            } else {
                kept.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Whether a text has a key in it, which must not be written anywhere.
    package static func holdsKey(_ text: String) -> Bool { redacted(text) != text }

    /// Where a key ends that begins at a place: `vz_`, its id, `_`, and at least a good part of the
    /// secret, with all letters and digits behind it; nil when none begins there.
    private static func keyEnd(_ bytes: [UInt8], at place: Int) -> Int? {
        let secretStart = place + 20
        guard secretStart + 24 <= bytes.count, bytes[place] | 0x20 == UInt8(ascii: "v"),
            bytes[place + 1] | 0x20 == UInt8(ascii: "z"),
            bytes[place + 2] == UInt8(ascii: "_"), bytes[place + 19] == UInt8(ascii: "_"),
            bytes[place + 3..<place + 19].allSatisfy(isHexadecimal),
            bytes[secretStart..<secretStart + 24].allSatisfy(isHexadecimal)
        else { return nil }
        return bytes[secretStart...].firstIndex { !isPart($0) } ?? bytes.count
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        Hexadecimal.isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
