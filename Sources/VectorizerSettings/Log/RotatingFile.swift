import CKernels
import Glibc
import Synchronization
import VectorStore

/// A log file that several processes write to, and that is let go of when it is full.
///
/// Each line is one write behind the end of the file, under a lock that writers share. Who finds
/// the file full takes the lock alone and renames `log` to `log.1`, `log.1` to `log.2` and so on;
/// the others notice that the name leads elsewhere. The file grows past its bound by no more than
/// what several processes write at once, or by a line that is longer than the bound.
///
/// A log that can't be written is told once and stops no work. No process waits for the lock for
/// long, either: past a process that was stopped in the middle of a line, the file grows on.
package final class RotatingFile: LogDestination {
    private struct State {
        var descriptor: Int32 = -1
        var hasFailed = false
    }

    private let path: String
    private let byteCountMax: Int
    private let fileCount: Int
    private let report: @Sendable (LogProblem) -> Void
    private let state = Mutex(State())

    /// Takes lines from now on, and opens the file for the first.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - byteCountMax: bytes that it is let go of at.
    ///   - fileCount: how many files are kept, with this one.
    ///   - report: is told when the file can't be written.
    package init(
        path: String,
        byteCountMax: Int,
        fileCount: Int,
        report: @escaping @Sendable (LogProblem) -> Void
    ) {
        self.path = path
        self.byteCountMax = byteCountMax
        self.fileCount = fileCount
        self.report = report
    }

    deinit {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
        }
    }

    /// Adds a line; one that can't be written is lost.
    package func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        let failure: Int32? = state.withLock { state in
            guard !state.hasFailed else { return nil }
            let code = append(bytes, &state)
            state.hasFailed = code != nil
            return code
        }
        let isNew = Self.failing.withLock { failing in
            let known = failing.firstIndex(of: path)
            if failure != nil, known == nil { failing.append(path) }
            if failure == nil, let known, !state.withLock(\.hasFailed) { failing.remove(at: known) }
            return known == nil
        }
        guard let failure, isNew else { return }
        report(problem(failure))
    }

    /// Logs that could not be written: the commands of one session share what was told.
    private static let failing = Mutex<[String]>([])

    private func problem(_ code: Int32) -> LogProblem {
        switch code {
        case EINVAL: .isNoRegularFile(path)
        case ELOOP: .isSymbolicLink(path)
        case EMLINK: .hasAnotherName(path)
        // Root may not write to a file that was made immutable, either.
        case EPERM: .isProtected(path)
        default: .unwritable(path, errno: code)
        }
    }

    /// Appends a line; nil, or why it could not be.
    private func append(_ bytes: [UInt8], _ state: inout State) -> Int32? {
        if let code = openCurrent(&state) { return code }
        let byteCount = byteCount(state.descriptor)
        if byteCount > 0, byteCount + bytes.count > byteCountMax {
            rotate(state.descriptor, below: max(0, byteCountMax - bytes.count))
            if let code = openCurrent(&state) { return code }
        }
        defer { _ = vz_flock(state.descriptor, LOCK_UN) }
        // A full disk may have cut the last line short.
        let start = endsInLine(state.descriptor) ? [] : [UInt8(ascii: "\n")]
        let code = DescriptorWrite.all(start + bytes, to: state.descriptor)
        return code == 0 ? nil : code
    }

    /// Opens the file that has the name, and takes the writers' lock on it, so that the name stays
    /// with it until the line is written.
    private func openCurrent(_ state: inout State) -> Int32? {
        for _ in 0..<Self.attemptCountMax {
            if !isCurrent(state.descriptor), let code = open(&state) { return code }
            let isLocked = lock(state.descriptor, LOCK_SH)
            if !isLocked || isCurrent(state.descriptor) { return nil }
        }
        return nil
    }

    private func open(_ state: inout State) -> Int32? {
        if state.descriptor >= 0 { close(state.descriptor) }
        let flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        state.descriptor = Glibc.open(path, flags, 0o600)
        guard state.descriptor >= 0 else { return errno }
        var facts = stat()
        guard fstat(state.descriptor, &facts) == 0 else { return errno }
        guard facts.st_mode & S_IFMT == S_IFREG else { return EINVAL }
        // Without a name it was let go of just now. With two it may be another user's file.
        guard facts.st_nlink > 0 else { return nil }
        guard facts.st_nlink == 1 else { return EMLINK }
        guard isTrusted(facts) else { return EPERM }
        // Made under a mask of 0777 it could not be opened again.
        guard facts.st_size == 0 else { return nil }
        _ = fchmod(state.descriptor, 0o600)
        return FileOwner.inherit(state.descriptor, path) == 0 ? nil : errno
    }

    /// Root does not write where a user has made a file for it in a directory for all.
    private func isTrusted(_ file: stat) -> Bool {
        var above = stat()
        guard geteuid() == 0, file.st_uid != 0 else { return true }
        return stat(DurableFile.parent(of: path), &above) == 0 && above.st_uid == file.st_uid
    }

    private func endsInLine(_ descriptor: Int32) -> Bool {
        var last: UInt8 = 0
        let end = off_t(byteCount(descriptor)) - 1
        return end < 0 || pread(descriptor, &last, 1, end) != 1 || last == UInt8(ascii: "\n")
    }

    /// Whether the path still leads to the open file: another process may have renamed it.
    private func isCurrent(_ descriptor: Int32) -> Bool {
        var (here, there) = (stat(), stat())
        return descriptor >= 0 && fstat(descriptor, &here) == 0 && lstat(path, &there) == 0
            && here.st_ino == there.st_ino && here.st_dev == there.st_dev
    }

    private func byteCount(_ descriptor: Int32) -> Int {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Gives the file's name to a new one, unless another process has done so or is at work on it.
    private func rotate(_ descriptor: Int32, below byteCountMax: Int) {
        _ = vz_flock(descriptor, LOCK_UN)
        guard lock(descriptor, LOCK_EX) else { return }
        defer { _ = vz_flock(descriptor, LOCK_UN) }
        guard isCurrent(descriptor), byteCount(descriptor) > byteCountMax else { return }
        for number in stride(from: fileCount - 1, to: 0, by: -1) {
            let older = number == 1 ? path : "\(path).\(number - 1)"
            _ = rename(older, "\(path).\(number)")
        }
        if fileCount == 1 { unlink(path) }
        // There may have been more of them.
        var number = fileCount
        while unlink("\(path).\(number)") == 0 { number += 1 }
    }

    private static let attemptCountMax = 20

    /// Takes a lock that others hold for microseconds; false when another process holds it longer.
    ///
    /// Where a file system knows no locks, it goes without.
    private func lock(_ descriptor: Int32, _ mode: Int32) -> Bool {
        for _ in 0..<Self.attemptCountMax {
            if vz_flock(descriptor, mode | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else { return true }
            usleep(100)
        }
        return false
    }
}
