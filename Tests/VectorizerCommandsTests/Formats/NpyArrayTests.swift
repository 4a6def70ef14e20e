import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// Arrays of every type, byte order and order of elements.
@Suite struct NpyArrayTests {
    private func read(
        _ bytes: [UInt8],
        dimension: Int = 2,
        name: String = "a.npy"
    ) throws -> FormatReading {
        let directory = try ScratchDirectory()
        return FormatReading([try directory.file(name, bytes)], dimension: dimension)
    }

    private static func isSigned(_ type: String) -> Bool { !"bu".contains(type.prefix(1)) }

    @Test(
        "Every real type is read in every byte order",
        arguments: ArrayFixture.types,
        ["<", ">", "=", "|", ""]
    )
    func types(type: String, order: String) throws {
        let last: Double = type == "b1" ? 1 : Self.isSigned(type) ? -7 : 200
        let fixture = ArrayFixture(descriptor: order + type, rows: [[1, 0], [1, last]])
        let reading = try read(fixture.bytes)
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.vectors == [1, 0, 1, Float(last)])
        #expect(reading.rows.ids == ["0", "1"])
    }

    @Test("Integers become the nearest float however large they are")
    func largeIntegers() throws {
        for (type, numbers) in [
            ("<i8", [Int64.min, .max, 16_777_217, -1]), (">i8", [Int64.min, .max, 16_777_219, 3]),
        ] {
            var bytes = ArrayFixture.header(type, "(2, 2)")
            for number in numbers {
                bytes.append(littleEndian: type == ">i8" ? number.byteSwapped : number)
            }
            #expect(try read(bytes).rows.vectors == numbers.map { Float($0) })
        }
        var bytes = ArrayFixture.header("<u8", "(1, 2)")
        for number in [UInt64.max, 1 << 63] { bytes.append(littleEndian: number) }
        #expect(try read(bytes).rows.vectors == [0x1p64, 0x1p63])
    }

    @Test("Every byte but 0 is true")
    func booleans() throws {
        let bytes = ArrayFixture.header("|b1", "(2, 2)") + [0, 1, 2, 255]
        #expect(try read(bytes).rows.vectors == [0, 1, 1, 1])
    }

    @Test(
        "What is too large for a float, or no number, is refused with its row",
        arguments: [
            false, true,
        ]
    )
    func notFinite(isByColumn: Bool) throws {
        let rows: [[Double]] = [[1, 2], [1e300, 2], [3, -.infinity], [5, .nan], [7, 8]]
        let fixture = ArrayFixture(descriptor: ">f8", rows: rows, isByColumn: isByColumn)
        let reading = try read(fixture.bytes)
        #expect(reading.rows.vectors == [1, 2, 7, 8])
        #expect(reading.rows.ids == ["0", "4"])
        #expect(reading.faults.map(\.place) == [.row(2), .row(3), .row(4)])
        #expect(reading.kinds == [.notFinite, .notFinite, .notFinite])
        #expect(reading.faults.map(\.isRecoverable) == [true, true, true])
    }

    @Test(
        "Types that are no real numbers are refused",
        arguments: [
            "<c8", "<c16", "|O", "<U5", "|S4", "<M8[ns]", "<f16", "|V8", "<i3", "f", "", "<<f4",
            "b8",
        ]
    )
    func otherTypes(type: String) throws {
        let reading = try read(ArrayFixture.header(type, "(1, 2)") + [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(reading.kinds == [.unsupportedFormat])
        #expect(reading.faults[0].got == .text(type))
    }

    @Test("The order in which elements lie changes nothing", arguments: UInt64(0)..<48)
    func orders(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let type = ArrayFixture.types[Int(seed) % ArrayFixture.types.count]
        let (rowCount, dimension) = (Int.random(in: 0...9, using: &random), Int(seed % 5) + 1)
        let highest = type == "b1" ? 1.0 : 100
        let rows = (0..<rowCount).map { _ in
            (0..<dimension).map { _ in Double.random(in: 0...highest, using: &random).rounded() }
        }
        var fixture = ArrayFixture(
            descriptor: (Bool.random(using: &random) ? "<" : ">") + type,
            rows: rows
        )
        if rows.isEmpty { fixture.rows = [] }
        let shape = "(\(rowCount), \(dimension))"
        for isByColumn in [false, true] {
            fixture.isByColumn = isByColumn
            let bytes =
                rows.isEmpty
                ? ArrayFixture.header(fixture.descriptor, shape, isByColumn: isByColumn)
                : fixture.bytes
            let reading = try read(bytes, dimension: dimension)
            #expect(reading.faults.isEmpty)
            #expect(reading.rows.vectors == rows.joined().map { Float($0) })
        }
    }

    @Test("An array by columns that is larger than one block of rows is read whole")
    func blocks() throws {
        let (rowCount, dimension) = (300, 4096)
        var fixture = ArrayFixture(descriptor: "<f8", rows: [], isByColumn: true)
        fixture.rows = (0..<rowCount).map { row in
            (0..<dimension).map { Double(row * dimension + $0) }
        }
        #expect(fixture.bytes.count > 8 << 20)
        let reading = try read(fixture.bytes, dimension: dimension)
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.vectors == (0..<rowCount * dimension).map { Float($0) })
    }

    @Test("No truncation of an array by columns is taken for a whole one")
    func truncations() throws {
        let rows: [[Double]] = [[1, 2], [3, 4], [5, 6]]
        let bytes = ArrayFixture(descriptor: "<i2", rows: rows, isByColumn: true).bytes
        for count in 0..<bytes.count {
            let reading = try read(Array(bytes[..<count]))
            #expect(reading.faults.count == 1 && reading.rows.count == 0)
        }
        #expect(try read(bytes + [0]).kinds == [.trailingData])
    }
}
