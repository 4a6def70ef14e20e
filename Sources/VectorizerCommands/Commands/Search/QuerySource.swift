import VectorStore

/// Where the vectors that a search asks for come from.
enum QuerySource {
    /// A JSON array, `@FILE` with one, or `-`.
    case vector(String)
    /// A stored point.
    case point(PointID)
    /// Many, from a file in one of the input formats.
    case file(String)

    /// Hands out each query; with its number when there may be several.
    func forEach(
        dimension: Int,
        in snapshot: CollectionReader,
        _ body: (Int?, [Float]) throws -> Void
    ) throws {
        switch self {
        case .vector(let text): try body(nil, try Self.vector(text, dimension))
        case .point(let id): try body(nil, try Self.vector(of: id, in: snapshot))
        case .file(let path): try Self.forEachVector(in: path, dimension, body)
        }
    }

    private static func vector(of id: PointID, in snapshot: CollectionReader) throws -> [Float] {
        var vector: [Float] = []
        let missing = try snapshot.forEachPoint(withIDs: [id], includesVectors: true) { point in
            vector = point.vector ?? []
        }
        guard missing.isEmpty else { throw VectorStoreError.point(.notFound(missing, row: nil)) }
        return vector
    }

    private static func vector(_ text: String, _ dimension: Int) throws -> [Float] {
        if text == "-" { return try read("-", dimension) }
        if text.hasPrefix("@") { return try read(String(text.dropFirst()), dimension) }
        return try parse(Array(text.utf8), dimension, from: "--vector", line: nil)
    }

    private static func read(_ path: String, _ dimension: Int) throws -> [Float] {
        let source = try ByteSource(path: path)
        let range = try source.next(byteCount: ByteSource.lineByteCountMax)
        let text = Array(source.buffer[range])
        guard try source.isExhausted() else {
            throw InputError(file: path, problem: .lineTooLong(limit: ByteSource.lineByteCountMax))
        }
        return try parse(text, dimension, from: path, line: nil)
    }

    private static func parse(
        _ text: [UInt8],
        _ dimension: Int,
        from name: String,
        line: Int?
    ) throws -> [Float] {
        var vector: [Float] = []
        do throws(PointRowError) {
            try JSONVector.parse(text.span, dimension: dimension, into: &vector)
        } catch {
            throw InputError(file: name, place: line.map { .line($0) }, problem: .row(error))
        }
        return vector
    }

    private static func forEachVector(
        in path: String,
        _ dimension: Int,
        _ body: (Int?, [Float]) throws -> Void
    ) throws {
        let source = try ByteSource(path: path, unpacks: true)
        let options = PointInput.Options(dimension: dimension)
        let found = try finding(path, source, options)
        guard found.format != .jsonl, found.format != .json else {
            return try forEachText(in: source, isLines: found.format == .jsonl, dimension, body)
        }
        let input = try PointInput(source, found, options: options)
        var rows = RowBuffer(dimension: dimension)
        var number = 0
        while try input.next(into: &rows) {
            let vector = Array(rows.points.vector(at: 0))
            try locating(rows.places[0], in: path) { try body(number, vector) }
            rows.removeAll()
            number += 1
        }
    }

    /// The format that the name tells or else the content; standard input may be lines of JSON.
    private static func finding(
        _ path: String,
        _ source: ByteSource,
        _ options: PointInput.Options
    ) throws(InputError) -> InputSniffer.Finding {
        if path != "-", let format = InputFormat(path: path) { return .init(format: format) }
        if let found = try InputSniffer(idField: options.idField).find(in: source) { return found }
        guard path == "-" else {
            let isEmpty = try source.isExhausted()
            throw InputError(file: path, problem: isEmpty ? .emptyInput : .unknownFormat)
        }
        return .init(format: .jsonl)
    }

    /// Lines or values that are an array, or an object with a member `vector`.
    private static func forEachText(
        in source: ByteSource,
        isLines: Bool,
        _ dimension: Int,
        _ body: (Int?, [Float]) throws -> Void
    ) throws {
        let path = source.name
        var number = 0
        let values = isLines ? nil : JSONValues(source: source)
        while let text = try nextText(source, values) {
            guard text.contains(where: { !$0.isJSONWhitespace }) else { continue }
            let line = values?.lineNumber ?? source.lineNumber
            let vector = try queryVector(text, dimension, path, line)
            try locating(.line(line), in: path) { try body(number, vector) }
            number += 1
        }
        guard number > 0 || path == "-" else {
            throw InputError(file: path, problem: .emptyInput)
        }
    }

    private static func nextText(
        _ source: ByteSource,
        _ values: JSONValues?
    ) throws(InputError) -> [UInt8]? {
        if let values { return try values.next().map { Array(source.buffer[$0]) } }
        return try source.nextLine().map { Array(source.buffer[source.withoutByteOrderMark($0)]) }
    }

    /// Says which query a vector belongs to that the metric can't compare.
    private static func locating(
        _ place: InputError.Place,
        in path: String,
        _ body: () throws -> Void
    ) throws {
        do {
            try body()
        } catch VectorStoreError.point(.invalidVector(let fault, _)) {
            let (line, isRow): (Int, Bool) =
                switch place {
                case .line(let number): (number, false)
                case .row(let number): (number, true)
                }
            throw Diagnostic(fault).located(file: path, line: line, isRow: isRow)
        }
    }

    private static func queryVector(
        _ line: [UInt8],
        _ dimension: Int,
        _ path: String,
        _ number: Int
    ) throws -> [Float] {
        guard line.first(where: { !$0.isJSONWhitespace }) == UInt8(ascii: "{") else {
            return try parse(line, dimension, from: path, line: number)
        }
        let object: [UInt8]
        do throws(JSONError) {
            object = try JSONMinifier.minified(line.span)
        } catch {
            throw InputError(
                file: path,
                place: .line(number),
                problem: .row(.invalidJSON(error, field: nil))
            )
        }
        let members = try PayloadEditing.members(of: object.span)
        guard let member = members.first(where: { $0.nameText == "vector" }) else {
            throw InputError(
                file: path,
                place: .line(number),
                problem: .row(.missingField("vector"))
            )
        }
        return try parse(Array(object[member.value]), dimension, from: path, line: number)
    }
}
