package import VectorStore

/// Something that points are read from, one a call.
package protocol PointReader: AnyObject {
    /// Appends the next point.
    ///
    /// - Returns: false at the end of the input; the buffer is then as it was.
    /// - Throws: the fault of a row; the buffer is then as it was, and if the fault
    ///   `isRecoverable` the next call goes on with the next row.
    func next(into batch: inout RowBuffer) throws(InputError) -> Bool

    /// How many bytes have been read so far.
    var bytesRead: Int { get }

    /// How many bytes there are, where that is known.
    var totalBytes: Int? { get }

    /// The fields beside the payload that were left out of the rows read so far.
    var leftOut: LeftOutFields { get }
}
