import CKernels
import Glibc

/// Where everything of one store lies.
package struct DataDirectory: Sendable {
    /// The directory as the user named it, for messages.
    package let path: String

    /// Names a directory; touches nothing.
    package init(path: String) {
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.path = trimmed
    }

    var storePath: String { path + "/store" }
    var catalogPath: String { storePath + "/catalog.sqlite" }
    /// The bytes of the catalog's write-ahead log; 0 without one.
    var logByteCount: Int { DurableFile.byteCount(of: catalogPath + "-wal") ?? 0 }
    var vectorsPath: String { storePath + "/vectors" }
    var settingsPath: String { path + "/config.yaml" }

    /// The locks, by what they guard.
    enum Lock: String, CaseIterable, Sendable {
        case write = "LOCK.write"
        case queue = "LOCK.queue"
        case compact = "LOCK.compact"
        case open = "LOCK.open"
    }

    func lockPath(_ lock: Lock) -> String { path + "/" + lock.rawValue }

    func collectionPath(_ collection: UniqueID) -> String {
        vectorsPath + "/" + collection.hexadecimal
    }

    func tailPath(collection: UniqueID, file: UniqueID) -> String {
        collectionPath(collection) + "/" + file.hexadecimal + ".tail"
    }

    func segmentPath(collection: UniqueID, file: UniqueID) -> String {
        collectionPath(collection) + "/" + file.hexadecimal + ".seg"
    }

    /// What a segment is called until it is complete.
    func temporaryPath(collection: UniqueID, file: UniqueID) -> String {
        collectionPath(collection) + "/" + file.hexadecimal + ".tmp"
    }

    /// What the directories of unfinished restores are called, and then a UUID.
    static let restorePrefix = "restore-"

    /// A path below the data directory as `verify` prints it.
    func relative(_ absolute: String) -> String {
        let prefix = (path + "/").utf8
        guard absolute.utf8.starts(with: prefix) else { return absolute }
        return String(decoding: absolute.utf8.dropFirst(prefix.count), as: UTF8.self)
    }

    /// Which store this is, so that one swapped in at the same path is noticed.
    struct Identity: Equatable, Sendable {
        let device: UInt64
        let directory: UInt64
        let catalog: UInt64
    }

    /// Reads the identity of `store/`, which a restore exchanges, and of the catalog in it.
    ///
    /// - Returns: nil when nothing is there any more.
    func identity() throws(VectorStoreError) -> Identity? {
        guard let store = try Self.facts(storePath), let catalog = try Self.facts(catalogPath)
        else { return nil }
        return Identity(
            device: UInt64(store.st_dev),
            directory: UInt64(store.st_ino),
            catalog: UInt64(catalog.st_ino)
        )
    }

    private static func facts(_ path: String) throws(VectorStoreError) -> stat? {
        var facts = stat()
        if unsafe stat(path, &facts) == 0 { return facts }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .system("stat", path, errno)
    }

    /// Checks that a store is there and that its medium can hold one.
    ///
    /// - Returns: whether the medium is mounted read-only.
    func inspect() throws(VectorStoreError) -> Bool {
        guard let facts = try Self.facts(path) else { throw .store(.notFound(path: path)) }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw .store(.notADataDirectory(path: path, reason: "it is not a directory"))
        }
        try inspectCatalogFile()
        return try inspectFileSystem()
    }

    private func inspectCatalogFile() throws(VectorStoreError) {
        var facts = stat()
        guard unsafe lstat(catalogPath, &facts) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .store(.notFound(path: path)) }
            throw .system("stat", catalogPath, errno)
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw .store(
                .notADataDirectory(path: path, reason: "catalog.sqlite is not a regular file")
            )
        }
        // SQLite finds its log by the file's name: with two names a crash is not recovered.
        guard facts.st_nlink == 1 else {
            throw .store(
                .notADataDirectory(path: path, reason: "catalog.sqlite has several hard links")
            )
        }
    }

    /// Refuses file systems without shared memory between hosts, on which WAL loses data.
    func inspectFileSystem() throws(VectorStoreError) -> Bool {
        let type = UInt32(truncatingIfNeeded: unsafe vz_file_system_type(path))
        if let kind = Self.networkFileSystems.first(where: { $0.type == type })?.kind {
            throw .store(.unsupportedFileSystem(path: path, kind: kind))
        }
        return try DurableFile.fileSystem(of: path).f_flag & UInt(ST_RDONLY) != 0
    }

    /// Magic numbers of `statfs(2)`; no dictionary, whose type costs each start a search for
    /// conformances.
    private static let networkFileSystems: [(type: UInt32, kind: String)] = [
        (0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (0xFE53_4D42, "SMB2"), (0x517B, "SMB"),
        (0x0102_1997, "9p"), (0x00C3_6400, "Ceph"), (0x5346_414F, "AFS"),
    ]
}
