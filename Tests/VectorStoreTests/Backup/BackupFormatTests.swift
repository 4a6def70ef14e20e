import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("LZ4 frames")
struct LZ4FrameTests {
    private static let sizes = [
        1, 2, 300, 65535, 65536, 65537, (256 << 10) - 1, 256 << 10, (256 << 10) + 1,
        (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 4 << 20,
    ]

    enum Kind: CaseIterable, Sendable { case zeros, text, noise }

    private static func content(_ kind: Kind, _ count: Int) -> [UInt8] {
        switch kind {
        case .zeros: return [UInt8](repeating: 0, count: count)
        case .text:
            let line = Array("every frame is read back to its last byte; ".utf8)
            let lines = Array(repeatElement(line, count: count / line.count + 1).joined())
            return Array(lines.prefix(count))
        case .noise:
            var random = SplitMix64(seed: UInt64(count))
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count + 8)
            while bytes.count < count {
                withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
            }
            return Array(bytes.prefix(count))
        }
    }

    private static func decode(_ frame: [UInt8], most: Int = 4 << 20) throws -> [UInt8] {
        var content: [UInt8] = [1, 2, 3]
        try LZ4Frame.decode(frame, contentByteCountMax: most, into: &content)
        return content
    }

    @Test("What is packed comes out again", arguments: sizes, Kind.allCases)
    func roundTrip(size: Int, kind: Kind) throws {
        let content = Self.content(kind, size)
        let frame = LZ4Frame.encode(content)
        #expect(frame.count <= LZ4Frame.byteCountMax(contentByteCount: size))
        #expect(try Self.decode(frame) == content)
        #expect(try Self.decode(frame, most: size) == content)
        #expect(throws: LZ4Frame.Fault.self) { try Self.decode(frame, most: size - 1) }
        #expect(LZ4Frame.encode(content) == frame)
    }

    @Test("No byte of a frame can change unnoticed", arguments: Kind.allCases)
    func flips(kind: Kind) throws {
        for (size, step) in [(1, 1), (40, 1), (700, 1), (65536, 131), (65537, 163)] {
            let frame = LZ4Frame.encode(Self.content(kind, size))
            let ends = frame.count > 4000 ? Set(0..<40).union((frame.count - 40)..<frame.count) : []
            let offsets =
                frame.count > 4000
                ? ends.union(stride(from: 40, to: frame.count, by: step)) : Set(frame.indices)
            for offset in offsets {
                let masks: [UInt8] =
                    frame.count > 4000 ? [0x80] : (0..<8).map { 1 << $0 } + [0xFF]
                for mask in masks {
                    var changed = frame
                    changed[offset] ^= mask
                    #expect(throws: LZ4Frame.Fault.self, "\(size), \(offset), \(mask)") {
                        try Self.decode(changed)
                    }
                }
            }
        }
    }

    @Test(
        "A frame cut short anywhere, or with bytes behind it, is refused",
        arguments: Kind.allCases
    )
    func lengths(kind: Kind) throws {
        for size in [1, 40, 300] {
            let frame = LZ4Frame.encode(Self.content(kind, size))
            for count in 0..<frame.count {
                #expect(throws: LZ4Frame.Fault.self) { try Self.decode(Array(frame[..<count])) }
            }
            for tail in [[0], [0, 0, 0, 0], frame, Array(frame.prefix(4))] {
                #expect(throws: LZ4Frame.Fault.self) { try Self.decode(frame + tail) }
            }
        }
    }

    @Test("Frames that other programs make and we don't are refused")
    func foreign() {
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
        // `printf a | lz4 -c`: no length of the content.
        let plain: [UInt8] = [
            0x04, 0x22, 0x4D, 0x18, 0x64, 0x40, 0xA7, 1, 0, 0, 0x80, 0x61, 0, 0, 0, 0, 0x6A, 0x19,
            0x75, 0x50,
        ]
        for frame in [[], [0], skippable, plain, [UInt8](repeating: 0, count: 64)] {
            #expect(throws: LZ4Frame.Fault.self) { try Self.decode(frame) }
        }
    }

    @Test("Content is not unpacked past what the frame claims")
    func bombs() throws {
        // The head of one byte before the blocks of four million.
        let large = LZ4Frame.encode([UInt8](repeating: 0, count: 4 << 20))
        for size in [1, 64 << 10, 3 << 20] {
            let small = LZ4Frame.encode([UInt8](repeating: 0, count: size))
            #expect(throws: LZ4Frame.Fault.self) {
                try Self.decode(Array(small.prefix(15) + large.dropFirst(15)))
            }
        }
        for claim in [UInt64(1) << 30, 1 << 40, .max, 1 << 63] {
            var frame = large
            withUnsafeBytes(of: claim.littleEndian) { frame.replaceSubrange(6..<14, with: $0) }
            #expect(throws: LZ4Frame.Fault.self) { try Self.decode(frame) }
        }
    }
}

@Suite("Content hash")
struct ContentHashTests {
    @Test("Hashes are those of FIPS 180-4")
    func vectors() {
        let known = [
            "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ]
        for (text, hash) in known {
            #expect(ContentHash(of: text.utf8).hexadecimal == hash)
            #expect(ContentHash(hexadecimal: hash) == ContentHash(of: text.utf8))
            #expect(ContentHash(hexadecimal: hash.uppercased()) == nil)
            #expect(ContentHash(hexadecimal: hash.dropLast()) == nil)
            #expect(ContentHash(hexadecimal: hash.dropLast(2)) == nil)
            #expect(ContentHash(hexadecimal: hash + "00") == nil)
            #expect(ContentHash(hexadecimal: "g" + hash.dropFirst()) == nil)
        }
    }
}

@Suite("Sealed documents")
struct SealedDocumentTests {
    private struct Page: Codable, Equatable {
        var format = "page"
        var version = 1
        var text = "a/b \u{1} é \u{2028}"
        var manyWords = [1, 2]
    }

    private static func read(_ path: String) throws -> Page {
        try SealedDocument.read(Page.self, from: path, format: "page", version: 1)
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test("A document comes back, and no byte of it can change or be lost unnoticed")
    func flips() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/page.json"
        let bytes = try SealedDocument.encode(Page(), path: path)
        try Self.write(bytes, path)
        #expect(try Self.read(path) == Page())
        for offset in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[offset] ^= 1 << bit
                try Self.write(changed, path)
                let error = #expect(throws: VectorStoreError.self) { try Self.read(path) }
                guard case .backup(.corruptRepository(path, _)) = error else {
                    Issue.record("byte \(offset): \(String(describing: error))")
                    return
                }
            }
        }
        for changed in [bytes + [10], [32] + bytes, bytes + bytes, []]
            + bytes.indices.map({ Array(bytes[..<$0]) })
        {
            try Self.write(changed, path)
            #expect(throws: VectorStoreError.self) { try Self.read(path) }
        }
    }

    @Test("The checksum is what `head -n -2 FILE | sha256sum` prints")
    func byHand() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/page.json"
        try Self.write(try SealedDocument.encode(Page(), path: path), path)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "head -n -2 \"$0\" | sha256sum", path]
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let sum =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(filePath: path))
            ) as? [String: Any]
        #expect(sum?["sha256"] as? String == text.split(separator: " ").first.map(String.init))
        #expect(sum?["many_words"] as? [Int] == [1, 2])
    }

    @Test(
        "A sound checksum does not make a document of other text",
        arguments: [
            #"{"format":"page","version":1,"text":"","many_words":[],"text":"b""#,
            #"{"format":"book","version":1,"text":"","many_words":[]"#,
            #"{"format":"page","version":1,"text":"""#, #"{"format":"page","text":"""#,
            #"{"format":"page","version":1,"text":1,"many_words":[]"#,
            #"{"format":"page","version":1,"text":null,"many_words":[]"#,
            #"{"format":"page","version":1e99,"text":"","many_words":[]"#,
            #"{"format":"page","version":1.5,"text":"","many_words":[]"#,
            #"{"format":"page","version":1,"text":"\ud800","many_words":[]"#,
            #"{"format":"page","version":1,"text":"","many_words":[1,]"#,
            #"{"format":"page","version":1,"text":"","many_words":[NaN]"#,
            #"{"format":"page","version":1,"text":"","many_words":[9223372036854775808]"#,
            #"["format""#, "1", "",
            #"{"deep":"# + String(repeating: "[", count: 200)
                + String(repeating: "]", count: 200) + #","format":"page","version":1"#,
        ]
    )
    func malformed(body: String) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/page.json"
        try Self.write(RawDocument.sealed(Array((body + ",\n").utf8)), path)
        let error = #expect(throws: VectorStoreError.self) { try Self.read(path) }
        guard case .backup(.malformedSnapshot(path, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A later version is told from damage, whatever else it holds")
    func newer() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/page.json"
        let body = #"{"format":"page","version":2,"other":true,"# + "\n"
        try Self.write(RawDocument.sealed(Array(body.utf8)), path)
        let error = #expect(throws: VectorStoreError.self) { try Self.read(path) }
        #expect(error == .file(.newerFormat(path: path, found: 2, supported: 1)))
    }

    @Test("What is no regular file is no document, and nobody waits for it")
    func irregular() throws {
        let scratch = try ScratchDirectory()
        let sound = scratch.path + "/sound.json"
        try Self.write(try SealedDocument.encode(Page(), path: sound), sound)
        let path = scratch.path + "/page.json"
        for kind in 0..<4 {
            switch kind {
            case 0: #expect(mkfifo(path, 0o600) == 0)
            case 1: #expect(mkdir(path, 0o700) == 0)
            case 2: #expect(symlink(sound, path) == 0)
            default: #expect(symlink("/dev/zero", path) == 0)
            }
            let error = #expect(throws: VectorStoreError.self) { try Self.read(path) }
            guard case .backup(.malformedSnapshot(path, _)) = error else {
                Issue.record("\(kind): \(String(describing: error))")
                return
            }
            #expect(remove(path) == 0)
        }
    }
}

@Suite("Times")
struct TimestampTests {
    @Test(
        "A time is read in every form that it is documented in",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("2026-11-28T05:34:50Z", 1_795_844_090),
            ("2026-11-28 05:34:50", 1_795_844_090), ("2026-11-28t06:34:50+01:00", 1_795_844_090),
            ("2026-11-27T20:04:50-0930", 1_795_844_090), ("2026-11-28T05:34", 1_795_844_040),
            ("2026-11-28", 1_795_824_000), ("2024-02-29", 1_709_164_800),
            ("2000-02-29", 951_782_400),
            ("1969-12-31T23:59:59Z", -1), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)]
    )
    func forms(text: String, seconds: Int64) {
        #expect(Timestamp(text)?.seconds == seconds)
    }

    @Test(
        "What is no time is refused",
        arguments: [
            "", "2026", "2026-11", "2026-1-1", "2026-13-01", "2026-00-01", "2026-02-30",
            "2023-02-29", "1900-02-29", "2026-04-31", "2026-11-00", "2026-11-32",
            "2026-11-28T", "2026-11-28T24:00", "2026-11-28T05:60", "2026-11-28T05:34:60",
            "2026-11-28T05:34:50X", "2026-11-28T05:34:50+1", "2026-11-28T05:34:50+24:00",
            "2026-11-28T05:34:50+01:60", "2026-11-28T05", "2026-11-28T05:34:50Z ",
            " 2026-11-28", "-026-11-28", "２０２６-11-28", "2026-11-2\u{308}8", "2026/11/28",
            "20261128T053450Z",
        ]
    )
    func refused(text: String) { #expect(Timestamp(text) == nil) }

    @Test("What a time prints reads back as itself", arguments: UInt64(0)..<4)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let time = Timestamp(
                seconds: .random(in: -2_000_000_000...5_000_000_000, using: &random)
            )
            #expect(Timestamp(time.description) == time)
            let compact = time.compactDescription
            #expect(compact.utf8.count == 16 && compact.hasSuffix("Z"))
            #expect(compact == time.description.filter { $0 != "-" && $0 != ":" })
        }
    }
}
