import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("Input sniffer")
struct InputSnifferTests {
    private func find(
        _ bytes: [UInt8],
        idField: String = "id",
        pieceByteCount: Int = 4096
    ) throws -> InputSniffer.Finding? {
        let source = try ByteSource(
            descriptor: formatPipe(bytes, pieceByteCount: pieceByteCount),
            name: "pipe",
            ownsDescriptor: true,
            unpacks: true
        )
        let found = try InputSniffer(idField: idField).find(in: source)
        #expect(try source.next(byteCount: bytes.count + 1).lowerBound == 0)
        return found
    }

    private static let comma = InputSniffer.Finding(format: .csv, delimiter: UInt8(ascii: ","))
    private static let semicolon = InputSniffer.Finding(format: .csv, delimiter: UInt8(ascii: ";"))
    private static let bar = InputSniffer.Finding(format: .csv, delimiter: UInt8(ascii: "|"))
    private static let tab = InputSniffer.Finding(format: .tsv, delimiter: UInt8(ascii: "\t"))
    private static let json = InputSniffer.Finding(format: .json)

    @Test(
        "The content tells the format, however the bytes come in",
        arguments: [
            ("{\"id\":1}", json), (" \n\t[", json), ("\u{FEFF}\r\n{", json),
            ("id,vector\n1,x\n", comma), ("\u{FEFF}vector,\"id\"\r\n", comma), ("x,id", comma),
            ("id;vector;x\n1;[1,2];a\n", semicolon), ("a|id\n", bar), ("vector\tid\n", tab),
            ("\tid\tvector\n", tab), ("a,b;id;c\n", semicolon),
            ("", nil), ("\n \n", nil), ("id\n1\n", nil), ("idx,vector\n", nil), ("hello\n", nil),
            ("id,x;id\n", nil), ("7\n", nil), ("\"a\"\n", nil), ("PK,id\n", comma),
            ("PK\u{3},id\n", comma), ("P", nil),
        ] as [(String, InputSniffer.Finding?)],
        [1, 2, 4096]
    )
    func text(content: (String, InputSniffer.Finding?), pieceByteCount: Int) throws {
        let found = try find(Array(content.0.utf8), pieceByteCount: pieceByteCount)
        #expect(found == content.1)
    }

    @Test("NumPy's files are known by their first bytes, and other binary ones are nothing")
    func binary() throws {
        let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
        #expect(try find(magic + [1, 0], pieceByteCount: 1) == .init(format: .npy))
        #expect(try find(Array(magic.dropLast())) == nil)
        let zip = Array("PK\u{3}\u{4}".utf8)
        #expect(try find(zip + [20, 0], pieceByteCount: 1) == .init(format: .npz))
        #expect(try find(zip + Array(",id\n".utf8)) == .init(format: .npz))
        #expect(try find(Array(zip.dropLast())) == nil)
        #expect(try find([0xFF, 0x2C] + Array("id\n".utf8)) == nil)
        #expect(try find([0, 0x2C] + Array("id\n".utf8)) == nil)
    }

    @Test("The id's column may have another name")
    func idField() throws {
        #expect(try find(Array("key;v\n".utf8), idField: "key") == Self.semicolon)
        #expect(try find(Array("id;v\n".utf8), idField: "key") == nil)
    }

    @Test("A first line without end is read for no more than a mebibyte")
    func endless() throws {
        let directory = try ScratchDirectory()
        let path = try directory.file("a", [UInt8](repeating: 0x61, count: 4 << 20))
        let source = try ByteSource(path: path)
        #expect(try InputSniffer(idField: "id").find(in: source) == nil)
        #expect(source.bytesRead < 2 << 20)
    }

    @Test("What is compressed is told by what it holds", arguments: Compression.allCases)
    func packed(compression: Compression) throws {
        let directory = try ScratchDirectory()
        for (text, id) in [("[{\"id\":1,\"vector\":[1,2]}]", "1"), ("id|vector\na|[1,2]\n", "a")] {
            let bytes = PackedBytes.pack(Array(text.utf8), compression)
            let reading = FormatReading([try directory.file("a.bin", bytes)])
            #expect(reading.rows.ids == [id], "\(reading.faults)")
        }
    }
}
