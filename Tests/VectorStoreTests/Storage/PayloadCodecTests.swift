import TestSupport
import Testing
import VectorStore

/// How payloads are stored: as text, or as a block when that is smaller.
@Suite("Stored payloads")
struct PayloadCodecTests {
    /// JSON text of a length, which shrinks well.
    private func text(_ count: Int) -> [UInt8] {
        Array(#"{"a":""#.utf8) + [UInt8](repeating: 0x61, count: count - 8) + Array(#""}"#.utf8)
    }

    private func decoded(_ block: [UInt8]) -> [UInt8]? {
        var text: [UInt8] = [1, 2, 3]
        return block.withUnsafeBytes { PayloadCodec.decode($0, into: &text) } ? text : nil
    }

    @Test("Up to 1,024 bytes stay text that sqlite3 can read", arguments: [2, 1023, 1024])
    func short(count: Int) {
        let payload = count == 2 ? Array("{}".utf8) : text(count)
        #expect(payload.count == count)
        #expect(PayloadCodec.encode(payload) == .text(payload))
    }

    @Test("Longer ones become a block when that is smaller", arguments: [1025, 5000, 1 << 20])
    func long(count: Int) throws {
        let payload = text(count)
        guard case .block(let block) = PayloadCodec.encode(payload) else {
            Issue.record("\(count) bytes stay text")
            return
        }
        #expect(block.count < count)
        // The length comes first, its least significant byte at the beginning.
        #expect(block.prefix(4).enumerated().reduce(0) { $0 + Int($1.1) << (8 * $1.0) } == count)
        #expect(decoded(block) == payload)
    }

    @Test("What a block would not shorten stays text", arguments: [1025, 4096])
    func incompressible(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let payload = random.bytes(count)
        #expect(PayloadCodec.encode(payload) == .text(payload))
    }

    @Test("What comes back is what went in", arguments: UInt64(0)..<30)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array("{}[]\":,abc01".utf8)
        let count = Int.random(in: 1025...20_000, using: &random)
        let payload = (0..<count).map { _ in random.pick(letters) }
        guard case .block(let block) = PayloadCodec.encode(payload) else {
            Issue.record("twelve letters take half a byte each")
            return
        }
        #expect(decoded(block) == payload)
    }

    @Test("A block that is cut off is refused, wherever it ends")
    func cut() throws {
        let block = PayloadCodec.encode(text(2000)).bytes
        for count in 0..<block.count { #expect(decoded(Array(block.prefix(count))) == nil) }
        #expect(decoded(block + [0]) == nil)
    }

    @Test("A block is refused unless its text is exactly as long as it says", arguments: [-1, 1])
    func wrongLength(difference: Int) {
        var block = PayloadCodec.encode(text(2000)).bytes
        let count = 2000 + difference
        block.replaceSubrange(0..<2, with: [UInt8(count & 0xFF), UInt8(count >> 8)])
        #expect(decoded(block) == nil)
    }

    @Test("A length over the limit of a payload is refused before memory is taken for it")
    func tooLong() {
        let limit = Limits.payloadByteCount
        let block = PayloadCodec.encode(text(limit + 1)).bytes
        #expect(decoded(block) == nil)
        #expect(decoded([0xFF, 0xFF, 0xFF, 0xFF, 0]) == nil)
        #expect(decoded(PayloadCodec.encode(text(limit)).bytes)?.count == limit)
    }

    @Test("Damaged blocks give what they say in length, or nothing", arguments: UInt64(0)..<50)
    func damaged(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var block = PayloadCodec.encode(text(1500)).bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            block[Int.random(in: 4..<block.count, using: &random)] = random.bytes(1)[0]
        }
        if let text = decoded(block) { #expect(text.count == 1500) }
    }
}
