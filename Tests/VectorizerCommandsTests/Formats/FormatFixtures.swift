import Foundation
import Testing
import VectorStore
import VectorizerCommands

/// A small generator whose whole course is determined by its seed.
struct FormatSplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A directory for a test's files, removed with the value.
final class FormatDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("vectorizer-formats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record(error)
        }
    }

    /// Writes a file and returns its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func file(_ name: String, _ text: String) throws -> String {
        try file(name, Array(text.utf8))
    }
}

/// What reading some files gave: the rows, and the faults between them.
struct FormatReading {
    var rows: RowBuffer
    var faults: [InputFault] = []

    init(
        _ paths: [String],
        dimension: Int = 2,
        _ configure: (inout PointInput.Options) -> Void = { _ in }
    ) {
        rows = RowBuffer(dimension: dimension)
        var options = PointInput.Options(dimension: dimension)
        configure(&options)
        do throws(InputFault) {
            let input = try PointInput(paths: paths, options: options)
            readAll(input)
        } catch {
            faults.append(error)
        }
    }

    init(_ reader: any PointReader, dimension: Int) {
        rows = RowBuffer(dimension: dimension)
        readAll(reader)
    }

    private mutating func readAll(_ reader: any PointReader) {
        while true {
            let before = (rows.count, rows.vectors.count, rows.payloadBytes.count)
            do throws(InputFault) {
                guard try reader.next(into: &rows) else { return }
            } catch {
                #expect((rows.count, rows.vectors.count, rows.payloadBytes.count) == before)
                faults.append(error)
                guard error.isRecoverable else { return }
            }
        }
    }

    var payloads: [String] {
        (0..<rows.count).map { String(decoding: rows.payload(at: $0), as: UTF8.self) }
    }

    var kinds: [InputFault.Kind] { faults.map(\.kind) }

    /// The faults' messages without the directory that the files lie in.
    func messages(in directory: FormatDirectory) -> [String] {
        faults.map { $0.message.replacingOccurrences(of: directory.path + "/", with: "") }
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
