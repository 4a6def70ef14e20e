import CKernels
import Glibc

/// A kernel lock on a file: gone with its process, whatever kills it.
///
/// The file says who holds the lock, for people who wait; only the kernel says whether it is held.
struct FileLock: ~Copyable {
    private let file: FileDescriptor
    private let isExclusive: Bool

    /// How a lock is taken.
    enum Mode: Sendable { case shared, exclusive }

    /// Takes a lock, waiting for it at most so long.
    ///
    /// - Parameters:
    ///   - path: the lock's file; created when its directory can be written.
    ///   - mode: shared or exclusive.
    ///   - lockTimeout: how long to wait and when to give up early.
    /// - Throws: `.busy` naming the holder when the time is over.
    init(path: String, mode: Mode, lockTimeout: LockTimeout) throws(VectorStoreError) {
        var file = try Self.open(path)
        let operation = (mode == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB
        var attempt = 0
        while true {
            if vz_flock(file.number, operation) == 0 {
                guard mode == .exclusive, try file.status().st_nlink == 0 else { break }
                // Who had it has removed it, with a directory that did not become a store.
                file = try Self.open(path)
                continue
            }
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else {
                throw .system("flock", path, code)
            }
            guard try lockTimeout.pause(attempt: attempt) else {
                let name = path.split(separator: "/").last.map(String.init) ?? path
                throw .store(
                    .busy(
                        lock: name,
                        holder: try Self.holder(of: file),
                        waitedSeconds: lockTimeout.seconds
                    )
                )
            }
            attempt += 1
        }
        if mode == .exclusive { Self.sign(file, lockTimeout.command) }
        self.isExclusive = mode == .exclusive
        self.file = file
    }

    deinit {
        if isExclusive { _ = ftruncate(file.number, 0) }
        _ = vz_flock(file.number, LOCK_UN)
    }

    /// The process that holds a lock exclusively right now, if one does.
    static func currentHolder(path: String) throws(VectorStoreError) -> LockHolder? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(opening: path, flags: O_RDONLY)
        } catch .file(.system(_, _, ENOENT)) {
            return nil
        }
        guard vz_flock(file.number, LOCK_SH | LOCK_NB) != 0 else {
            _ = vz_flock(file.number, LOCK_UN)
            return nil
        }
        return try holder(of: file) ?? LockHolder(processID: 0, command: "")
    }

    /// On a read-only medium a lock file can be locked but not written.
    private static func open(_ path: String) throws(VectorStoreError) -> FileDescriptor {
        do {
            let file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT)
            _ = fchmod(file.number, 0o600)
            _ = FileOwner.inherit(file.number, path)
            return file
        } catch .file(.system(_, _, let code)) where code == EROFS || code == EACCES {
            return try FileDescriptor(opening: path, flags: O_RDONLY)
        }
    }

    private static func sign(_ file: borrowing FileDescriptor, _ command: String) {
        let text = "\(getpid())\t\(command)\n"
        do throws(VectorStoreError) {
            guard ftruncate(file.number, 0) == 0 else { return }
            try file.write(Array(text.utf8), at: 0)
        } catch {
            // Held all the same; on a full or read-only medium only the name for those who wait
            // is missing.
            return
        }
    }

    private static func holder(
        of file: borrowing FileDescriptor
    ) throws(VectorStoreError) -> LockHolder? {
        let bytes = try file.read(count: 256, at: 0)
        let parts = String(decoding: bytes, as: UTF8.self).split(
            separator: "\t",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, let processID = Int32(parts[0]) else { return nil }
        let command = parts[1].prefix { $0 != "\n" }
        return LockHolder(processID: processID, command: String(command))
    }
}
