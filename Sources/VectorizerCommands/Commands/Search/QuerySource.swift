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
        in snapshot: CollectionSnapshot,
        _ body: (Int?, [Float]) throws -> Void
    ) throws {
        switch self {
        case .vector(let text): try body(nil, try Self.vector(text, dimension))
        case .point(let id): try body(nil, try Self.vector(of: id, in: snapshot))
        case .file(let path): try Self.forEachVector(in: path, dimension, body)
        }
    }

    private static func vector(
        of id: PointID,
        in snapshot: CollectionSnapshot
    ) throws -> [Float] {
        var vector: [Float] = []
        let missing = try snapshot.forEachPoint(withIDs: [id], includesVectors: true) { point in
            vector = point.vector ?? []
        }
        guard missing.isEmpty else { throw VectorStoreError.pointsNotFound(missing, row: nil) }
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
            throw InputFault(file: path, problem: .lineTooLong(limit: ByteSource.lineByteCountMax))
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
        do throws(PointRowFault) {
            try JSONVector.parse(text.span, dimension: dimension, into: &vector)
        } catch {
            throw InputFault(file: name, place: line.map { .line($0) }, problem: .row(error))
        }
        return vector
    }

    private static func forEachVector(
        in path: String,
        _ dimension: Int,
        _ body: (Int?, [Float]) throws -> Void
    ) throws {
        let format = path == "-" ? InputFormat.jsonl : InputFormat(path: path)
        guard format != .jsonl else {
            return try forEachLine(in: path, dimension, body)
        }
        let input = try PointInput(
            paths: [path],
            options: PointInput.Options(dimension: dimension)
        )
        var rows = RowBuffer(dimension: dimension)
        var number = 0
        while try input.next(into: &rows) {
            let vector = Array(rows.vector(at: 0))
            try locating(rows.places[0], in: path) { try body(number, vector) }
            rows.removeAll()
            number += 1
        }
    }

    /// Lines that are an array, or an object with a member `vector`.
    private static func forEachLine(
        in path: String,
        _ dimension: Int,
        _ body: (Int?, [Float]) throws -> Void
    ) throws {
        let source = try ByteSource(path: path)
        var number = 0
        while let range = try source.nextLine() {
            let line = Array(source.buffer[source.withoutByteOrderMark(range)])
            guard line.contains(where: { !$0.isJSONWhitespace }) else { continue }
            let vector = try queryVector(line, dimension, path, source.lineNumber)
            try locating(.line(source.lineNumber), in: path) { try body(number, vector) }
            number += 1
        }
        guard number > 0 || path == "-" else {
            throw InputFault(file: path, problem: .emptyInput)
        }
    }

    /// Says which query a vector belongs to that the metric can't compare.
    private static func locating(
        _ place: InputFault.Place,
        in path: String,
        _ body: () throws -> Void
    ) throws {
        do {
            try body()
        } catch VectorStoreError.invalidVector(let fault, _) {
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
        var object: [UInt8] = []
        var minifier = JSONMinifier()
        do throws(JSONFault) {
            try minifier.minify(line.span, into: &object)
        } catch {
            throw InputFault(
                file: path,
                place: .line(number),
                problem: .row(.invalidJSON(error, field: nil))
            )
        }
        let members = try PayloadEditing.members(of: object.span)
        guard let member = members.first(where: { $0.nameText == "vector" }) else {
            throw InputFault(
                file: path,
                place: .line(number),
                problem: .row(.missingField("vector"))
            )
        }
        return try parse(Array(object[member.value]), dimension, from: path, line: number)
    }
}

extension UInt8 {
    fileprivate var isJSONWhitespace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D
    }
}
