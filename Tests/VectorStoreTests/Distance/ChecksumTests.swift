import CKernels
import TestSupport
import Testing
import VectorStore

@Suite("CRC32C")
struct ChecksumTests {
    @Test(
        "Known checksums come out",
        arguments: [
            ([], 0),
            (Array("123456789".utf8), 0xE306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            (Array((0..<32).reversed()), 0x113F_DB5C),
        ] as [([UInt8], UInt32)]
    )
    func known(bytes: [UInt8], checksum: UInt32) {
        #expect(crc32c(bytes) == checksum)
        #expect(vz_crc32c_portable(0, bytes, bytes.count) == checksum)
    }

    @Test(
        "The instruction and the tables agree at every length and offset",
        arguments: Array(0...70) + [
            383, 384, 385, 767, 768, 1_535, 1_536, 1_548, 1_927, 4_096, 65_536, 100_003,
        ]
    )
    func portable(count: Int) {
        var generator = SplitMix64(seed: UInt64(count))
        let bytes = generator.bytes(count + 3)
        bytes.withUnsafeBytes { all in
            for offset in 0...3 {
                let part = UnsafeRawBufferPointer(rebasing: all[offset..<(offset + count)])
                let seed = UInt32(offset) &* 0x9E37_79B9
                let expected = vz_crc32c_portable(seed, part.baseAddress, count)
                #expect(vz_crc32c(seed, part.baseAddress, count) == expected)
            }
        }
    }

    @Test("The checksum of two pieces is that of the whole", arguments: UInt64(0)..<32)
    func chained(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let bytes = generator.bytes(5_000)
        let cut = Int.random(in: 0...5_000, using: &generator)
        let first = crc32c(Array(bytes[..<cut]))
        #expect(crc32c(Array(bytes[cut...]), seed: first) == crc32c(bytes))
    }

    @Test("Arrays, spans, buffers and text are the same bytes")
    func overloads() {
        let text = "naïve 123456789"
        let bytes = Array(text.utf8)
        let expected = crc32c(bytes, seed: 5)
        #expect(crc32c(text, seed: 5) == expected)
        #expect(crc32c(bytes.span.bytes, seed: 5) == expected)
        #expect(bytes.withUnsafeBytes { crc32c($0, seed: 5) } == expected)
        #expect(crc32c(UnsafeRawBufferPointer(start: nil, count: 0), seed: 5) == 5)
    }
}
