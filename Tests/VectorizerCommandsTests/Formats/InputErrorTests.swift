import Testing
import VectorStore
import VectorizerCommands

@Suite("Input faults")
struct InputFaultTests {
    private func fault(_ problem: InputError.Problem) -> InputError {
        InputError(file: "f", place: .line(3), problem: problem)
    }

    @Test(
        "A fault has a kind, a field, values and a sentence",
        arguments: [
            (.fileNotFound, "file_not_found", nil, "no such file"),
            (.isDirectory, "is_directory", nil, "is a directory"),
            (.permission, "permission", nil, "permission denied"),
            (.readFailed(errno: 5), "read_failed", nil, "reading failed: input/output error"),
            (
                .row(.idTooLong(field: "id", limit: 512, got: 513)), "id_too_long", "id",
                #"field "id": expected 1 to 512 bytes, got 513"#
            ),
            (
                .row(.idContainsNUL(field: "id")), "invalid_id", "id",
                #"field "id": an id can't contain U+0000"#
            ),
            (
                .row(.payloadTooLarge(field: "payload", limit: 8, got: 9)), "payload_too_large",
                "payload", #"field "payload": expected at most 8 bytes, got 9"#
            ),
            (
                .row(.missingField("vector")), "missing_field", "vector",
                #"field "vector" is missing"#
            ),
            (
                .row(.notAnObject(got: .array)), "wrong_type", nil,
                "expected an object, got an array"
            ),
            (
                .row(.notFinite(field: "v", element: 3, got: "\u{1B}[2J")), "not_finite", "v",
                #"field "v", element 3: expected a finite number, got "\u001b[2J""#
            ),
        ] as [(InputError.Problem, String, String?, String)]
    )
    func facts(problem: InputError.Problem, kind: String, field: String?, reason: String) {
        let fault = fault(problem)
        #expect(fault.kind.rawValue == kind)
        #expect(fault.field == field)
        #expect(fault.message == "f:3: " + reason)
        #expect(fault.description == fault.message)
    }

    @Test(
        "A fault in JSON says what and where",
        arguments: [
            (.unexpectedEnd, "invalid_json", "the JSON text ends too early"),
            (.unexpectedByte(0x7D), "invalid_json", "unexpected '}' at byte 8"),
            (.unexpectedByte(0x0A), "invalid_json", "unexpected byte 0x0A at byte 8"),
            (.invalidUTF8, "invalid_utf8", "invalid UTF-8 at byte 8"),
            (
                .duplicateMember(name: "a\"\u{9B}"), "duplicate_member",
                #"member "a\"\u009b" is given twice"#
            ),
            (.tooDeep(limit: 128), "too_deep", "nested deeper than 128 levels"),
            (.badNumber, "invalid_json", "a number that is not JSON at byte 8"),
            (.badEscape, "invalid_json", "an escape that is not JSON at byte 8"),
            (.loneSurrogate, "invalid_json", "half of a surrogate pair at byte 8"),
            (
                .controlCharacter(9), "invalid_json",
                "unescaped control character byte 0x09 at byte 8"
            ),
            (.trailingContent, "invalid_json", "more text behind the JSON value at byte 8"),
        ] as [(JSONError.Problem, String, String)]
    )
    func json(problem: JSONError.Problem, kind: String, reason: String) {
        let row = PointRowError.invalidJSON(JSONError(offset: 7, problem: problem), field: nil)
        let fault = fault(.row(row))
        #expect(fault.kind.rawValue == kind)
        #expect(fault.message == "f:3: " + reason)
    }

    @Test("Expected and got are numbers or texts, where there are any")
    func values() {
        #expect(fault(.lineTooLong(limit: 8)).expected == .number(8))
        #expect(fault(.lineTooLong(limit: 8)).got == nil)
        let deep = JSONError(offset: 0, problem: .tooDeep(limit: 128))
        #expect(fault(.row(.invalidJSON(deep, field: nil))).expected == .number(128))
        let dimension = fault(.row(.dimensionMismatch(field: "v", expected: 384, got: 768)))
        #expect(dimension.expected == .number(384) && dimension.got == .number(768))
        let type = fault(
            .row(.wrongType(field: "id", element: nil, expected: .stringOrInteger, got: .bool))
        )
        #expect(type.expected?.description == "a string or an integer")
        #expect(type.got?.description == "a boolean")
        #expect(fault(.row(.notAnObject(got: .null))).got == .text("null"))
        #expect(fault(.npy(.version(major: 4, minor: 0))).got == .text("4.0"))
        #expect(fault(.npy(.tooLong(limit: 1, got: 2))).got?.description == "2")
        #expect(fault(.npy(.shape([3]))).got == .text("(3,)"))
        #expect(fault(.npy(.dtype("|O"))).got == .text("|O"))
        #expect(fault(.npy(.keptTooLarge(limit: 1, got: 2))).expected == .number(1))
        #expect(fault(.zip(.byteCount(entry: "a", expected: 1, got: 2))).got == .number(2))
        #expect(fault(.zip(.checksum(entry: "a", expected: 1, got: 2))).got == .text("00000002"))
        #expect(fault(.row(.notBase64(field: "v", offset: 0, got: 0x21))).got == .text("'!'"))
        let bytes = fault(.row(.base64ByteCount(field: "v", expected: nil, got: 5)))
        #expect(bytes.expected == nil && bytes.got == .number(5))
        #expect(fault(.npy(.malformed(offset: 1))).got == nil)
    }

    @Test("Places are lines, rows or nothing, and standard input has a name")
    func places() {
        var fault = InputError(file: "-", place: .row(4), problem: .emptyInput)
        #expect(fault.message == "standard input: row 4: the file holds no points")
        #expect(fault.line == 4)
        fault.place = nil
        fault.file = "a\nb"
        #expect(fault.message == #""a\nb": the file holds no points"#)
        #expect(fault.line == nil)
        #expect(
            InputError(file: "f", problem: .npy(.tooLong(limit: 1, got: 2))).message
                == "f: the npy header is too long: expected at most 1 bytes, got 2"
        )
        #expect(
            InputError(file: "f", problem: .npy(.malformed(offset: 1))).message
                == "f: the npy header is malformed at byte 2"
        )
        #expect(InputError(file: "f", problem: .npy(.notNpy)).message == "f: not an npy file")
        #expect(
            InputError(file: "f", problem: .npy(.version(major: 4, minor: 0))).message
                == "f: npy version 4.0 is not supported"
        )
    }
}
