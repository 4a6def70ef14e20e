import CZstd
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("Compressed input")
struct CompressionTests {
    private static let rows = (0..<500).map { "{\"id\":\($0),\"vector\":[\($0),0.5]}\n" }
    private static let text = Array(rows.joined().utf8)

    private func read(_ source: ByteSource) throws(InputError) -> [UInt8] {
        var bytes: [UInt8] = []
        while try !source.isExhausted() {
            let range = try source.next(byteCount: 1000)
            bytes += source.buffer[range]
        }
        return bytes
    }

    private func read(_ bytes: [UInt8], pieceByteCount: Int = 4096) throws -> [UInt8] {
        try read(
            ByteSource(
                descriptor: formatPipe(bytes, pieceByteCount: pieceByteCount),
                name: "packed",
                ownsDescriptor: true,
                unpacks: true
            )
        )
    }

    @Test(
        "What a compressor has packed comes out as it was, however the bytes come in",
        arguments: Compression.allCases,
        [1, 3, 4096]
    )
    func roundTrip(compression: Compression, pieceByteCount: Int) throws {
        for text in [[], [0x7B], Self.text] {
            let packed = PackedBytes.pack(text, compression)
            #expect(Compression(magic: packed) == compression)
            #expect(try read(packed, pieceByteCount: pieceByteCount) == text)
        }
    }

    @Test("Bytes that no compressor wrote come out as they are", arguments: 0..<5)
    func plain(byteCount: Int) throws {
        for bytes in [[0x1F, 0x8B, 0x07, 0, 1], [0x28, 0xB5, 0x2F, 0xFC, 1], [4, 0x22, 1, 1, 1]] {
            let bytes = Array(bytes.map { UInt8($0) }.prefix(byteCount))
            #expect(try read(bytes, pieceByteCount: 1) == bytes)
        }
    }

    @Test("Frames one behind the other are one file", arguments: Compression.allCases)
    func frames(compression: Compression) throws {
        let packed = PackedBytes.pack(Self.text, compression)
        let empty = PackedBytes.pack([], compression)
        #expect(try read(packed + empty + packed, pieceByteCount: 7) == Self.text + Self.text)
    }

    @Test("Frames that are to be skipped are, at the front and between others")
    func skippableFrames() throws {
        let skipped: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let packed = PackedBytes.pack(Self.text, .zstd)
        #expect(try read(skipped + packed + skipped + packed) == Self.text + Self.text)
    }

    @Test("The zeros that fill a tape's block behind gzip are no damage, anything else is")
    func padding() throws {
        let packed = PackedBytes.pack(Self.text, .gzip)
        #expect(try read(packed + [UInt8](repeating: 0, count: 700)) == Self.text)
        let fault = #expect(throws: InputError.self) { try read(packed + [0, 0, 0x78, 1, 2, 3]) }
        #expect(fault?.kind == .damaged)
    }

    @Test("A stream that is cut off anywhere is refused", arguments: Compression.allCases)
    func cut(compression: Compression) throws {
        let packed = PackedBytes.pack(Array(Self.text.prefix(300)), compression)
        for count in Compression.minimum..<packed.count {
            let fault = #expect(throws: InputError.self) {
                try read(Array(packed.prefix(count)))
            }
            #expect(fault?.problem == .compression(.truncated(compression)), "\(count)")
            #expect(fault?.isRecoverable == false)
        }
    }

    @Test(
        "A byte that has changed never goes unnoticed as other content",
        arguments: Compression.allCases,
        UInt64(0)..<8
    )
    func damaged(compression: Compression, seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let packed = PackedBytes.pack(Array(Self.text.prefix(2000)), compression)
        for _ in 0..<40 {
            var bytes = packed
            let place = Int.random(in: 4..<bytes.count, using: &generator)
            bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            do {
                // Gzip's head holds a time and flags that change nothing of the content.
                #expect(try read(bytes) == Array(Self.text.prefix(2000)))
            } catch let fault as InputError {
                #expect([.damaged, .truncated].contains(fault.kind), "\(fault)")
                #expect(fault.message.hasPrefix("packed: "))
            }
        }
    }

    @Test("Zstandard's window is bounded whatever the frame asks for")
    func window() throws {
        // A frame's head that asks for a window of 2 GiB, then an empty last block.
        let head: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 21 << 3, 0x01, 0x00, 0x00]
        let fault = #expect(throws: InputError.self) { try read(head) }
        #expect(fault?.kind == .damaged)
    }

    @Test(
        "What unpacks to very much takes no more memory than a line",
        arguments: Compression.allCases
    )
    func bomb(compression: Compression) throws {
        let packed = PackedBytes.pack([UInt8](repeating: 0x20, count: 32 << 20), compression)
        #expect(packed.count < 1 << 20)
        let source = try ByteSource(
            descriptor: try formatPipe(packed, pieceByteCount: 1 << 16),
            name: "bomb",
            ownsDescriptor: true,
            unpacks: true,
            lineLimit: 1 << 16
        )
        let fault = #expect(throws: InputError.self) { try source.nextLine() }
        #expect(fault?.kind == .lineTooLong)
        #expect(try source.nextLine() == nil)
        #expect(source.buffer.count <= 1 << 20)
        let directory = try ScratchDirectory()
        let reading = FormatReading([try directory.file("a.json", packed)])
        #expect(reading.kinds == [.emptyInput])
    }

    @Test(
        "A compressed file's size is not its content's, and a plain one's is",
        arguments: [true, false]
    )
    func sizes(isPacked: Bool) throws {
        let directory = try ScratchDirectory()
        let bytes = isPacked ? PackedBytes.pack(Self.text, .gzip) : Self.text
        let source = try ByteSource(path: directory.file("a", bytes), unpacks: true)
        #expect(try read(source) == Self.text)
        #expect(source.totalBytes == (isPacked ? nil : Self.text.count))
        #expect(source.bytesRead == bytes.count)
    }

    @Test("Without being asked to a source unpacks nothing")
    func asIs() throws {
        let directory = try ScratchDirectory()
        let packed = PackedBytes.pack(Self.text, .zstd)
        #expect(try read(ByteSource(path: directory.file("a.zst", packed))) == packed)
    }

    @Test(
        "Every format is read from a compressed file, named by the ending before",
        arguments: [
            ("a.jsonl", "{\"id\":\"a\",\"vector\":[1,2]}\n"),
            ("a.json", "[{\"id\":\"a\",\"vector\":[1,2]}]"),
            ("a.csv", "id,vector\na,\"[1,2]\"\n"), ("a.tsv", "id\tvector\na\t[1,2]\n"),
        ],
        [(Compression.gzip, ".gz"), (.lz4, ".LZ4"), (.zstd, ".zst"), (.zstd, ".zstd"), (.gzip, "")]
    )
    func formats(file: (String, String), ending: (Compression, String)) throws {
        let directory = try ScratchDirectory()
        let bytes = PackedBytes.pack(Array(file.1.utf8), ending.0)
        let reading = FormatReading([try directory.file(file.0 + ending.1, bytes)])
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids == ["a"] && reading.rows.vectors == [1, 2])
    }

    @Test("Files of vectors and their payloads may be compressed, too")
    func vectorFiles() throws {
        let directory = try ScratchDirectory()
        let bvecs: [UInt8] = [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 3, 4]
        var npy: [UInt8] = []
        var writer = NpyWriter(count: 2, dimension: 2)
        writer.begin(into: &npy)
        for value in [Float(5), 6, 7, 8] { npy.append(littleEndian: value.bitPattern) }
        let files = [
            try directory.file("a.bvecs.gz", PackedBytes.pack(bvecs, .gzip)),
            try directory.file("b.npy.zst", PackedBytes.pack(npy, .zstd)),
        ]
        let lines = (0..<4).map { "{\"id\":\"p\($0)\"}" }.joined(separator: ",\n")
        let payloads = try directory.file("p", PackedBytes.pack(Array("[\(lines)]".utf8), .lz4))
        let reading = FormatReading(files) { $0.payloads = payloads }
        #expect(reading.faults.isEmpty, "\(reading.faults)")
        #expect(reading.rows.ids == ["p0", "p1", "p2", "p3"])
        #expect(reading.rows.vectors == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test("Rows before the place where a file is cut off are read, and the file is named")
    func cutFile() throws {
        let directory = try ScratchDirectory()
        let packed = PackedBytes.pack(Self.text, .gzip)
        let path = try directory.file("a.jsonl.gz", Array(packed.dropLast(packed.count / 2)))
        let reading = FormatReading([path])
        #expect(reading.messages(in: directory) == ["a.jsonl.gz: the gzip data is cut off"])
        #expect((1..<500).contains(reading.rows.count))
    }
}

extension Compression {
    /// So many bytes tell the compression; fewer are plain text.
    fileprivate static let minimum = 4
}
