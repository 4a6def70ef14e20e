import Glibc

/// A directory that keeps snapshots of one store.
///
/// ```
/// REPO/repository.json     which store, which format
///      chunks/ab/<sha256>  chunks of files
///      snapshots/*.json    what each snapshot holds, and the proofs that some have
///      tmp/                unfinished work
///      LOCK                shared by backups and readers, exclusive for forgetting
/// ```
package struct BackupRepository: Sendable {
    /// The repository as the user named it.
    package let path: String
    /// The UUID of the store that it belongs to.
    let store: UniqueID

    /// What `repository.json` says.
    private struct Description: Codable {
        static let format = "vectorizer-repository"
        static let version = 1

        let format: String
        let version: Int
        let id: String
        let store: String
        let created: String
    }

    /// The repository as it is found from anywhere.
    package var absolutePath: String { Self.absolutePath(path) }

    /// A repository's path as it is found from anywhere.
    package static func absolutePath(_ path: String) -> String {
        DurableFile.resolve(path)?.path ?? path
    }

    var chunks: ChunkStore { ChunkStore(path: path + "/chunks") }
    var snapshotsPath: String { path + "/snapshots" }
    var temporaryPath: String { path + "/tmp" }
    private var lockPath: String { path + "/LOCK" }
    static let descriptionName = "repository.json"
    private static let directoryNames = ["chunks", "snapshots", "tmp"]

    private init(path: String, store: UniqueID) {
        self.path = path
        self.store = store
    }

    /// Opens a repository.
    ///
    /// - Throws: `.repositoryNotFound`, `.malformedSnapshot`, `.corruptRepository`, `.newerFormat`.
    package init(path: String) throws(VectorStoreError) {
        let path = DataDirectory(path: path).path
        let file = path + "/" + Self.descriptionName
        let description: Description
        do {
            description = try SealedDocument.read(
                Description.self,
                from: file,
                format: Description.format,
                version: Description.version
            )
        } catch .file(.system(_, _, let code)) where code == ENOENT || code == ENOTDIR {
            throw .backup(.repositoryNotFound(path: path))
        }
        guard let store = UniqueID(hexadecimal: description.store[...]) else {
            throw .backup(.malformedSnapshot(file: file, reason: "the store's UUID is bad"))
        }
        self.init(path: path, store: store)
    }

    // MARK: Locks

    /// Takes the repository's lock.
    ///
    /// - Returns: nil on a medium that can't be written and has no lock: no process forgets there.
    func lock(
        _ mode: FileLock.Mode,
        lockTimeout: LockTimeout
    ) throws(VectorStoreError) -> FileLock? {
        do {
            return try FileLock(path: lockPath, mode: mode, lockTimeout: lockTimeout)
        } catch .file(.system(_, _, ENOENT)) {
            return nil
        } catch .store(.busy(_, let holder, let seconds)) {
            throw .store(.busy(lock: lockPath, holder: holder, waitedSeconds: seconds))
        }
    }

    // MARK: Creation

    /// Opens the repository of a store, and makes it when nothing is there but its parent.
    ///
    /// - Throws: `.repositoryOfAnotherStore`, `.notARepository` when other files are there,
    ///   `.repositoryParentNotFound`.
    static func openOrCreate(
        path: String,
        store: UniqueID,
        lockTimeout: LockTimeout
    ) throws(VectorStoreError) -> Self {
        let path = DataDirectory(path: path).path
        if !DurableFile.isRegularFile(path + "/" + descriptionName) {
            try checkIsFree(path)
            try create(path, store: store, lockTimeout: lockTimeout)
        }
        try check(path: path, isFor: store)
        let repository = try Self(path: path)
        guard try !repository.hasLostSnapshots else { throw repository.lostSnapshots }
        // Copying tools forget empty directories.
        for name in directoryNames where !DurableFile.isDirectory(path + "/" + name) {
            try DurableFile.makeDirectory(path + "/" + name)
            // A link would have chunks written elsewhere.
            guard DurableFile.isDirectory(path + "/" + name) else {
                throw .backup(.notARepository(path: path, reason: "\(name) in it is no directory"))
            }
        }
        return repository
    }

    /// Refuses a directory that is not, and can't become, the repository of a store.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - store: the store's UUID.
    ///   - mustExist: whether one that could become it is refused, too.
    /// - Throws: `.repositoryOfAnotherStore`, `.notARepository`, `.repositoryParentNotFound`,
    ///   `.repositoryNotFound`.
    static func check(
        path: String,
        isFor store: UniqueID,
        mustExist: Bool = false
    ) throws(VectorStoreError) {
        let path = DataDirectory(path: path).path
        guard DurableFile.isRegularFile(path + "/" + descriptionName) else {
            try checkIsFree(path)
            try checkHasParent(path)
            guard !mustExist else { throw .backup(.repositoryNotFound(path: path)) }
            return
        }
        guard try Self(path: path).store == store else {
            throw .backup(.repositoryOfAnotherStore(path: path))
        }
    }

    /// Refuses a directory that holds anything but the remains of an interrupted creation.
    static func checkIsFree(_ path: String) throws(VectorStoreError) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else {
            if errno == ENOENT { return }
            throw .system("stat", path, errno)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw .backup(.notARepository(path: path, reason: "it is not a directory"))
        }
        let ours = ["LOCK", "chunks", "snapshots", "tmp", "lost+found"]
        let foreign = try DurableFile.names(in: path).filter { !ours.contains($0) }
        // Another backup has made it a moment ago.
        guard !DurableFile.isRegularFile(path + "/" + descriptionName) else { return }
        guard foreign.isEmpty else {
            throw .backup(.notARepository(path: path, reason: "it holds other files"))
        }
        try checkHasNoSnapshots(path)
    }

    /// Refuses a path whose parent is missing: most likely the disk is not mounted, and the
    /// repository would be made on another one.
    private static func checkHasParent(_ path: String) throws(VectorStoreError) {
        var facts = stat()
        let parent = DurableFile.parent(of: path)
        guard unsafe stat(path, &facts) != 0, unsafe stat(parent, &facts) != 0, errno == ENOENT
        else { return }
        throw .backup(.repositoryParentNotFound(path: path, parent: parent))
    }

    /// Refuses a repository that has lost its description: whose snapshots these are is not known.
    private static func checkHasNoSnapshots(_ path: String) throws(VectorStoreError) {
        let description = path + "/" + descriptionName
        guard try !DurableFile.names(in: path + "/snapshots").isEmpty,
            !DurableFile.isRegularFile(description)
        else { return }
        throw .backup(
            .corruptRepository(file: description, reason: "it is missing, and snapshots are not")
        )
    }

    private static func create(
        _ path: String,
        store: UniqueID,
        lockTimeout: LockTimeout
    ) throws(VectorStoreError) {
        var facts = stat()
        if unsafe stat(path, &facts) != 0 {
            try checkHasParent(path)
            // What root makes for itself stays root's.
            try DurableFile.makeDirectory(path, inheritsOwner: false)
        }
        let lock = try FileLock(path: path + "/LOCK", mode: .exclusive, lockTimeout: lockTimeout)
        guard !DurableFile.isRegularFile(path + "/" + descriptionName) else { return }
        for name in directoryNames {
            try DurableFile.makeDirectory(path + "/" + name)
        }
        try ChunkStore(path: path + "/chunks").makeDirectories()
        let description = Description(
            format: Description.format,
            version: Description.version,
            id: UniqueID.random().hexadecimal,
            store: store.hexadecimal,
            created: Timestamp.now.description
        )
        let scratch = try ScratchDirectory(in: path + "/tmp", prefix: "")
        let bytes = try SealedDocument.encode(description, path: path)
        try DurableFile.publish(bytes, as: path + "/" + descriptionName, through: scratch.path)
        try scratch.remove()
        _ = consume lock
    }
}
