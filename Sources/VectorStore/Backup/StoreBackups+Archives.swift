import Crypto
import Glibc
import Logging

/// A backup in one file: a tar archive of a repository with one snapshot in it.
package struct ArchiveFacts: Equatable, Sendable {
    /// Bytes of the file.
    package let byteCount: Int
    /// The SHA-256 of the file, 64 hexadecimal digits.
    package let checksum: String
}

extension StoreBackups {
    /// Packs a collection, or the whole store, into one file.
    ///
    /// - Parameters:
    ///   - name: the collection; nil for the whole store, with keys and audit trail.
    ///   - path: the file, which must not be there yet. It appears whole, durable before the call
    ///     returns.
    ///   - tool: the program that does it, for people who look.
    /// - Returns: its size and checksum.
    /// - Throws: `CollectionError.notFound`, `.corrupt`, `.cancelled`, and system errors.
    /// - Complexity: three passes over what is packed.
    package func pack(
        _ name: CollectionName?,
        to path: String,
        tool: String
    ) throws(VectorStoreError) -> ArchiveFacts {
        try withScratch { scratch throws(VectorStoreError) in
            let repository = scratch + "/repository"
            var options = BackupOptions(tool: tool)
            options.isTemporary = true
            if let name {
                let alone = try copyAlone(name, to: scratch + "/data")
                _ = try alone.backups.make(in: repository, options: options)
            } else {
                _ = try make(in: repository, options: options)
            }
            let archive = scratch + "/archive"
            try TarArchive.write(Self.files(in: repository), of: repository, to: archive)
            let facts = try Self.facts(of: archive)
            try DurableFile.rename(archive, to: path)
            try DurableFile.synchronizeDirectory(DurableFile.parent(of: path))
            return facts
        }
    }

    /// Makes a store that has nothing but a copy of one collection.
    private func copyAlone(
        _ name: CollectionName,
        to path: String
    ) throws(VectorStoreError) -> Store {
        _ = try store.collection(name)
        try Store.create(path: path)
        let context = store.options.context
        let alone = try Store(path: path, options: StoreOptions(access: .write)).with(context)
        _ = try alone.backups.copy(name, of: store, as: name, "a copy for a snapshot")
        return alone
    }

    /// Brings the collection of an archive back, in the place of one of that name.
    ///
    /// The archive may have been crafted: everything in it is checked as what comes out of a
    /// repository is.
    ///
    /// - Parameters:
    ///   - archive: the file.
    ///   - checksum: the SHA-256 that it must have; nil takes any.
    ///   - name: what the collection is called here.
    /// - Returns: the commit sequence.
    /// - Throws: `.corruptRepository`, `.malformedSnapshot`, `.collectionNotInSnapshot` for an
    ///   archive of more or less than one collection, `.unprovenSnapshot`, `.busy`, `.cancelled`,
    ///   and system errors; then all collections are as they were.
    package func unpack(
        _ archive: String,
        checksum: String? = nil,
        as name: CollectionName
    ) throws(VectorStoreError) -> UInt64 {
        if let checksum {
            guard try Self.facts(of: archive).checksum == checksum else {
                throw .backup(
                    .corruptRepository(file: archive, reason: "its SHA-256 is another one")
                )
            }
        }
        return try withScratch { scratch throws(VectorStoreError) in
            let directory = scratch + "/repository"
            _ = try DurableFile.makeDirectories(directory)
            do throws(VectorStoreError) {
                try TarArchive.extract(archive, to: directory, isAllowed: Self.isRepositoryFile)
            } catch .file(.corrupt(_, _, let reason)) {
                throw .backup(.corruptRepository(file: archive, reason: reason))
            }
            for name in ["chunks", "snapshots", "tmp"] {
                _ = try DurableFile.makeDirectories(directory + "/" + name)
            }
            return try adopt(try BackupRepository(path: directory), as: name)
        }
    }

    private func adopt(
        _ repository: BackupRepository,
        as name: CollectionName
    ) throws(VectorStoreError) -> UInt64 {
        let manifest = try repository.snapshot(.latest).manifest
        let collections = manifest.collections.map { CollectionName(unchecked: $0.name) }
            .filter { !$0.isField }
        guard let only = collections.first, collections.count == 1 else {
            throw .backup(
                .collectionNotInSnapshot(
                    name: name.text,
                    snapshot: manifest.id,
                    repository: repository.path
                )
            )
        }
        let options = RestoreOptions(context: store.options.context)
        let isThere = try store.read { db in try CollectionRecord.find(name, in: db) != nil }
        guard isThere else {
            return try restore(only, as: name, from: manifest, in: repository, options: options)
        }
        let beside = CollectionName(unchecked: "_restored-\(UniqueID.random().hexadecimal)")
        _ = try restore(only, as: beside, from: manifest, in: repository, options: options)
        return try store.replaceCollection(name, by: beside)
    }

    // MARK: Files

    /// Runs a body with a directory that goes away, and that the next sweep removes after a kill.
    private func withScratch<Value>(
        _ body: (String) throws(VectorStoreError) -> Value
    ) throws(VectorStoreError) -> Value {
        let scratch = try ScratchDirectory(
            in: store.directory.path,
            prefix: DataDirectory.restorePrefix
        )
        let result = Result { () throws(VectorStoreError) in try body(scratch.path) }
        do {
            try scratch.remove()
        } catch {
            store.options.logger.info("the next sweep removes \(scratch.path): \(error)")
        }
        return try result.get()
    }

    /// The files of a repository, by their paths in it.
    private static func files(in repository: String) throws(VectorStoreError) -> [String] {
        var files = ["repository.json"]
        for name in try DurableFile.names(in: repository + "/snapshots").sorted() {
            files.append("snapshots/" + name)
        }
        for folder in try DurableFile.names(in: repository + "/chunks").sorted() {
            for name in try DurableFile.names(in: repository + "/chunks/" + folder).sorted() {
                files.append("chunks/\(folder)/\(name)")
            }
        }
        return files.filter(isRepositoryFile)
    }

    /// Whether a path is that of a file which a repository has.
    private static func isRepositoryFile(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        func isHexadecimal(_ text: Substring, _ count: Int) -> Bool {
            text.utf8.count == count
                && text.utf8.allSatisfy {
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                }
        }
        switch parts.count {
        case 1: return path == "repository.json"
        case 2:
            return parts[0] == "snapshots" && parts[1].hasSuffix(".json")
                && !parts[1].hasPrefix(".") && !parts[1].utf8.contains(0)
        case 3:
            return parts[0] == "chunks" && isHexadecimal(parts[1], 2) && isHexadecimal(parts[2], 64)
        default: return false
        }
    }

    private static func facts(of path: String) throws(VectorStoreError) -> ArchiveFacts {
        let file = try FileDescriptor(opening: path, flags: O_RDONLY)
        var hash = SHA256()
        var offset = 0
        while true {
            let bytes = try file.read(count: 1 << 20, at: offset)
            guard !bytes.isEmpty else { break }
            hash.update(data: bytes)
            offset += bytes.count
        }
        return ArchiveFacts(
            byteCount: offset,
            checksum: Hexadecimal.text(Array(hash.finalize()))
        )
    }
}

extension Store {
    /// Puts one collection in the place of another, which goes.
    func replaceCollection(
        _ name: CollectionName,
        by other: CollectionName
    ) throws(VectorStoreError) -> UInt64 {
        let sequence = try write(checkpoint: .now) { db in
            let old = try record(of: name, in: db)
            let aliases = try CollectionAlias.all(in: db).filter { $0.collection == old.id }
            try old.delete(db)
            var new = try record(of: other, in: db)
            let fields = try CollectionRecord.fields(of: other, in: db)
            new.name = name
            new.sequence = try StoreRecord.advance(db)
            try new.save(db)
            for var field in fields {
                field.name = name.field(field.name.fieldName ?? "")
                try field.save(db)
            }
            for alias in aliases { try CollectionAlias(alias.name, of: new.id).save(db) }
            return new.sequence
        }
        try write(checkpoint: .now) { db in
            try Sweeper(directory: directory, logger: options.logger).sweepAll(db)
        }
        return sequence
    }
}
