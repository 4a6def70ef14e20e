import VectorStore

extension InputError {
    /// A value in an error's JSON: a number or a text.
    package enum Fact: Equatable, Sendable, CustomStringConvertible {
        case number(Int)
        case text(String)

        package var description: String {
            switch self {
            case .number(let number): number.description
            case .text(let text): text
            }
        }
    }

    /// The fault's name in an error's JSON.
    package enum Kind: String, CaseIterable, Sendable {
        case fileNotFound = "file_not_found"
        case isDirectory = "is_directory"
        case permission
        case readFailed = "read_failed"
        case cancelled
        case inputIsTaken = "input_is_taken"
        case unsupportedFormat = "unsupported_format"
        case unusedPayloads = "unused_payloads"
        case unusedArray = "unused_array"
        case unusedRowNumbers = "unused_row_numbers"
        case emptyInput = "empty_input"
        case lineTooLong = "line_too_long"
        case damaged
        case invalidJSON = "invalid_json"
        case invalidUTF8 = "invalid_utf8"
        case duplicateMember = "duplicate_member"
        case tooDeep = "too_deep"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        case notFinite = "not_finite"
        case dimensionMismatch = "dimension_mismatch"
        case invalidID = "invalid_id"
        case idTooLong = "id_too_long"
        case payloadTooLarge = "payload_too_large"
        case invalidCSV = "invalid_csv"
        case duplicateColumn = "duplicate_column"
        case columnCountMismatch = "column_count_mismatch"
        case invalidHeader = "invalid_header"
        case truncated
        case trailingData = "trailing_data"
        case rowCountMismatch = "row_count_mismatch"
        case noSuchRow = "no_such_row"
        case invalidArchive = "invalid_archive"
        case needsFile = "needs_file"
        case severalArrays = "several_arrays"
        case noSuchArray = "no_such_array"
    }

    package var kind: Kind {
        switch problem {
        case .fileNotFound: .fileNotFound
        case .isDirectory: .isDirectory
        case .permission: .permission
        case .readFailed: .readFailed
        case .cancelled: .cancelled
        case .inputIsTaken: .inputIsTaken
        case .unsupportedFormat, .unknownFormat: .unsupportedFormat
        case .unusedPayloads: .unusedPayloads
        case .unusedArray: .unusedArray
        case .unusedRowNumbers: .unusedRowNumbers
        case .emptyInput: .emptyInput
        case .row(let fault): Self.kind(of: fault)
        case .lineTooLong, .objectTooLong: .lineTooLong
        case .jsonArray: .invalidJSON
        case .compression(.damaged): .damaged
        case .compression(.truncated): .truncated
        case .csv(let fault): Self.kind(of: fault)
        case .npy(let fault): Self.kind(of: fault)
        case .zip(let fault): fault.kind
        case .dimension: .dimensionMismatch
        case .truncated: .truncated
        case .trailingData: .trailingData
        case .rowCount, .queryCount: .rowCountMismatch
        case .rowNumber: .noSuchRow
        }
    }

    /// The field, or the column, that the fault is in.
    package var field: String? {
        switch problem {
        case .row(let fault): Self.field(of: fault)
        case .csv(.duplicateColumn(let name)), .csv(.missingColumn(let name)): name
        case .csv(.invalidUTF8(let column)): column
        case .dimension: "vector"
        default: nil
        }
    }

    /// What would have been right, where one value says it.
    package var expected: Fact? { expectation.expected }

    /// What was there instead, where one value says it.
    package var got: Fact? { expectation.got }

    private static func kind(of fault: PointRowError) -> Kind {
        switch fault {
        case .invalidJSON(let fault, _): kind(of: fault)
        case .notAnObject, .wrongType, .notBase64: .wrongType
        case .missingField: .missingField
        case .notFinite: .notFinite
        case .dimensionMismatch, .base64ByteCount: .dimensionMismatch
        case .idEmpty, .idContainsNUL: .invalidID
        case .idTooLong: .idTooLong
        case .payloadTooLarge: .payloadTooLarge
        }
    }

    private static func kind(of fault: JSONError) -> Kind {
        switch fault.problem {
        case .invalidUTF8: .invalidUTF8
        case .duplicateMember: .duplicateMember
        case .tooDeep: .tooDeep
        case .unexpectedEnd, .unexpectedByte, .badNumber, .badEscape, .loneSurrogate,
            .controlCharacter, .trailingContent:
            .invalidJSON
        }
    }

    private static func kind(of fault: CSVError) -> Kind {
        switch fault {
        case .quoteInsideField, .textAfterQuote, .unterminatedQuote, .otherDelimiter: .invalidCSV
        case .duplicateColumn: .duplicateColumn
        case .missingColumn: .missingField
        case .columnCount: .columnCountMismatch
        case .invalidUTF8: .invalidUTF8
        }
    }

    private static func kind(of fault: NpyHeaderError) -> Kind {
        switch fault {
        case .notNpy, .malformed, .tooLong: .invalidHeader
        case .version, .dtype, .shape: .unsupportedFormat
        case .keptTooLarge: .needsFile
        }
    }

    private static func field(of fault: PointRowError) -> String? {
        switch fault {
        case .invalidJSON(let fault, let field):
            if case .duplicateMember(let name) = fault.problem { name } else { field }
        case .notAnObject: nil
        case .missingField(let field), .wrongType(let field, _, _, _), .notFinite(let field, _, _),
            .dimensionMismatch(let field, _, _), .notBase64(let field, _, _),
            .base64ByteCount(let field, _, _), .idEmpty(let field), .idTooLong(let field, _, _),
            .idContainsNUL(let field), .payloadTooLarge(let field, _, _):
            field
        }
    }

    private var expectation: (expected: Fact?, got: Fact?) {
        switch problem {
        case .row(let fault): Self.expectation(of: fault)
        case .lineTooLong(let limit), .objectTooLong(let limit): (.number(limit), nil)
        case .csv(.columnCount(let expected, let got)), .dimension(let expected, let got),
            .truncated(let expected, let got), .trailingData(let expected, let got),
            .rowCount(let expected, let got), .queryCount(let expected, let got):
            (.number(expected), .number(got))
        case .rowNumber(let end, _, let got): (.text("0 to \(end - 1)"), .number(got))
        case .npy(let fault): Self.expectation(of: fault)
        case .zip(let fault): fault.expectation
        default: (nil, nil)
        }
    }

    private static func expectation(of fault: PointRowError) -> (expected: Fact?, got: Fact?) {
        switch fault {
        case .invalidJSON(let fault, _):
            if case .tooDeep(let limit) = fault.problem {
                (.number(limit), nil)
            } else {
                (nil, nil)
            }
        case .notAnObject(let got): (.text("an object"), .text(got.rawValue))
        case .wrongType(_, _, let expected, let got):
            (.text(expected.rawValue), .text(got.rawValue))
        case .notFinite(_, _, let got): (.text("a finite number"), .text(got))
        case .dimensionMismatch(_, let expected, let got): (.number(expected), .number(got))
        case .notBase64(_, _, let got):
            (.text(base64Expectation), got.map { .text(character($0)) })
        case .base64ByteCount(_, let expected, let got):
            (expected.map { .number($0) }, .number(got))
        case .idTooLong(_, let limit, let got), .payloadTooLarge(_, let limit, let got):
            (.number(limit), .number(got))
        case .missingField, .idEmpty, .idContainsNUL: (nil, nil)
        }
    }

    private static func expectation(of fault: NpyHeaderError) -> (expected: Fact?, got: Fact?) {
        switch fault {
        case .notNpy, .malformed: (nil, nil)
        case .version(let major, let minor):
            (.text("1.0, 2.0 or 3.0"), .text("\(major).\(minor)"))
        case .tooLong(let limit, let got), .keptTooLarge(let limit, let got):
            (.number(limit), .number(got))
        case .dtype(let got): (.text(NpyElementType.expectation), .text(got))
        case .shape(let shape):
            (.text("a shape with 2 dimensions"), .text(NpyHeader.describe(shape)))
        }
    }
}
