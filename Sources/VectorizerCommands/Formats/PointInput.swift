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
        /// Nil: each file's format is known by its ending or else by its content; standard input
        /// that does not tell is `jsonl`.
        package var format: InputFormat?
        /// What separates the fields of csv and tsv; nil for the format's own.
        package var delimiter: UInt8?
        package var idField = "id"
        package var vectorField = "vector"
        package var payloadField = "payload"
        /// A file of `{"id","payload"}` objects for formats that have only vectors.
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

    /// A file, and what is known of it before its turn comes.
    private struct File {
        var path: String
        /// Nil where only the content can tell, which is then read but once.
        var format: InputFormat?
        var delimiter: UInt8?

        /// Whether the format is of a kind, or may turn out to be.
        func mayBe(_ isMeant: (InputFormat) -> Bool) -> Bool { format.map(isMeant) ?? true }
    }

    private let options: Options
    private var files: [File]
    /// The place in `files` of the one that is opened next.
    private var nextFile = 0
    private let payloads: JSONLReader?
    private var reader: (any PointReader)?
    private var nextRowNumber = 0
    private var finishedBytes = 0
    private var finishedLeftOut = LeftOutFields()

    /// How many bytes all files have; nil if one of them is a pipe.
    package let totalBytes: Int?

    /// Prepares to read the files, none meaning standard input, which is `-`.
    ///
    /// - Throws: `.unknownFormat` if neither a file's name nor its content tells the format,
    ///   `.unusedPayloads`, `.unusedArray` or `.unusedRowNumbers` if none of them has a use for
    ///   that, and whatever keeps the payloads from being opened. The other files are opened when
    ///   their turn comes.
    package init(paths: [String], options: Options) throws(InputError) {
        let paths = paths.isEmpty ? ["-"] : paths
        var files: [File] = []
        for path in paths {
            // All names are looked at before the first row is read: a misspelled second file must
            // not show up when the first one is written already.
            try ByteSource.checkReadable(path)
            files.append(try Self.file(path, options))
        }
        self.files = files
        self.options = options
        self.totalBytes = Self.totalBytes(paths)
        try Self.checkUse(of: options, by: files)
        guard let path = options.payloads else {
            self.payloads = nil
            return
        }
        let source = try Self.source(path, options)
        self.payloads = JSONLReader(
            source: source,
            parser: PointRowParser(
                idField: options.idField,
                vectorField: options.vectorField,
                payloadField: options.payloadField,
                dimension: nil
            ),
            isEmptyAllowed: true,
            framing: try Self.framing(of: path, source, options)
        )
    }

    /// Reads on in one input that is open.
    ///
    /// - Throws: what keeps an npz file from being opened.
    package init(
        _ source: ByteSource,
        _ finding: InputSniffer.Finding,
        options: Options
    ) throws(InputError) {
        self.options = options
        files = []
        payloads = nil
        totalBytes = source.totalBytes
        reader = try reader(of: source, finding.format, delimiter: finding.delimiter)
    }

    private static func source(
        _ path: String,
        _ options: Options
    ) throws(InputError) -> ByteSource {
        try ByteSource(path: path, unpacks: true, isCancelled: options.isCancelled)
    }

    /// What can be known of a file now.
    private static func file(_ path: String, _ options: Options) throws(InputError) -> File {
        let told = options.format ?? (path == "-" ? nil : InputFormat(path: path))
        if let told { return File(path: path, format: told, delimiter: options.delimiter) }
        if let delimiter = options.delimiter {
            return File(path: path, format: .csv, delimiter: delimiter)
        }
        let file = File(path: path)
        // A pipe is read but once, when its turn comes.
        guard path != "-", totalBytes([path]) != nil else { return file }
        return try sniffed(file, try source(path, options), options)
    }

    /// The file with what its content tells.
    private static func sniffed(
        _ file: File,
        _ source: ByteSource,
        _ options: Options
    ) throws(InputError) -> File {
        var file = file
        if let found = try InputSniffer(idField: options.idField).find(in: source) {
            file.format = found.format
            file.delimiter = found.delimiter
        } else if file.path == "-" {
            file.format = .jsonl
        } else {
            let isEmpty = try source.isExhausted()
            throw InputError(file: file.path, problem: isEmpty ? .emptyInput : .unknownFormat)
        }
        return file
    }

    /// How the objects of a file of payloads are told apart.
    private static func framing(
        of path: String,
        _ source: ByteSource,
        _ options: Options
    ) throws(InputError) -> JSONLReader.Framing {
        if path != "-", let format = InputFormat(path: path) {
            return format == .json ? .values : .lines
        }
        let found = try InputSniffer(idField: options.idField).find(in: source)
        return found?.format == .json ? .values : .lines
    }

    /// Refuses options that no file is there for, as far as the files are known.
    private static func checkUse(of options: Options, by files: [File]) throws(InputError) {
        if let path = options.payloads, !files.contains(where: { $0.mayBe(\.isVectorsOnly) }) {
            throw InputError(file: path, problem: .unusedPayloads)
        }
        if options.array != nil, !files.contains(where: { $0.mayBe { $0 == .npz } }) {
            throw InputError(file: files[0].path, problem: .unusedArray)
        }
        let areRowsNumbered =
            options.payloads == nil && files.contains { $0.mayBe(\.isVectorsOnly) }
        if options.numbering != nil, !areRowsNumbered {
            throw InputError(file: files[0].path, problem: .unusedRowNumbers)
        }
    }

    /// Whether all ids are row numbers, as far as the files are known: a pipe whose content is to
    /// tell the format may hold others.
    package var areAllRowsNumbered: Bool {
        payloads == nil && files.allSatisfy { $0.format?.isVectorsOnly ?? false }
    }

    /// The fields that were left out of payloads so far.
    package var leftOut: LeftOutFields {
        var fields = finishedLeftOut
        if let reader { fields.add(reader.leftOut) }
        if let payloads { fields.add(payloads.leftOut) }
        return fields
    }

    package var bytesRead: Int { finishedBytes + (reader?.bytesRead ?? 0) }

    package func next(into batch: inout RowBuffer) throws(InputError) -> Bool {
        while true {
            if reader == nil {
                guard nextFile < files.count else { break }
                reader = try openNextFile()
                nextFile += 1
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

    private func openNextFile() throws(InputError) -> any PointReader {
        let source = try Self.source(files[nextFile].path, options)
        if files[nextFile].format == nil {
            files[nextFile] = try Self.sniffed(files[nextFile], source, options)
            try Self.checkUse(of: options, by: files)
        }
        let file = files[nextFile]
        guard let format = file.format else {
            throw InputError(file: file.path, problem: .unknownFormat)
        }
        return try reader(of: source, format, delimiter: file.delimiter)
    }

    private func reader(
        of source: ByteSource,
        _ format: InputFormat,
        delimiter: UInt8?
    ) throws(InputError) -> any PointReader {
        let isEmptyAllowed = source.name == "-"
        let fields = PointRowParser(
            idField: options.idField,
            vectorField: options.vectorField,
            payloadField: options.payloadField,
            dimension: options.dimension
        )
        let dimension = options.dimension
        switch format {
        case .jsonl, .json:
            return JSONLReader(
                source: source,
                parser: fields,
                isEmptyAllowed: isEmptyAllowed,
                framing: format == .json ? .values : .lines
            )
        case .csv, .tsv:
            return CSVReader(
                source: source,
                fields: fields,
                dimension: dimension,
                delimiter: delimiter ?? UInt8(ascii: format == .csv ? "," : "\t"),
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

    private func expectNoMorePayloads() throws(InputError) {
        guard let payloads else { return }
        var (vector, payload): ([Float], [UInt8]) = ([], [])
        let isAtEnd: Bool
        do throws(InputError) {
            isAtEnd = try payloads.nextRow(vector: &vector, payload: &payload) == nil
        } catch {
            // A line that is no row is one too many all the same.
            guard error.isRecoverable else { throw error }
            isAtEnd = false
        }
        guard isAtEnd else {
            throw InputError(
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
