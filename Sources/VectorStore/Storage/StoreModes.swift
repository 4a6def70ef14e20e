import Glibc

/// Who besides the owner may get at a store.
struct StoreModes {
    private let directory: DataDirectory

    init(_ directory: DataDirectory) {
        self.directory = directory
    }

    /// Checks the directories of a store and what lies in them.
    ///
    /// Vector files are looked at only when others may enter the directory of the store: else they
    /// can't reach them.
    ///
    /// - Returns: what other users may read although nothing above it keeps them out; nil without.
    /// - Throws: `.writableByOthers` for the first path that others may change, `.foreignOwner` for
    ///   one that belongs neither to the directory's owner nor to root.
    /// - Complexity: one call of the system a path; constant for a store that is shut.
    func check() throws(VectorStoreError) -> String? {
        var top = stat()
        guard unsafe stat(directory.path, &top) == 0 else { return nil }
        var readable: String?
        for path in paths { try check(path, top.st_uid, &readable) }
        if geteuid() == 0, top.st_uid != 0 { try checkLinks() }
        guard readable != nil, top.st_mode & (S_IXGRP | S_IXOTH) != 0 else {
            return top.st_mode & Self.others == 0 ? nil : readable
        }
        for name in try DurableFile.names(in: directory.vectorsPath) {
            let collection = directory.vectorsPath + "/" + name
            try check(collection, top.st_uid, &readable)
            guard DurableFile.isDirectory(collection) else { continue }
            for file in try DurableFile.names(in: collection) {
                try check(collection + "/" + file, top.st_uid, &readable)
            }
        }
        return readable
    }

    /// Refuses links in another user's store: they would have root write and remove elsewhere.
    ///
    /// Against an owner who exchanges one for another while root works nothing helps.
    private func checkLinks() throws(VectorStoreError) {
        let collections = try DurableFile.names(in: directory.vectorsPath).map {
            directory.vectorsPath + "/" + $0
        }
        for path in [directory.storePath, directory.vectorsPath] + collections {
            var facts = stat()
            guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK else {
                continue
            }
            throw .store(.notADataDirectory(path: directory.path, reason: "\(path) is a link"))
        }
    }

    private static let others: mode_t = S_IRGRP | S_IROTH | S_IXGRP | S_IXOTH

    private func check(
        _ path: String,
        _ owner: uid_t,
        _ readable: inout String?
    ) throws(VectorStoreError) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return }
        guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .store(.writableByOthers(path: path))
        }
        guard facts.st_uid == owner || facts.st_uid == 0 else {
            throw .store(.foreignOwner(path: path))
        }
        if facts.st_mode & Self.others != 0, readable == nil { readable = path }
    }

    /// The data directory comes first.
    private var paths: [String] {
        let catalog = directory.catalogPath
        return [directory.path, directory.storePath, directory.vectorsPath, catalog]
            + [catalog + "-wal", catalog + "-shm", directory.settingsPath]
            + DataDirectory.Lock.allCases.map(directory.lockPath)
    }
}
