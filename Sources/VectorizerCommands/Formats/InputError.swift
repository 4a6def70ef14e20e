package import VectorStore

/// Why input was refused: which file, which row, which field, and what was wrong.
package struct InputError: Error, Equatable, Sendable {
    /// What was wrong.
    package enum Problem: Equatable, Sendable {
        case fileNotFound
        case isDirectory
        case permission
        case readFailed(errno: Int32)
        case cancelled
        /// Standard input is the script that the command stands in.
        case inputIsTaken
        case unsupportedFormat(expected: [InputFormat] = InputFormat.allCases)
        /// Neither the name nor the content says which format it is.
        case unknownFormat
        /// A file of payloads was named, but no file that takes its payloads from there.
        case unusedPayloads
        /// An array was named, but no file that holds several.
        case unusedArray
        /// Row numbers were to be made in some way, but no file that takes them for ids.
        case unusedRowNumbers
        case emptyInput
        case row(PointRowError)
        case lineTooLong(limit: Int)
        case objectTooLong(limit: Int)
        case jsonArray(JSONArrayError)
        case compression(CompressionError)
        case csv(CSVError)
        case npy(NpyHeaderError)
        case zip(ZipError)
        case dimension(expected: Int, got: Int)
        /// A file ends before the bytes that it announces.
        case truncated(expected: Int, got: Int)
        /// A file goes on behind the bytes that it announces.
        case trailingData(expected: Int, got: Int)
        /// Vectors and payload lines are not equally many; more lines than vectors are not counted.
        case rowCount(expected: Int, got: Int)
        /// A file knows the answers of fewer queries than there are.
        case queryCount(expected: Int, got: Int)
        /// An element names a row that is not there; rows count from 0.
        case rowNumber(below: Int, element: Int, got: Int)
    }

    /// The refused row as it stood in the file, for a file of rejects.
    package struct RawRow: Equatable, Sendable {
        package var bytes: [UInt8]
        /// Whether the row was longer than what is kept.
        package var isTruncated: Bool

        package init(bytes: [UInt8], isTruncated: Bool) {
            self.bytes = bytes
            self.isTruncated = isTruncated
        }
    }

    /// Where in a file a fault is: lines for text, rows for binary formats, both from 1.
    package enum Place: Equatable, Sendable {
        case line(Int)
        case row(Int)
    }

    package var file: String
    package var place: Place?
    package var problem: Problem
    /// Whether reading can go on with the next row.
    package var isRecoverable: Bool
    package var raw: RawRow?

    package init(
        file: String,
        place: Place? = nil,
        problem: Problem,
        isRecoverable: Bool = false,
        raw: RawRow? = nil
    ) {
        self.file = file
        self.place = place
        self.problem = problem
        self.isRecoverable = isRecoverable
        self.raw = raw
    }

    /// The line, or for binary formats the row, counted from 1.
    package var line: Int? {
        switch place {
        case .line(let number), .row(let number): number
        case nil: nil
        }
    }
}

/// What is wrong between the elements of an array of objects.
package enum JSONArrayError: Error, Equatable, Sendable {
    case missingComma(got: UInt8)
    case notAnObject(got: UInt8)
    case unterminated
}

/// What is wrong with the shape of a CSV file or of one of its records.
package enum CSVError: Error, Equatable, Sendable {
    case quoteInsideField
    case textAfterQuote
    case unterminatedQuote
    case duplicateColumn(name: String)
    case missingColumn(name: String)
    case columnCount(expected: Int, got: Int)
    /// The header is one column, which holds a character that may be the delimiter.
    case otherDelimiter(UInt8)
    case invalidUTF8(column: String?)
}

/// Why the header of an npy file can't be used.
package enum NpyHeaderError: Error, Equatable, Sendable {
    case notNpy
    case version(major: UInt8, minor: UInt8)
    case malformed(offset: Int)
    case tooLong(limit: Int, got: Int)
    case dtype(String)
    case shape([Int])
    /// An array in Fortran order that would have to be kept whole, because its input can only be
    /// read front to back.
    case keptTooLarge(limit: Int, got: Int)
}
