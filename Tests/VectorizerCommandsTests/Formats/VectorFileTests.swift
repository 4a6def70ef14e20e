import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite("Files of vectors")
struct VectorFileTests {
    private func npy(
        _ text: String,
        version: [UInt8] = [1, 0],
        data: [UInt8] = [],
        magic: String = "NUMPY"
    ) -> [UInt8] {
        var bytes: [UInt8] = [0x93] + Array(magic.utf8) + version
        if version[0] == 1 {
            bytes.append(littleEndian: UInt16(text.utf8.count))
        } else {
            bytes.append(littleEndian: UInt32(text.utf8.count))
        }
        return bytes + Array(text.utf8) + data
    }

    private func header(_ descr: String, _ shape: String, fortran: String = "False") -> String {
        "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }   \n"
    }

    private func floats(_ values: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values {
            bytes.append(littleEndian: value.bitPattern)
        }
        return bytes
    }

    private func fvecs(_ rows: [[Float]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            bytes.append(littleEndian: Int32(row.count))
            bytes += floats(row)
        }
        return bytes
    }

    @Test("An array of each element type is read", arguments: ["<f2", "<f4", "<f8", "|i1", "|u1"])
    func elementTypes(descr: String) throws {
        var data: [UInt8] = []
        for value in [1, 2, 3, 100] {
            switch descr {
            case "<f2": data.append(littleEndian: Float16(value).bitPattern)
            case "<f4": data.append(littleEndian: Float(value).bitPattern)
            case "<f8": data.append(littleEndian: Double(value).bitPattern)
            default: data.append(UInt8(value))
            }
        }
        let directory = try ScratchDirectory()
        for version: [UInt8] in [[1, 0], [2, 0], [3, 0]] {
            let bytes = npy(header(descr, "(2, 2)"), version: version, data: data)
            let reading = FormatReading([try directory.file("a.npy", bytes)])
            #expect(reading.faults.isEmpty)
            #expect(reading.rows.vectors == [1, 2, 3, 100])
            #expect(reading.rows.ids == ["0", "1"])
            #expect(reading.payloads == ["{}", "{}"])
            #expect(reading.rows.places == [.row(1), .row(2)])
        }
    }

    @Test(
        "Headers are read however they are spaced",
        arguments: [
            #"{"descr":"<f4","fortran_order":False,"shape":(1,2)}"#,
            "{'shape': (2,), 'fortran_order': False, 'descr': '<f4'}\n",
            " { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 1 , 2 , ) , } ",
        ]
    )
    func spacing(text: String) throws {
        let directory = try ScratchDirectory()
        let path = try directory.file("a.npy", npy(text, data: floats([1, -0.0])))
        let reading = FormatReading([path])
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.vectors.map(\.bitPattern) == [1 as Float, -0.0].map(\.bitPattern))
    }

    @Test(
        "A header that can't be used is refused with the reason",
        arguments: [
            ("<f4", "(1, 3)", "False", "expected 2 numbers, got 3"),
            (
                "<c8", "(1, 2)", "False",
                #"dtype "<c8" is not supported; expected f2, f4, f8, i1 to i8, u1 to u8 or b1"#
            ),
            ("<f4", "()", "False", "expected an array with 2 dimensions, got shape ()"),
            (
                "<f4", "(1, 2, 3)", "False",
                "expected an array with 2 dimensions, got shape (1, 2, 3)"
            ),
            (
                "<f4", "(9223372036854775807, 2)", "False",
                "expected an array with 2 dimensions, got shape (9223372036854775807, 2)"
            ),
            ("<f4", "(5, 2)", "False", "the file is cut off: expected 116 bytes, got 84"),
            ("<f4", "(0, 2)", "False", "data behind the last row: expected 76 bytes, got 84"),
        ]
    )
    func unusable(descr: String, shape: String, fortran: String, message: String) throws {
        let directory = try ScratchDirectory()
        let text = header(descr, shape, fortran: fortran)
            .trimmingSuffix { $0 == " " || $0 == "\n" }
        let padded = text + String(repeating: " ", count: max(0, 65 - text.utf8.count)) + "\n"
        let path = try directory.file("a.npy", npy(padded, data: floats([1, 2])))
        let reading = FormatReading([path])
        #expect(reading.messages(in: directory) == ["a.npy: " + message])
        #expect(reading.faults.first?.isRecoverable == false)
    }

    @Test(
        "A malformed header is refused",
        arguments: [
            "", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'descr': '<f4', 'shape': (1, 2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'x': '1'}",
            "{'descr': '<f4', 'fortran_order': false, 'shape': (1, 2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, -2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)} x",
            "{'descr': '<f4\\n', 'fortran_order': False, 'shape': (1, 2)}", "{'descr", "{7: 1}",
            "{'descr' '<f4'}", "{'descr': <f4}",
        ]
    )
    func malformed(text: String) throws {
        let directory = try ScratchDirectory()
        let path = try directory.file("a.npy", npy(text, data: floats([1, 2])))
        #expect(FormatReading([path]).kinds == [.invalidHeader])
    }

    @Test("A list of fields is no vector")
    func structured() throws {
        let directory = try ScratchDirectory()
        let text = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2)}"
        #expect(
            FormatReading([try directory.file("a.npy", npy(text))]).kinds == [.unsupportedFormat]
        )
    }

    @Test("Files that are no npy files, or not yet known ones, are refused")
    func notNpy() throws {
        let directory = try ScratchDirectory()
        for (bytes, kind) in [
            ([], .emptyInput), (Array("{\"id\"".utf8), .invalidHeader),
            (npy(header("<f4", "(1, 2)"), magic: "numpy"), .invalidHeader),
            (npy("", version: [4, 0]), .unsupportedFormat),
            (npy("", version: [1, 1]), .unsupportedFormat),
            ([0x93] + Array("NUMPY".utf8) + [2, 0, 0, 0, 0, 1], .invalidHeader),
            ([0x93] + Array("NUMPY".utf8) + [1, 0, 9], .truncated),
            ([0x93] + Array("NUMPY".utf8) + [1, 0, 9, 0, 0x7B], .truncated),
        ] as [([UInt8], InputError.Kind)] {
            let reading = FormatReading([try directory.file("a.npy", bytes)])
            #expect(reading.kinds == [kind])
        }
    }

    @Test("No truncation of a file is taken for a whole one")
    func truncations() throws {
        let directory = try ScratchDirectory()
        let array = npy(header("<f4", "(2, 2)"), data: floats([1, 2, 3, 4]))
        for count in 0..<array.count {
            let reading = FormatReading([try directory.file("a.npy", Array(array[..<count]))])
            #expect(reading.faults.count == 1 && reading.rows.count == 0)
        }
        let rows = fvecs([[1, 2], [3, 4]])
        for count in 0..<rows.count where count != 12 {
            let reading = FormatReading([try directory.file("a.fvecs", Array(rows[..<count]))])
            #expect(reading.faults.count == 1 && reading.rows.count == count / 12)
        }
    }

    @Test("Elements that are not finite are refused with their row and the others read")
    func notFinite() throws {
        let directory = try ScratchDirectory()
        var doubles: [UInt8] = []
        for value in [1, 2, 1e300, 2, 3, -Double.nan, 5, 6] {
            doubles.append(littleEndian: value.bitPattern)
        }
        let npyPath = try directory.file("a.npy", npy(header("<f8", "(4, 2)"), data: doubles))
        let reading = FormatReading([npyPath])
        #expect(reading.rows.vectors == [1, 2, 5, 6])
        #expect(reading.rows.ids == ["0", "3"])
        #expect(
            reading.messages(in: directory)
                == [
                    #"a.npy: row 2: field "vector", element 0: expected a finite number, got inf"#,
                    #"a.npy: row 3: field "vector", element 1: expected a finite number, got nan"#,
                ].map { $0.replacingOccurrences(of: "got nan", with: reading.nanText) }
        )
        let path = try directory.file("a.fvecs", fvecs([[.infinity, 1], [1, 2]]))
        let payloads = try directory.file("p.jsonl", "{\"id\":\"a\"}\n{\"id\":\"b\"}")
        let paired = FormatReading([path]) { $0.payloads = payloads }
        #expect(paired.kinds == [.notFinite])
        #expect(paired.rows.ids == ["b"], "payload lines stay in step with their vectors")
    }

    @Test("fvecs and bvecs are read, and a row of another dimension ends the reading")
    func vecs() throws {
        let directory = try ScratchDirectory()
        let reading = FormatReading([
            try directory.file("a.fvecs", fvecs([[1, 2], [3, .leastNonzeroMagnitude]])),
            try directory.file("b.bvecs", [2, 0, 0, 0, 7, 255]),
            try directory.file("c.fvecs", fvecs([[1, 2], [1, 2, 3], [1, 2]])),
        ])
        #expect(reading.rows.vectors == [1, 2, 3, .leastNonzeroMagnitude, 7, 255, 1, 2])
        #expect(reading.rows.ids == ["0", "1", "2", "3"])
        #expect(
            reading.messages(in: directory) == ["c.fvecs: row 2: expected 2 numbers, got 3"]
        )
        #expect(reading.faults[0].field == "vector")
        #expect(FormatReading([try directory.file("d.fvecs", "")]).kinds == [.emptyInput])
    }
}

extension FormatReading {
    /// How the standard library happens to print a not-a-number here.
    fileprivate var nanText: String {
        guard case .text(let text)? = faults.last?.got else { return "" }
        return "got " + text
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) {
            text.removeLast()
        }
        return text
    }
}
