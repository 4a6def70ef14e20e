import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// What reading some files gave: the rows, and the faults between them.
struct FormatReading {
    var rows: RowBuffer
    var faults: [InputError] = []

    init(
        _ paths: [String],
        dimension: Int = 2,
        _ configure: (inout PointInput.Options) -> Void = { _ in }
    ) {
        rows = RowBuffer(dimension: dimension)
        var options = PointInput.Options(dimension: dimension)
        configure(&options)
        do throws(InputError) {
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
            do throws(InputError) {
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

    var kinds: [InputError.Kind] { faults.map(\.kind) }

    /// The faults' messages without the directory that the files lie in.
    func messages(in directory: ScratchDirectory) -> [String] {
        faults.map { $0.message.replacingOccurrences(of: directory.path + "/", with: "") }
    }
}

extension RowBuffer {
    var ids: [String] { points.ids.map(\.text) }
    var vectors: [Float] { points.vectors }
    var payloadBytes: [UInt8] { points.payloadBytes }
    func vector(at row: Int) -> ArraySlice<Float> { points.vector(at: row) }
    func payload(at row: Int) -> ArraySlice<UInt8> { points.payload(at: row) }
}

extension [UInt8] {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
