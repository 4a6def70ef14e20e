import Glibc

/// Who besides the owner may get at a store.
struct StoreModes {
    private let directory: DataDirectory

    init(_ directory: DataDirectory) {
        self.directory = directory
    }

    /// Checks the directories of a store and what lies in them by name.
    ///
    /// Vector files need no look: who may not enter their directory can't reach them.
    ///
    /// - Returns: what other users may read although nothing above it keeps them out; nil without.
    /// - Throws: `.writableByOthers` for the first path that others may change.
    /// - Complexity: one call of the system a path, however large the store is.
    func check() throws(VectorStoreError) -> String? {
        var readable: String?
        var isShut = false
        for path in paths {
            var facts = stat()
            guard unsafe stat(path, &facts) == 0 else { continue }
            guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
                throw .writableByOthers(path: path)
            }
            let isOpen = facts.st_mode & (S_IRGRP | S_IROTH | S_IXGRP | S_IXOTH) != 0
            if path == directory.path { isShut = !isOpen }
            if isOpen, !isShut, readable == nil { readable = path }
        }
        return readable
    }

    /// The data directory comes first.
    private var paths: [String] {
        let catalog = directory.catalogPath
        return [directory.path, directory.storePath, directory.vectorsPath, catalog]
            + [catalog + "-wal", catalog + "-shm", directory.settingsPath]
            + DataDirectory.Lock.allCases.map(directory.lockPath)
    }
}
