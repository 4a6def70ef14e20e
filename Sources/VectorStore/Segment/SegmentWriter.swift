/// Writes segment files.
package enum SegmentWriter {
    /// Writes an index and its rows to a new file and forces it to the medium; the caller gives it
    /// its name.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - rows: the rows that it was built from.
    ///   - configuration: the collection's settings.
    ///   - collection: the collection's UUID.
    ///   - file: the UUID that the file will be named by.
    ///   - sequence: the store's commit sequence, for people who look.
    ///   - path: must not exist yet, and does not when an error was thrown.
    /// - Returns: the file's length.
    /// - Throws: `.system`.
    /// - Complexity: one pass over the index and the vectors; memory for four bytes a row.
    package static func write(
        _ index: BuiltIndex,
        rows: IndexRows,
        configuration: CollectionConfiguration,
        collection: UniqueID,
        file: UniqueID,
        sequence: UInt64,
        to path: String
    ) throws(VectorStoreError) -> Int {
        guard let firstKey = rows.keys.first, let lastKey = rows.keys.last else {
            preconditionFailure("a segment has rows")
        }
        let header = SegmentHeader(
            collection: collection,
            file: file,
            sequence: sequence,
            layout: CodeLayout(configuration),
            facts: index.view.facts,
            firstKey: firstKey,
            lastKey: lastKey
        )
        precondition(
            index.view.layout == header.layout && index.view.facts.rowCount == rows.count
                && rows.dimension == configuration.dimension
                && rows.count <= SegmentFormat.rowCountMax,
            "an index, its rows and its collection belong together"
        )
        let descriptor = try DurableFile.create(path)
        do {
            try write(header, index, rows, to: descriptor)
        } catch {
            remove(path)
            throw error
        }
        return header.format.byteCount
    }

    private static func write(
        _ header: SegmentHeader,
        _ index: BuiltIndex,
        _ rows: IndexRows,
        to file: consuming FileDescriptor
    ) throws(VectorStoreError) {
        let format = header.format
        var output = SegmentOutput(file, format: format)
        for section in SegmentSection.ofIndex {
            try output.pad(to: format[section].lowerBound)
            let bytes = unsafe index.view.bytes(of: section).prefix(format[section].count)
            try unsafe output.append(UnsafeRawBufferPointer(rebasing: bytes))
        }
        try output.pad(to: format[.vectors].lowerBound)
        let checksums = try append(rows, format, to: &output)
        try output.pad(to: format[.keys].lowerBound)
        try output.append(rows.keys)
        try output.pad(to: format[.inverseNorms].lowerBound)
        try output.append(rows.inverseNorms)
        try output.pad(to: format[.rowChecksums].lowerBound)
        try output.append(checksums)
        try output.finish(header)
        // The pointers above don't keep their memory by themselves.
        withExtendedLifetime((index, rows)) {}
    }

    /// Writes the vectors; each is read once, for the file and for its checksum.
    ///
    /// - Returns: the rows' checksums.
    private static func append(
        _ rows: IndexRows,
        _ format: SegmentFormat,
        to output: inout SegmentOutput
    ) throws(VectorStoreError) -> [UInt32] {
        var checksums: [UInt32] = []
        checksums.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            let vector = unsafe UnsafeRawBufferPointer(
                start: rows.vectors[row],
                count: rows.dimension * 4
            )
            let checksum = unsafe format.checksum(
                ofKey: rows.keys[row],
                inverseNorm: rows.inverseNorms[row],
                vector: vector
            )
            checksums.append(checksum)
            try unsafe output.append(vector)
        }
        return checksums
    }

    private static func remove(_ path: String) {
        do {
            try DurableFile.remove(path)
        } catch {
            // What failed first is what is told; the next compaction's sweep takes the remains.
        }
    }
}

extension SegmentSection {
    /// The sections that an index has in memory, too.
    static let ofIndex: [Self] = [
        .mean, .records, .sketches, .baseLinks, .upperRows, .upperOffsets, .upperLinks, .slots,
    ]
}

extension IndexView {
    /// The memory of a section; empty for those that are no part of an index.
    @unsafe
    func bytes(of section: SegmentSection) -> UnsafeRawBufferPointer {
        switch section {
        case .mean: unsafe mean
        case .records: unsafe records
        case .sketches: unsafe sketches
        case .baseLinks: unsafe baseLinks
        case .upperRows: unsafe upperRows
        case .upperOffsets: unsafe upperOffsets
        case .upperLinks: unsafe upperLinks
        case .slots: unsafe slots
        case .vectors, .keys, .inverseNorms, .rowChecksums, .blockChecksums:
            unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
    }
}

extension CodeLayout {
    /// The codes of a collection.
    init(_ configuration: CollectionConfiguration) {
        self.init(
            quantization: configuration.quantization,
            metric: configuration.metric,
            dimension: configuration.dimension
        )
    }
}
