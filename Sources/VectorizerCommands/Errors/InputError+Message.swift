import VectorStore
import VectorizerSettings

extension InputError: CustomStringConvertible {
    /// One line that says it all: `points.jsonl:17: field "vector": expected 384 numbers, got 768`.
    package var message: String {
        let name = Self.printable(file == "-" ? "standard input" : file)
        return switch place {
        case .line(let line): "\(name):\(line): \(reason)"
        case .row(let row): "\(name): row \(row): \(reason)"
        case nil: "\(name): \(reason)"
        }
    }

    package var description: String { message }

    private var reason: String {
        switch problem {
        case .fileNotFound: "no such file"
        case .isDirectory: "is a directory"
        case .permission: "permission denied"
        case .readFailed(let errno): "reading failed: \(Self.systemText(errno))"
        case .cancelled: "interrupted"
        case .inputIsTaken: "it is the script that is being run; name a file"
        case .unsupportedFormat(let expected):
            "the format is not known from the file's name; expected one of "
                + expected.map(\.rawValue).joined(separator: ", ")
        case .unknownFormat:
            "neither the name nor the content tells the format; expected one of "
                + InputFormat.allCases.map(\.rawValue).joined(separator: ", ")
        case .unusedPayloads:
            "payloads go with "
                + InputFormat.allCases.filter(\.isVectorsOnly).map(\.rawValue)
                .joined(separator: ", ") + " files only"
        case .unusedArray: "only an npz file has arrays to choose from"
        case .unusedRowNumbers:
            "rows are numbered only in "
                + InputFormat.allCases.filter(\.isVectorsOnly).map(\.rawValue)
                .joined(separator: ", ") + " files without payloads"
        case .emptyInput: "the file holds no points"
        case .row(let fault): Self.reason(fault)
        case .lineTooLong(let limit):
            "the line is longer than \(limit) bytes"
                + SettingKey.limitLineBytes.explanation(of: limit)
        case .objectTooLong(let limit):
            "the object is longer than \(limit) bytes"
                + SettingKey.limitLineBytes.explanation(of: limit)
        case .jsonArray(let fault): Self.reason(fault)
        case .compression(let fault): Self.reason(fault)
        case .csv(let fault): Self.reason(fault)
        case .npy(let fault): Self.reason(fault)
        case .zip(let fault): Self.reason(fault)
        case .dimension(let expected, let got): "expected \(expected) numbers, got \(got)"
        case .truncated(let expected, let got):
            "the file is cut off: expected \(expected) bytes, got \(got)"
        case .trailingData(let expected, let got):
            "data behind the last row: expected \(expected) bytes, got \(got)"
        case .rowCount(let expected, let got) where got < expected:
            "expected payloads for \(expected) vectors, got only \(got) lines"
        case .rowCount(let expected, _): "expected payloads for \(expected) vectors, got more lines"
        case .queryCount(let expected, let got):
            "expected rows for \(expected) queries, got only \(got)"
        case .rowNumber(let end, let element, let got):
            "element \(element): expected the number of a row, 0 to \(end - 1), got \(got)"
        }
    }

    private static func reason(_ fault: PointRowError) -> String {
        switch fault {
        case .invalidJSON(let fault, let field): prefix(field) + reason(fault)
        case .notAnObject(let got): "expected an object, got \(got.rawValue)"
        case .missingField(let field): "field \(quoted(field)) is missing"
        case .wrongType(let field, let element, let expected, let got):
            prefix(field, element) + "expected \(expected.rawValue), got \(got.rawValue)"
        case .notFinite(let field, let element, let got):
            prefix(field, element) + "expected a finite number, got \(printable(got))"
        case .dimensionMismatch(let field, let expected, let got):
            prefix(field) + "expected \(expected) numbers, got \(got)"
        case .notBase64(let field, let offset, let got):
            prefix(field) + "expected \(base64Expectation), got "
                + (got.map { "\(character($0)) at byte \(offset + 1)" } ?? "a cut text")
        case .base64ByteCount(let field, let expected, let got):
            prefix(field) + "expected "
                + (expected.map { "\($0) bytes" } ?? "a multiple of 4 bytes")
                + " of floats in base64, got \(got)"
        case .idEmpty(let field):
            prefix(field) + "expected 1 to \(Limits.idByteCount) bytes, got an empty id"
        case .idTooLong(let field, let limit, let got):
            prefix(field) + "expected 1 to \(limit) bytes, got \(got)"
        case .idContainsNUL(let field): prefix(field) + "an id can't contain U+0000"
        case .payloadTooLarge(let field, let limit, let got):
            prefix(field) + "expected at most \(limit) bytes, got \(got)"
        }
    }

    private static func reason(_ fault: JSONError) -> String {
        let place = " at byte \(fault.offset + 1)"
        return switch fault.problem {
        case .unexpectedEnd: "the JSON text ends too early"
        case .unexpectedByte(let byte): "unexpected \(character(byte))" + place
        case .invalidUTF8: "invalid UTF-8" + place
        case .duplicateMember(let name): "member \(quoted(name)) is given twice"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .badNumber: "a number that is not JSON" + place
        case .badEscape: "an escape that is not JSON" + place
        case .loneSurrogate: "half of a surrogate pair" + place
        case .controlCharacter(let byte): "unescaped control character \(character(byte))" + place
        case .trailingContent: "more text behind the JSON value" + place
        }
    }

    private static func reason(_ fault: JSONArrayError) -> String {
        switch fault {
        case .missingComma(let got): "expected ',' or ']' behind an object, got \(character(got))"
        case .notAnObject(let got): "expected an object in the array, got \(character(got))"
        case .unterminated: "the array does not end"
        }
    }

    private static func reason(_ fault: CompressionError) -> String {
        switch fault {
        case .damaged(let compression, let reason):
            "damaged \(compression.rawValue) data: \(printable(reason))"
        case .truncated(let compression): "the \(compression.rawValue) data is cut off"
        }
    }

    private static func reason(_ fault: CSVError) -> String {
        switch fault {
        case .quoteInsideField: "a quote inside a field that does not begin with one"
        case .textAfterQuote: "text behind a field's closing quote"
        case .unterminatedQuote: "a quoted field that does not end"
        case .duplicateColumn(let name): "column \(quoted(name)) is given twice"
        case .missingColumn(let name): "column \(quoted(name)) is missing"
        case .columnCount(let expected, let got): "expected \(expected) columns, got \(got)"
        case .otherDelimiter(let byte):
            "the header is one column that holds \(Self.delimiterName(byte)), "
                + "which may be the delimiter"
        case .invalidUTF8(let column?): "column \(quoted(column)): invalid UTF-8"
        case .invalidUTF8(nil): "invalid UTF-8"
        }
    }

    private static func reason(_ fault: NpyHeaderError) -> String {
        switch fault {
        case .notNpy: "not an npy file"
        case .version(let major, let minor): "npy version \(major).\(minor) is not supported"
        case .malformed(let offset): "the npy header is malformed at byte \(offset + 1)"
        case .tooLong(let limit, let got):
            "the npy header is too long: expected at most \(limit) bytes, got \(got)"
        case .dtype(let dtype):
            "dtype \(quoted(dtype)) is not supported; expected \(NpyElementType.expectation)"
        case .shape(let shape):
            "expected an array with 2 dimensions, got shape \(NpyHeader.describe(shape))"
        case .keptTooLarge(let limit, let got):
            "an array in Fortran order from a pipe, or compressed, is read up to \(limit) bytes; "
                + "got \(got)"
        }
    }

    private static func delimiterName(_ byte: UInt8) -> String {
        byte == 0x09 ? "a tab" : character(byte)
    }

    private static func prefix(_ field: String?, _ element: Int? = nil) -> String {
        guard let field else { return "" }
        guard let element else { return "field \(quoted(field)): " }
        return "field \(quoted(field)), element \(element): "
    }

    /// The text in quotes, with nothing in it that could act on a terminal.
    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONString.append(text, escaping: .terminalSafe, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text as it is, or quoted where it could act on a terminal.
    private static func printable(_ text: String) -> String {
        let quoted = quoted(text)
        return quoted.utf8.count == text.utf8.count + 2 ? text : quoted
    }

    /// Whether a text can be pasted as an option's value just as a message shows it.
    static func isPlainWord(_ text: String) -> Bool {
        !text.hasPrefix("-") && printable(text) == text
    }

    /// What stands in a vector's place when it is a text.
    static let base64Expectation = "an array of numbers or base64"

    static func character(_ byte: UInt8) -> String {
        guard 0x21...0x7E ~= byte else {
            let digits = String(byte, radix: 16, uppercase: true)
            return "byte 0x" + (byte < 16 ? "0" : "") + digits
        }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }
}
