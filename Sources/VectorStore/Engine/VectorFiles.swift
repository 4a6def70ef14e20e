import GRDB
import Glibc

/// A file that the catalog names and that is not there.
///
/// To a reader that says only that the file was retired after its transaction began: it looks again.
/// Whoever holds the write lock, and a reader that finds the name again, has found damage.
struct MissingVectorFile: Error, Equatable {
    let path: String

    /// The damage.
    var asCorruption: VectorStoreError {
        .corrupt(file: path, offset: nil, reason: "the catalog names it, it is missing")
    }
}

/// The vector files of one collection, opened inside one transaction.
struct VectorFiles: Sendable {
    let readers: [TailReader]

    /// Opens all files that the catalog names at this moment.
    ///
    /// - Throws: ``MissingVectorFile`` when one is gone.
    init(of record: CollectionRecord, in db: Database, directory: DataDirectory) throws {
        readers = try FileRecord.all(of: record.id, in: db).map { file in
            do {
                return try TailReader(
                    file,
                    deadSlots: DeadSlots(of: file, in: db),
                    collection: record.uuid,
                    dimension: record.configuration.dimension,
                    in: directory
                )
            } catch VectorStoreError.system(_, let path, ENOENT) {
                throw MissingVectorFile(path: path)
            }
        }
    }

    /// Where a key's row lies.
    func locate(_ key: Int64) -> (file: Int, slot: Int)? {
        for (index, reader) in readers.enumerated() {
            if let slot = reader.slot(of: key) { return (index, slot) }
        }
        return nil
    }

    /// The vector of a live point.
    func vector(of key: Int64, path: String) throws(VectorStoreError) -> [Float] {
        guard let place = locate(key) else {
            throw .corrupt(
                file: path, offset: nil, reason: "no vector file has the point with key \(key)")
        }
        return try readers[place.file].vector(at: place.slot)
    }
}
