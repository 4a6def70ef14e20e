import Glibc

/// A directory in which a store is to be, and that is as it was before if none comes to be there.
struct NewDirectory {
    private let directory: DataDirectory
    /// The directories that were made for it, the outermost first.
    private let made: [String]
    /// The mode that one had which was there before.
    private let earlierMode: mode_t?
    /// The lock files that were there before.
    private let earlierLocks: Set<String>

    /// Makes a directory, and those above it that are missing, or shuts one that is there.
    ///
    /// - Parameter directory: the directory; the caller has found no store in it.
    /// - Throws: `.system`, `.writableByOthers`; nothing that was made is left then.
    init(_ directory: DataDirectory) throws(VectorStoreError) {
        self.directory = directory
        made = try DurableFile.makeDirectories(directory.path)
        var facts = stat()
        let isKnown = unsafe stat(directory.path, &facts) == 0
        earlierMode = made.isEmpty && isKnown ? facts.st_mode & 0o7777 : nil
        earlierLocks = Set(
            DataDirectory.Lock.allCases.map(directory.lockPath).filter(DurableFile.isRegularFile)
        )
        do throws(VectorStoreError) {
            // One that was there before may be open to others.
            try DurableFile.shut(directory.path)
        } catch {
            DurableFile.removeEmptyDirectories(made)
            throw error
        }
    }

    /// Does something that ends with a store in the directory.
    ///
    /// - Parameter body: makes the store; what it throws undoes what was made for it.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws.
    func fill<Value>(
        _ body: () throws(VectorStoreError) -> Value
    ) throws(VectorStoreError) -> Value {
        do throws(VectorStoreError) {
            return try body()
        } catch {
            takeBack()
            throw error
        }
    }

    /// Removes what was made for a store that did not come to be.
    ///
    /// What others have put there meanwhile stays, and so does all of it while another process is
    /// at work there. What can't be removed stays, too: the error before it is the one to tell.
    private func takeBack() {
        do throws(VectorStoreError) {
            let lock = try FileLock(
                path: directory.lockPath(.open),
                mode: .exclusive,
                lockTimeout: LockTimeout(seconds: 0)
            )
            try ScratchDirectory.sweep(in: directory.path, prefix: DataDirectory.restorePrefix)
            let locks = Set(DataDirectory.Lock.allCases.map(\.rawValue))
            let names = try DurableFile.names(in: directory.path)
            guard made.isEmpty || locks.isSuperset(of: names),
                !DurableFile.isDirectory(directory.storePath)
            else { return }
            let others = DataDirectory.Lock.allCases.filter { $0 != .open }
            // The one that is held goes last: until then no other process begins here.
            for path in (others + [.open]).map(directory.lockPath)
            where !earlierLocks.contains(path) { try DurableFile.remove(path) }
            _ = consume lock
        } catch .store(.busy) {
            return
        } catch {
            // Without a lock only empty directories go.
        }
        DurableFile.removeEmptyDirectories(made)
        if let earlierMode { _ = unsafe chmod(directory.path, earlierMode) }
    }
}
