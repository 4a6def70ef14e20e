extension Verifier {
    /// A file that the catalog names, open or with what is wrong with it.
    typealias OpenedFile = (record: FileRecord, reader: Result<any VectorFile, VectorStoreError>)

    /// Opens the files of a collection.
    func open(
        _ files: [Result<FileRecord, VectorStoreError>],
        of record: CollectionRecord,
        missing: String?
    ) throws -> [OpenedFile] {
        try files.compactMap(\.success).filter { $0.collection == record.id }.map { file in
            do {
                let reader = try VectorFiles.open(file, of: record, in: db, directory: directory)
                return (file, .success(reader))
            } catch let vanished as VanishedFileError where vanished.path == missing {
                return (file, .failure(vanished.damage))
            } catch let error as VectorStoreError {
                return (file, .failure(error))
            }
        }
    }

    /// Checks the files of a collection; returns the keys of their live rows.
    func verify(
        _ files: [OpenedFile],
        of record: CollectionRecord,
        live: Set<Int64>?
    ) throws -> Set<Int64> {
        let liveCount = files.reduce(0) { $0 + $1.record.rowCount - $1.record.deletedCount }
        let without = try PointStatements.countWithoutVector(of: record.id, in: db)
        let vectorCount = record.pointCount - (try without.step() ? Int(without.integer(0)) : 0)
        if liveCount != vectorCount {
            try find(
                directory.catalogPath,
                nil,
                "collection \(record.name): \(vectorCount) points, "
                    + "but \(liveCount) rows in vector files",
                repair: .restoreStore
            )
        }
        var found: Set<Int64> = []
        for file in files {
            checkedFileCount += 1
            try finding {
                let reader = try file.reader.get()
                if let live { try found.formUnion(verifyRows(reader, live: live)) }
                if let segment = reader as? SegmentReader {
                    try verifyIndex(of: segment, record)
                }
            }
        }
        return found
    }

    private func verifyRows(_ reader: any VectorFile, live: Set<Int64>) throws -> Set<Int64> {
        var found: Set<Int64> = []
        var previous = Int64.min
        for slot in 0..<reader.rowCount {
            if slot % 1024 == 0 { try cancellation.check() }
            let key = reader.key(at: slot)
            let block = reader.block(of: slot)
            do {
                try reader.verify(slot)
            } catch VectorStoreError.file(.corrupt(let path, _, let reason)) {
                try find(path, block, reason, repair: .reinsertPoint)
                continue
            }
            if key <= previous {
                try find(
                    reader.path,
                    block,
                    "row \(slot): keys do not ascend",
                    repair: .restoreStore
                )
            }
            previous = key
            let isDead = reader.deletions.contains(slot)
            if !isDead { found.insert(key) }
            if isDead == live.contains(key) {
                try find(
                    reader.path,
                    block,
                    "row \(slot): \(isDead ? "dead" : "live"), but the catalog "
                        + "\(isDead ? "has" : "does not have") the point with key \(key)",
                    repair: .restoreStore
                )
            }
        }
        return found
    }
}
