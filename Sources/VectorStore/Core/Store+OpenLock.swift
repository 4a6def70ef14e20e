import Synchronization

extension Store {
    /// Lets others replace the store, until ``reacquireOpenLock()``.
    ///
    /// For a program that waits for a person with the store at hand: it must not hold up a restore.
    /// Nothing may be asked of the store meanwhile.
    package func releaseOpenLock() {
        session.openLock.withLock { $0 = nil }
    }

    /// Takes the lock again.
    ///
    /// - Returns: whether the path still leads to the store that was opened; if not, it has to be
    ///   opened anew.
    /// - Throws: `.busy` while a restore runs, `.newerFormat` when a later program has been here
    ///   meanwhile, and system errors.
    package func reacquireOpenLock() throws(VectorStoreError) -> Bool {
        // Before the lock too: its file must not be made in another store's directory.
        guard try directory.identity() == session.identity else { return false }
        let (path, lockTimeout) = (directory.lockPath(.open), options.lockTimeout)
        try session.openLock.withLock { (lock: inout FileLock?) throws(VectorStoreError) in
            guard lock == nil else { return }
            lock = try FileLock(path: path, mode: .shared, lockTimeout: lockTimeout)
        }
        guard try directory.identity() == session.identity else { return false }
        try refresh()
        return true
    }

    /// Lets go of vector files that later commits may have retired, so that their space comes back.
    ///
    /// A long-lived process calls it now and then; what is read is of the last commit all the same.
    ///
    /// - Throws: `.newerFormat` when a later program has been here meanwhile, and system errors.
    /// - Complexity: constant when nothing was committed since the last call.
    public func refresh() throws(VectorStoreError) {
        try session.refresh()
    }
}
