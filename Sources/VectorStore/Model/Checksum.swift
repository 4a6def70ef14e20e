internal import CKernels

/// The CRC32C of bytes; with the checksum of what comes before them as the seed, of both together.
package func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    guard let start = bytes.baseAddress else { return seed }
    return unsafe vz_crc32c(seed, start, bytes.count)
}

/// The CRC32C of bytes; with the checksum of what comes before them as the seed, of both together.
package func crc32c(_ bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe crc32c($0, seed: seed) }
}

/// The CRC32C of bytes; with the checksum of what comes before them as the seed, of both together.
package func crc32c(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe crc32c($0, seed: seed) }
}

/// The CRC32C of a text's UTF-8 bytes; with the checksum of what comes before them as the seed, of
/// both together.
package func crc32c(_ text: String, seed: UInt32 = 0) -> UInt32 {
    var text = text
    return text.withUTF8 { unsafe crc32c(UnsafeRawBufferPointer($0), seed: seed) }
}
