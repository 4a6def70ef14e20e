package import VectorStore

/// Reads points from a file of vectors, with ids and payloads from another one or made up.
package final class VectorFileReader: PointReader {
    private let rows: any VectorRows
    private let payloads: JSONLReader?
    private var row = 0
    private let numbering: RowNumbering
    private let firstRowNumber: Int

    /// Pairs rows with payload lines, or else with their numbers as ids.
    ///
    /// `firstRowNumber` counts the rows of the files before.
    init(
        rows: any VectorRows,
        payloads: JSONLReader?,
        numbering: RowNumbering,
        firstRowNumber: Int
    ) {
        self.rows = rows
        self.payloads = payloads
        self.numbering = numbering
        self.firstRowNumber = firstRowNumber
    }

    package var bytesRead: Int { rows.bytesRead }
    package var totalBytes: Int? { rows.totalBytes }
    /// The payload lines are those of several files, and told by themselves.
    package var leftOut: LeftOutFields { LeftOutFields() }

    /// The number of the row after the last one that was read, refused ones counted.
    package var nextRowNumber: Int { firstRowNumber + row }

    package func next(into batch: inout RowBuffer) throws(InputError) -> Bool {
        var fault: InputError?
        do throws(InputError) {
            guard try rows.next(into: &batch.points.vectors) else { return false }
        } catch {
            batch.points.abandonRow()
            guard error.isRecoverable else { throw error }
            fault = error
        }
        row += 1
        // A refused vector's payload line is taken too, so that the others stay in step.
        do throws(InputError) {
            let id = try appendPayload(to: &batch.points.payloadBytes)
            if let fault { throw fault }
            batch.complete(
                id: id,
                file: rows.name,
                place: .row(row),
                isNumbered: payloads == nil
            )
            return true
        } catch {
            batch.points.abandonRow()
            throw fault ?? error
        }
    }

    /// Appends the payload of the current row and returns its id.
    private func appendPayload(to output: inout [UInt8]) throws(InputError) -> String {
        guard let payloads else {
            output.append(contentsOf: [UInt8(ascii: "{"), UInt8(ascii: "}")])
            return numbering.id(ofRow: nextRowNumber - 1)
        }
        var noVector: [Float] = []
        guard let id = try payloads.nextRow(vector: &noVector, payload: &output) else {
            throw InputError(
                file: payloads.name,
                problem: .rowCount(expected: nextRowNumber, got: nextRowNumber - 1)
            )
        }
        return id
    }
}
