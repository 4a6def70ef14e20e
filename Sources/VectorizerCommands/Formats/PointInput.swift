package import VectorStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// All the files of one insert, read one after the other as if they were one.
///
/// Row numbers and payload lines go on from file to file.
package final class PointInput: PointReader {
    /// How the files are to be read.
    package struct Options {
        package var dimension: Int
        /// Nil: each file's format is known by its ending, that of standard input is `jsonl`.
        package var format: InputFormat?
        package var idField = "id"
        package var vectorField = "vector"
        package var payloadField = "payload"
        /// A file of `{"id","payload"}` lines for formats that have only vectors.
        package var payloads: String?
        /// Which array of npz files; nil for their only one.
        package var array: String?
        /// How rows get ids in formats that have only vectors; nil numbers them from 0.
        package var numbering: RowNumbering?
        package var isCancelled: () -> Bool = { false }

        package init(dimension: Int) {
            self.dimension = dimension
        }
    }

    private let options: Options
    private var files: ArraySlice<(path: String, format: InputFormat)>
    private let payloads: JSONLReader?
    private var reader: (any PointReader)?
    private var nextRowNumber = 0
    private var finishedBytes = 0
    private var finishedLeftOut = LeftOutFields()

    /// How many bytes all files have; nil if one of them is a pipe.
    package let totalBytes: Int?

    /// Prepares to read the files, none meaning standard input, which is `-`.
    ///
    /// - Throws: `.unsupportedFormat` if a file's format is not known, `.unusedPayloads`,
    ///   `.unusedArray` or `.unusedRowNumbers` if none of them has a use for that, and whatever
    ///   keeps the payloads from being opened. The other files are opened when their turn comes.
    package init(paths: [String], options: Options) throws(InputFault) {
        let paths = paths.isEmpty ? ["-"] : paths
        var files: [(path: String, format: InputFormat)] = []
        for path in paths {
            // All names are looked at before the first row is read: a misspelled second file must
            // not show up when the first one is written already.
            try ByteSource.checkReadable(path)
            let usual: InputFormat? = path == "-" ? .jsonl : InputFormat(path: path)
            guard let format = options.format ?? usual else {
                throw InputFault(file: path, problem: .unsupportedFormat())
            }
            files.append((path, format))
        }
        self.files = files[...]
        self.options = options
        self.totalBytes = Self.totalBytes(paths)
        try Self.checkUse(of: options, files.map(\.format), file: paths[0])
        guard let path = options.payloads else {
            self.payloads = nil
            return
        }
        guard files.contains(where: \.format.isVectorsOnly) else {
            throw InputFault(file: path, problem: .unusedPayloads)
        }
        self.payloads = JSONLReader(
            source: try ByteSource(path: path, isCancelled: options.isCancelled),
            parser: PointRowParser(
                idField: options.idField,
                vectorField: options.vectorField,
                payloadField: options.payloadField,
                dimension: nil
            ),
            isEmptyAllowed: true
        )
    }

    /// The fields that were left out of payloads so far.
    package var leftOut: LeftOutFields {
        var fields = finishedLeftOut
        if let reader { fields.add(reader.leftOut) }
        if let payloads { fields.add(payloads.leftOut) }
        return fields
    }

    package var bytesRead: Int { finishedBytes + (reader?.bytesRead ?? 0) }

    package func next(into batch: inout RowBuffer) throws(InputFault) -> Bool {
        while true {
            if reader == nil {
                guard let file = files.first else { break }
                reader = try open(file.path, file.format)
                files.removeFirst()
            }
            guard let reader else { break }
            if try reader.next(into: &batch) { return true }
            finishedBytes += reader.bytesRead
            finishedLeftOut.add(reader.leftOut)
            if let vectors = reader as? VectorFileReader {
                nextRowNumber = vectors.nextRowNumber
            }
            self.reader = nil
        }
        try expectNoMorePayloads()
        return false
    }

    private func open(
        _ path: String,
        _ format: InputFormat
    ) throws(InputFault) -> any PointReader {
        let source = try ByteSource(path: path, isCancelled: options.isCancelled)
        let isEmptyAllowed = path == "-"
        let fields = PointRowParser(
            idField: options.idField,
            vectorField: options.vectorField,
            payloadField: options.payloadField,
            dimension: options.dimension
        )
        let dimension = options.dimension
        switch format {
        case .jsonl:
            return JSONLReader(source: source, parser: fields, isEmptyAllowed: isEmptyAllowed)
        case .csv:
            return CSVReader(
                source: source,
                fields: fields,
                dimension: dimension,
                isEmptyAllowed: isEmptyAllowed
            )
        case .npy, .npz, .fvecs, .bvecs:
            return VectorFileReader(
                rows: try format.vectorRows(
                    source,
                    dimension: dimension,
                    array: options.array,
                    isEmptyAllowed: isEmptyAllowed
                ),
                payloads: payloads,
                numbering: options.numbering ?? RowNumbering(),
                firstRowNumber: nextRowNumber
            )
        }
    }

    /// Refuses options that no file is there for.
    private static func checkUse(
        of options: Options,
        _ formats: [InputFormat],
        file: String
    ) throws(InputFault) {
        if options.array != nil, !formats.contains(.npz) {
            throw InputFault(file: file, problem: .unusedArray)
        }
        let areRowsNumbered = options.payloads == nil && formats.contains(where: \.isVectorsOnly)
        if options.numbering != nil, !areRowsNumbered {
            throw InputFault(file: file, problem: .unusedRowNumbers)
        }
    }

    private func expectNoMorePayloads() throws(InputFault) {
        guard let payloads else { return }
        var (vector, payload): ([Float], [UInt8]) = ([], [])
        let isAtEnd: Bool
        do throws(InputFault) {
            isAtEnd = try payloads.nextRow(vector: &vector, payload: &payload) == nil
        } catch {
            // A line that is no row is one too many all the same.
            guard error.isRecoverable else { throw error }
            isAtEnd = false
        }
        guard isAtEnd else {
            throw InputFault(
                file: payloads.name,
                place: .line(payloads.lineNumber),
                problem: .rowCount(expected: nextRowNumber, got: nextRowNumber + 1)
            )
        }
    }

    private static func totalBytes(_ paths: [String]) -> Int? {
        var total = 0
        for path in paths {
            var facts = stat()
            let result = path == "-" ? fstat(STDIN_FILENO, &facts) : stat(path, &facts)
            guard result == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
            total += Int(facts.st_size)
        }
        return total
    }
}
