extension SegmentHeader {
    /// Reads and checks the first page of a mapped file.
    ///
    /// After that every section lies inside the file and is as long as its rows and links need.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: the file's path, for messages.
    /// - Throws: `.corrupt`, or `.newerFormat` for a later version.
    /// - Complexity: O(1), one page is read.
    init(of bytes: UnsafeRawBufferPointer, path: String) throws(VectorStoreError) {
        do throws(Fault) {
            self = try unsafe Self.read(bytes)
        } catch {
            switch error {
            case .newer(let version):
                throw .file(
                    .newerFormat(path: path, found: version, supported: Int(SegmentFormat.version))
                )
            case .broken(let offset, let reason):
                throw .corrupt(path, at: offset, reason)
            }
        }
    }

    private enum Fault: Error {
        case newer(version: Int)
        case broken(offset: Int, reason: String)
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> Self {
        let page = try unsafe HeaderFields(of: bytes)
        try checkVersion(page)
        let layout = try layout(page)
        let facts = try facts(page, layout)
        guard let collection = page.uniqueID(at: Offset.collection),
            let file = page.uniqueID(at: Offset.file)
        else { preconditionFailure("a page has all its fields") }
        let header = Self(
            collection: collection,
            file: file,
            sequence: page.number(UInt64.self, at: Offset.sequence),
            layout: layout,
            facts: facts,
            firstKey: page.number(Int64.self, at: Offset.firstKey),
            lastKey: page.number(Int64.self, at: Offset.lastKey),
            tableChecksum: page.number(UInt32.self, at: Offset.tableChecksum)
        )
        try header.checkKeys()
        try header.checkSections(page, byteCount: bytes.count)
        return header
    }

    /// A flipped bit must not pass for a newer version, so the checksum comes first.
    private static func checkVersion(_ page: borrowing HeaderFields) throws(Fault) {
        guard page.begins(with: SegmentFormat.magic) else {
            throw .broken(offset: 0, reason: "it is not a segment of vectorizer")
        }
        guard page.checksum == page.number(UInt32.self, at: Offset.checksum) else {
            throw .broken(offset: 0, reason: "checksum of the header")
        }
        let version = page.number(UInt32.self, at: Offset.version)
        guard version <= SegmentFormat.version else { throw .newer(version: Int(version)) }
        guard version == SegmentFormat.version else {
            throw .broken(offset: Offset.version, reason: "version \(version) does not exist")
        }
    }

    private static func layout(_ page: borrowing HeaderFields) throws(Fault) -> CodeLayout {
        let dimension = try page.count(1...Limits.dimension, at: Offset.dimension, "dimension")
        let metric = page.number(UInt32.self, at: Offset.metric)
        let quantization = page.number(UInt32.self, at: Offset.quantization)
        guard let metric = Metric.allCases.first(where: { $0.segmentNumber == metric }) else {
            throw .broken(offset: Offset.metric, reason: "metric \(metric)")
        }
        guard
            let quantization = Quantization.allCases.first(where: {
                $0.segmentNumber == quantization
            })
        else {
            throw .broken(offset: Offset.quantization, reason: "quantization \(quantization)")
        }
        return CodeLayout(quantization: quantization, metric: metric, dimension: dimension)
    }

    private static func facts(
        _ page: borrowing HeaderFields,
        _ layout: CodeLayout
    ) throws(Fault) -> IndexFacts {
        var facts = IndexFacts()
        let rows = try page.count(1...SegmentFormat.rowCountMax, at: Offset.rowCount, "rows")
        let upper = try page.count(0...rows, at: Offset.upperRowCount, "upper rows")
        // None on any level, or one level at least.
        let levels = try page.count(
            min(upper, 1)...(upper == 0 ? 0 : SegmentFormat.upperLevelCountMax),
            at: Offset.upperLevelCount,
            "upper levels"
        )
        facts.rowCount = rows
        facts.upperRowCount = upper
        facts.upperLevelCount = levels
        facts.upperListCount = try page.count(
            upper...(upper * max(levels, 1)),
            at: Offset.upperListCount,
            "lists of upper links"
        )
        facts.linkCount = try page.count(
            SegmentFormat.linkCounts,
            at: Offset.linkCount,
            "links of a row"
        )
        facts.efConstruction = try page.count(
            1...Int(Int32.max),
            at: Offset.efConstruction,
            "efConstruction"
        )
        let entry = try page.count(
            0...((upper > 0 ? upper : rows) - 1),
            at: Offset.entryPoint,
            "entry point"
        )
        facts.entryPoint = UInt32(entry)
        let bits = page.number(UInt32.self, at: Offset.sketchBits)
        guard bits == 0 || bits == UInt32(sketchBits) && layout.quantization == .int8 else {
            throw .broken(offset: Offset.sketchBits, reason: "sketches of \(bits) bits")
        }
        facts.hasSketches = bits != 0
        try readMeasures(page, into: &facts)
        return facts
    }

    private static func readMeasures(
        _ page: borrowing HeaderFields,
        into facts: inout IndexFacts
    ) throws(Fault) {
        let most = Float.greatestFiniteMagnitude
        facts.scale = try page.float(
            Float.leastNonzeroMagnitude...most,
            at: Offset.scale,
            "scale"
        )
        facts.distancesPerEF = try page.float(
            0...Float(SegmentFormat.rowCountMax),
            at: Offset.distancesPerEF,
            "distances per breadth"
        )
        for index in facts.calibration.recalls.indices {
            facts.calibration.recalls[index] = try page.float(
                0...1,
                at: Offset.recalls + 4 * index,
                "recall"
            )
        }
        for index in facts.stops.slacks.indices {
            facts.stops.slacks[index] = try page.float(
                0...1,
                at: Offset.slacks + 4 * index,
                "slack"
            )
        }
    }

    private func checkKeys() throws(Fault) {
        guard firstKey > 0, lastKey >= firstKey, lastKey - firstKey >= facts.rowCount - 1 else {
            throw .broken(offset: Offset.firstKey, reason: "keys \(firstKey) to \(lastKey)")
        }
    }

    /// Compares the table with the one place where each section can be.
    private func checkSections(_ page: borrowing HeaderFields, byteCount: Int) throws(Fault) {
        let format = format
        for section in SegmentSection.allCases {
            let place = Offset.sections + 16 * section.rawValue
            let offset = page.number(UInt64.self, at: place)
            let count = page.number(UInt64.self, at: place + 8)
            guard offset == format[section].lowerBound, count == format[section].count else {
                throw .broken(
                    offset: place,
                    reason: "section \(section) has \(count) bytes at \(offset)"
                )
            }
        }
        let stated = page.number(UInt64.self, at: Offset.byteCount)
        guard stated == format.byteCount, byteCount == format.byteCount else {
            throw .broken(
                offset: min(byteCount, format.byteCount),
                reason: "the file has \(byteCount) bytes, its header says \(stated)"
            )
        }
    }

    /// The first page, field by field.
    @safe
    private struct HeaderFields {
        private let bytes: UnsafeRawBufferPointer

        init(of file: UnsafeRawBufferPointer) throws(Fault) {
            guard file.count >= SegmentFormat.headerByteCount else {
                throw .broken(
                    offset: file.count,
                    reason: "the file has \(file.count) bytes, less than a segment's header"
                )
            }
            unsafe bytes = UnsafeRawBufferPointer(
                rebasing: file[..<SegmentFormat.headerByteCount]
            )
        }

        var checksum: UInt32 {
            unsafe crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<Offset.checksum]))
        }

        func begins(with magic: [UInt8]) -> Bool { unsafe bytes.starts(with: magic) }

        func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
            unsafe bytes.littleEndian(type, at: offset) ?? 0
        }

        func uniqueID(at offset: Int) -> UniqueID? {
            unsafe UniqueID(bytes[offset..<(offset + 16)])
        }

        func count(
            _ allowed: ClosedRange<Int>,
            at offset: Int,
            _ name: String
        ) throws(Fault) -> Int {
            let value = Int(number(UInt32.self, at: offset))
            guard allowed.contains(value) else {
                throw .broken(offset: offset, reason: "\(name): \(value)")
            }
            return value
        }

        /// NaN is in no range.
        func float(
            _ allowed: ClosedRange<Float>,
            at offset: Int,
            _ name: String
        ) throws(Fault) -> Float {
            let value = Float(bitPattern: number(UInt32.self, at: offset))
            guard allowed.contains(value) else {
                throw .broken(offset: offset, reason: "\(name): \(value)")
            }
            return value
        }
    }
}
