import Glibc

/// The vector files of one collection, opened inside one transaction.
package struct VectorFiles: Sendable {
    package let readers: [any VectorFile]

    /// Takes files that are open already, which ascend by their keys.
    package init(_ readers: [any VectorFile]) { self.readers = readers }

    /// Opens all files that the catalog names at this moment.
    ///
    /// - Throws: ``VanishedFileError`` when one is missing. Inside a write transaction that is
    ///   damage: no other process retires files then. A reader may have come too late and looks
    ///   again.
    init(
        of record: CollectionRecord,
        in db: CatalogReader,
        directory: DataDirectory,
        kept: FileCache? = nil
    ) throws {
        readers = try FileRecord.all(of: record.id, in: db).map { file in
            guard let kept else {
                return try Self.open(file, of: record, in: db, directory: directory)
            }
            let earlier = kept.file(file.uuid)
            if let earlier, earlier.record == file { return earlier }
            let opened = try Self.open(
                file,
                of: record,
                in: db,
                directory: directory,
                isKept: true,
                after: earlier
            )
            kept.keep(opened)
            return opened
        }
    }

    /// Opens one file that the catalog names at this moment.
    ///
    /// - Parameters:
    ///   - file: what the catalog says of it.
    ///   - record: its collection.
    ///   - db: the catalog.
    ///   - directory: the data directory.
    ///   - isKept: whether the file may be opened again later.
    ///   - earlier: the file as it was opened at another moment; its mapping is gone on with.
    /// - Returns: the file.
    /// - Throws: ``VanishedFileError``, `.corrupt`, and system errors.
    static func open(
        _ file: FileRecord,
        of record: CollectionRecord,
        in db: CatalogReader,
        directory: DataDirectory,
        isKept: Bool = false,
        after earlier: (any VectorFile)? = nil
    ) throws -> any VectorFile {
        let deletions = try DeletionBitmap(of: file, in: db)
        if let segment = earlier as? SegmentReader, segment.record.isSameFile(as: file) {
            return SegmentReader(segment, file, deletions: deletions)
        }
        do {
            switch file.kind {
            case .tail, .sealed:
                return try TailReader(
                    file,
                    deletions: deletions,
                    collection: record.uuid,
                    dimension: record.configuration.dimension,
                    in: directory,
                    isKept: isKept,
                    after: earlier as? TailReader
                )
            case .segment:
                return try SegmentReader(
                    file,
                    deletions: deletions,
                    collection: record.uuid,
                    configuration: record.configuration,
                    in: directory
                )
            }
        } catch VectorStoreError.file(.system(_, let path, ENOENT)) {
            throw VanishedFileError(path: path)
        } catch VectorStoreError.file(.system(_, let path, ELOOP)) {
            throw VectorStoreError.corrupt(path, "it is a symbolic link")
        }
    }

    /// The location of a file's first row, for candidates of a search; slots count up from it.
    func firstLocation(in file: Int) -> UInt64 { UInt64(file) << 32 }

    /// The row at a location.
    func row(at location: UInt64) -> (reader: any VectorFile, slot: Int) {
        (readers[Int(location >> 32)], Int(location & 0xFFFF_FFFF))
    }

    /// Rows of points that are there.
    var liveCount: Int { readers.reduce(0) { $0 + $1.liveCount } }

    /// Where a key's row lies.
    func locate(_ key: Int64) -> (file: Int, slot: Int)? {
        for (index, reader) in readers.enumerated() {
            if let slot = reader.slot(of: key) { return (index, slot) }
        }
        return nil
    }

    /// Where the row of a point that the catalog names lies.
    func place(of key: Int64, path: String) throws(VectorStoreError) -> (file: Int, slot: Int) {
        guard let place = locate(key) else {
            throw .corrupt(path, "no vector file has the point with key \(key)")
        }
        return place
    }

    /// The vector of a live point.
    func vector(of key: Int64, path: String) throws(VectorStoreError) -> [Float] {
        let place = try place(of: key, path: path)
        return try readers[place.file].vector(at: place.slot)
    }
}

/// A file that the catalog names and that is not there.
struct VanishedFileError: Error {
    let path: String

    /// What it means when no writer can have retired the file meanwhile.
    var damage: VectorStoreError {
        .corrupt(path, "the catalog names it, it is missing")
    }
}

extension Store {
    /// Runs a body that opens vector files inside one read transaction.
    ///
    /// Between reading the catalog and opening a file a writer may retire the file. Then the body
    /// runs again in a new transaction; if that still names the file, it is missing for good.
    ///
    /// - Parameter body: takes the path that was missing before; it may throw
    ///   ``VanishedFileError``.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, and `.corrupt` for a file that is missing for good.
    func readFiles<Value>(
        _ body: (CatalogReader, _ missing: String?) throws -> Value
    ) throws(VectorStoreError) -> Value {
        var missing: String?
        while true {
            let outcome: Result<Value, VanishedFileError> = try read { db in
                do {
                    return .success(try body(db, missing))
                } catch let file as VanishedFileError {
                    return .failure(file)
                }
            }
            switch outcome {
            case .success(let value): return value
            case .failure(let file) where file.path == missing: throw file.damage
            case .failure(let file): missing = file.path
            }
        }
    }
}
