/// The order in which a writer takes its locks, so that every writer gets its turn.
///
/// A lone polled lock starved a small writer for 6 s beside a bulk load. With two, whoever waits
/// for the write lock holds the queue lock, and a bulk load must queue again behind him.
struct WriteLock: ~Copyable {
    private let lock: FileLock

    init(_ directory: DataDirectory, patience: Patience) throws(VectorStoreError) {
        let start = ContinuousClock.now
        let queue = try FileLock(
            path: directory.lockPath(.queue),
            mode: .exclusive,
            patience: patience
        )
        // What was waited for the first lock is gone from the time for the second.
        var rest = patience
        rest.seconds = max(0, patience.seconds - (ContinuousClock.now - start) / .seconds(1))
        lock = try FileLock(path: directory.lockPath(.write), mode: .exclusive, patience: rest)
        _ = consume queue
    }
}
