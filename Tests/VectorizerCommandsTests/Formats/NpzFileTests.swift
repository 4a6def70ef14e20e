import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// Zip files of arrays, good and bad.
@Suite struct NpzFileTests {
    private static let rows: [[Double]] = [[1, 2], [3, 4], [5, 6]]
    private static let vectors: [Float] = [1, 2, 3, 4, 5, 6]

    private func read(
        _ bytes: [UInt8],
        _ configure: (inout PointInput.Options) -> Void = { _ in }
    ) throws -> FormatReading {
        let directory = try ScratchDirectory()
        return FormatReading([try directory.file("v.npz", bytes)], configure)
    }

    private static func entry(
        _ name: String = "emb.npy",
        method: UInt16 = 0,
        isByColumn: Bool = false
    ) -> ZipFixture.Entry {
        let fixture = ArrayFixture(descriptor: "<f4", rows: rows, isByColumn: isByColumn)
        return ZipFixture.Entry(name: name, bytes: fixture.bytes, method: method)
    }

    @Test(
        "The only array is read, stored or deflated, by row or by column, in 32 or 64 bits",
        arguments: [UInt16(0), 8],
        [false, true]
    )
    func onlyArray(method: UInt16, isByColumn: Bool) throws {
        for is64 in [false, true] {
            let entry = Self.entry(method: method, isByColumn: isByColumn)
            let bytes = ZipFixture(entries: [entry], is64: is64, comment: "PK\u{5}\u{6} not").bytes
            let reading = try read(bytes)
            #expect(reading.messages(in: try ScratchDirectory()) == [])
            #expect(reading.rows.vectors == Self.vectors)
            #expect(reading.rows.ids == ["0", "1", "2"])
        }
    }

    @Test("Of several arrays one has to be named, with or without its ending")
    func severalArrays() throws {
        let other = ArrayFixture(descriptor: "<i4", rows: [[7, 8]])
        let readme = ZipFixture.Entry(name: "readme.txt", bytes: [1])
        let entries = [
            Self.entry(), readme, ZipFixture.Entry(name: "other.npy", bytes: other.bytes),
        ]
        let bytes = ZipFixture(entries: entries).bytes
        let unnamed = try read(bytes)
        #expect(unnamed.kinds == [.severalArrays])
        #expect(unnamed.faults[0].message.hasSuffix(#"holds 2 arrays: "emb", "other""#))
        #expect(unnamed.faults[0].field == nil)
        for name in ["other", "other.npy"] {
            #expect(try read(bytes) { $0.array = name }.rows.vectors == [7, 8])
        }
        let wrong = try read(bytes) { $0.array = "readme.txt" }
        #expect(wrong.kinds == [.noSuchArray])
        #expect(wrong.faults[0].message.hasSuffix(#"the file holds "emb", "other""#))
        #expect(try read(ZipFixture(entries: [readme]).bytes).kinds == [.noSuchArray])
        #expect(try read(ZipFixture(entries: []).bytes).kinds == [.noSuchArray])
    }

    @Test("An array is named only where there is an npz file")
    func unusedArray() throws {
        let directory = try ScratchDirectory()
        let fixture = ArrayFixture(descriptor: "<f4", rows: Self.rows)
        let path = try directory.file("a.npy", fixture.bytes)
        #expect(FormatReading([path]) { $0.array = "emb" }.kinds == [.unusedArray])
    }

    @Test("No truncation of a zip file is taken for a whole one", arguments: [UInt16(0), 8])
    func truncations(method: UInt16) throws {
        for is64 in [false, true] {
            let bytes = ZipFixture(entries: [Self.entry(method: method)], is64: is64).bytes
            for count in 0..<bytes.count {
                let reading = try read(Array(bytes[..<count]))
                #expect(reading.faults.count == 1 && reading.rows.count == 0)
            }
        }
    }

    @Test("No changed byte gives other rows without a fault", arguments: [UInt16(0), 8])
    func changedBytes(method: UInt16) throws {
        for (is64, isByColumn) in [(false, false), (true, true)] {
            let entry = Self.entry(method: method, isByColumn: isByColumn)
            let bytes = ZipFixture(entries: [entry], is64: is64).bytes
            for index in bytes.indices {
                for bit in [UInt8(0x01), 0x80] {
                    var changed = bytes
                    changed[index] ^= bit
                    let reading = try read(changed)
                    #expect(reading.faults.count <= 1)
                    if reading.faults.isEmpty { #expect(reading.rows.vectors == Self.vectors) }
                }
            }
        }
    }

    @Test("A wrong checksum is told with the array's name")
    func checksum() throws {
        for method: UInt16 in [0, 8] {
            for isByColumn in [false, true] {
                var entry = Self.entry(method: method, isByColumn: isByColumn)
                entry.checksum = 0xABC
                let reading = try read(ZipFixture(entries: [entry]).bytes)
                #expect(reading.kinds == [.invalidArchive])
                let message = try #require(reading.faults.first?.message)
                #expect(message.contains(#"array "emb.npy" is damaged: expected CRC-32 00000abc"#))
            }
        }
    }

    @Test("An array that is larger or smaller than announced is refused")
    func announcedSize() throws {
        let whole = Self.entry().bytes.count
        for byteCount in [0, whole - 1, whole + 1, whole + 4_000_000_000] {
            for is64 in [false, true] where is64 || byteCount < UInt32.max {
                var entry = Self.entry(method: 8)
                entry.byteCount = byteCount
                let reading = try read(ZipFixture(entries: [entry], is64: is64).bytes)
                #expect(reading.faults.count == 1 && !reading.faults[0].isRecoverable)
            }
        }
    }

    @Test("What can't be undone is told by name")
    func unsupported() throws {
        var encrypted = Self.entry()
        encrypted.flags = 1
        #expect(try read(ZipFixture(entries: [encrypted]).bytes).kinds == [.unsupportedFormat])
        let packed = try read(ZipFixture(entries: [Self.entry(method: 12)]).bytes)
        #expect(packed.kinds == [.unsupportedFormat])
        #expect(packed.faults[0].message.contains("compressed with method 12"))
        let noArray = ZipFixture.Entry(name: "emb.npy", bytes: Array("hello, world".utf8))
        #expect(try read(ZipFixture(entries: [noArray]).bytes).kinds == [.invalidHeader])
        #expect(try read([]).kinds == [.emptyInput])
        #expect(try read(Self.entry().bytes).kinds == [.invalidArchive])
    }

    @Test("An array that takes many chunks to undo is read whole")
    func chunks() throws {
        let (rowCount, dimension) = (3000, 64)
        let rows = (0..<rowCount).map { row in (0..<dimension).map { Double(row * $0) } }
        let directory = try ScratchDirectory()
        for method: UInt16 in [0, 8] {
            let fixture = ArrayFixture(descriptor: "<f8", rows: rows)
            let entry = ZipFixture.Entry(name: "a.npy", bytes: fixture.bytes, method: method)
            let path = try directory.file("v.npz", ZipFixture(entries: [entry]).bytes)
            let reading = FormatReading([path], dimension: dimension)
            #expect(reading.faults.isEmpty)
            #expect(reading.rows.vectors == rows.joined().map { Float($0) })
        }
    }
}
