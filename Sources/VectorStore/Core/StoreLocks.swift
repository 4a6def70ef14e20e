/// The order in which a writer takes its locks, so that every writer gets its turn.
///
/// A lone polled lock starved a small writer for 6 s beside a bulk load. With two, a process that
/// waits for the write lock holds the queue lock, and a bulk load must queue again behind it.
struct WriteLock: ~Copyable {
    private let lock: FileLock

    /// Takes both locks, waiting for them together no longer than the timeout allows.
    init(_ directory: DataDirectory, lockTimeout: LockTimeout) throws(VectorStoreError) {
        let clock = ContinuousClock()
        let start = clock.now
        let queue = try FileLock(
            path: directory.lockPath(.queue),
            mode: .exclusive,
            lockTimeout: lockTimeout
        )
        var rest = lockTimeout
        rest.seconds -= start.duration(to: clock.now) / .seconds(1)
        do throws(VectorStoreError) {
            lock = try FileLock(
                path: directory.lockPath(.write),
                mode: .exclusive,
                lockTimeout: rest
            )
        } catch .store(.busy(let name, let holder, _)) {
            throw .store(.busy(lock: name, holder: holder, waitedSeconds: lockTimeout.seconds))
        }
        _ = consume queue
    }
}
