import GRDB
import Logging

/// Removes vector files that no commit names: the remains of writes that were cut short.
///
/// Only names of our own making are touched: `vectors/<uuid>/<uuid>.tail`. The caller holds
/// `LOCK.write`, so no other writer is between creating a file and committing its name.
struct Sweeper {
    let directory: DataDirectory
    let logger: Logger

    /// Sweeps one collection's directory.
    func sweep(_ record: CollectionRecord, in db: Database) throws {
        let named = Set(try FileRecord.all(of: record.id, in: db).map(\.uuid))
        try sweep(directory.collectionPath(record.uuid), keeping: named)
    }

    /// Sweeps everything, and the directories of collections that are gone.
    func sweepAll(_ db: Database) throws {
        let records = try CollectionRecord.all(in: db)
        for record in records { try sweep(record, in: db) }
        let known = Set(records.map(\.uuid))
        for name in try DurableFile.names(in: directory.vectorsPath) {
            guard let uuid = UniqueID(hexadecimal: name[...]), !known.contains(uuid) else {
                continue
            }
            let path = directory.collectionPath(uuid)
            try sweep(path, keeping: [])
            try DurableFile.removeDirectory(path)
        }
    }

    private func sweep(_ path: String, keeping named: Set<UniqueID>) throws {
        for name in try DurableFile.names(in: path) where name.hasSuffix(".tail") {
            guard let uuid = UniqueID(hexadecimal: name.dropLast(5)), !named.contains(uuid) else {
                continue
            }
            logger.info("removing a file that no commit names: \(path)/\(name)")
            try DurableFile.remove(path + "/" + name)
        }
    }
}
