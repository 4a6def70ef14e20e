import VectorStore

/// A saved run, as far as a comparison needs it.
struct SavedBenchmark {
    /// What one ef reached.
    struct Search {
        let ef: Int
        let recall: Double
        let queriesPerProcessorSecond: Double
    }

    /// The file, for messages.
    let path: String
    /// Each parameter's value as it stands in the file.
    let parameters: [String: [UInt8]]
    let buildProcessorSeconds: Double
    let searches: [Search]

    /// Reads a file that `--save` wrote.
    ///
    /// - Throws: ``InputError`` with the first fault.
    init(path: String) throws {
        let object = try SavedObject(file: path)
        guard try object.text("kind") == BenchmarkRecord.kind else {
            throw InputError(file: path, problem: .row(.missingField("kind")))
        }
        let rows = try object.objects("rows")
        guard let build = try rows.first(where: { try $0.text("phase") == "build" }) else {
            throw InputError(file: path, problem: .row(.missingField("build")))
        }
        self.path = path
        parameters = try object.object("parameters").values
        let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
        buildProcessorSeconds = try build.number("cpu_seconds", in: positive)
        searches = try rows.filter { try $0.text("phase") == "search" }.map { row in
            Search(
                ef: Int(try row.number("ef", in: 1...Double(Limits.ef))),
                recall: try row.number("recall", in: 0...1),
                queriesPerProcessorSecond: try row.number("cpu_qps", in: positive)
            )
        }
    }

    /// What an ef reached.
    func search(ef: Int) -> Search? { searches.first { $0.ef == ef } }

    /// Refuses a file that tells nothing of an ef that is measured.
    func check(efs: [Int]) throws(InputError) {
        guard let missing = efs.first(where: { search(ef: $0) == nil }) else { return }
        throw InputError(file: path, problem: .row(.missingField("search at ef \(missing)")))
    }

    /// Refuses to be compared with a run of other parameters.
    func check(_ others: BenchmarkRecord.Parameters) throws(Diagnostic) {
        for (name, value) in others.members {
            let ours = parameters[name] ?? []
            let theirs = BenchmarkRecord.text(of: value)
            guard ours != theirs else { continue }
            let old = String(decoding: ours, as: UTF8.self)
            let new = String(decoding: theirs, as: UTF8.self)
            throw Diagnostic(
                code: 64,
                kind: "other_parameters",
                message: "\(path) was measured with other parameters: \(name) is "
                    + "\(old.isEmpty ? "not there" : old), here \(new)",
                file: path,
                field: name,
                expected: .text(old),
                got: .text(new)
            )
        }
    }
}

/// An object of a saved file.
private struct SavedObject {
    private let path: String
    private(set) var values: [String: [UInt8]] = [:]

    /// Reads a file that is one object.
    init(file path: String) throws {
        let source = try ByteSource(path: path)
        let range = try source.next(byteCount: Limits.lineByteCount)
        let text = Array(source.buffer[range])
        guard try source.isExhausted() else {
            throw InputError(file: path, problem: .lineTooLong(limit: Limits.lineByteCount))
        }
        let minified: [UInt8]
        do throws(JSONError) {
            minified = try JSONMinifier.minified(text.span)
        } catch {
            throw InputError(file: path, problem: .row(.invalidJSON(error, field: nil)))
        }
        try self.init(minified, path)
    }

    private init(_ bytes: [UInt8], _ path: String) throws {
        self.path = path
        guard bytes.first == UInt8(ascii: "{") else {
            throw InputError(file: path, problem: .row(.missingField("kind")))
        }
        for member in try PayloadEditing.members(of: bytes.span) {
            values[member.nameText] = Array(bytes[member.value])
        }
    }

    private func value(_ name: String) throws(InputError) -> [UInt8] {
        guard let value = values[name] else {
            throw InputError(file: path, problem: .row(.missingField(name)))
        }
        return value
    }

    func text(_ name: String) throws -> String {
        let value = try value(name)
        let text = try PayloadEditing.text(of: value.span) ?? []
        return String(decoding: text, as: UTF8.self)
    }

    /// A number that is possible; another one is as good as none.
    func number(_ name: String, in possible: ClosedRange<Double>) throws(InputError) -> Double {
        let text = String(decoding: try value(name), as: UTF8.self)
        guard let number = Double(text), possible.contains(number) else {
            throw InputError(file: path, problem: .row(.missingField(name)))
        }
        return number
    }

    func object(_ name: String) throws -> SavedObject {
        try SavedObject(try value(name), path)
    }

    func objects(_ name: String) throws -> [SavedObject] {
        let array = try value(name)
        guard array.first == UInt8(ascii: "[") else {
            throw InputError(file: path, problem: .row(.missingField(name)))
        }
        return try PayloadEditing.elements(of: array.span).map {
            try SavedObject(Array(array[$0]), path)
        }
    }
}
