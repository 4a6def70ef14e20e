import Glibc
import VectorizerCommands
import VectorizerSettings

/// The lines typed in earlier sessions, in one file that several shells write at once.
///
/// Each line is appended under a lock on the file's directory as it is typed. When the file has
/// grown past its bounds it is replaced by one with the newest lines, under the same lock, so that
/// no line of another shell is lost.
package struct HistoryFile: Sendable {
    /// Entries that are kept.
    package static let entryCountMax = 2000
    /// Bytes of entries that are kept.
    package static let byteCountMax = 1 << 20
    /// How far the file may outgrow the bounds before it is cut, so that not every line does it.
    private static let slack = 2
    /// How long another shell's lock is waited for.
    private static let lockMilliseconds = 1000

    /// The file's path, for messages.
    package let path: String
    private let directory: String
    private let entryCountMax: Int
    private let byteCountMax: Int

    /// Names a file; touches nothing.
    ///
    /// - Parameters:
    ///   - directory: the directory, which is the program's own.
    ///   - entryCountMax: entries that are kept.
    ///   - byteCountMax: bytes of entries that are kept.
    package init(
        directory: String,
        entryCountMax: Int = entryCountMax,
        byteCountMax: Int = byteCountMax
    ) {
        self.directory = directory
        self.entryCountMax = entryCountMax
        self.byteCountMax = byteCountMax
        path = directory + "/history"
    }

    /// The file of a user: below `$XDG_STATE_HOME`, else `~/.local/state`; nil without a home.
    package init?(environment: [String: String]) {
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
            self.init(directory: base + "/vectorizer")
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            self.init(directory: home + "/.local/state/vectorizer")
        } else {
            return nil
        }
    }

    /// Why the history can't be kept.
    package struct Fault: Error, Equatable {
        package let path: String
        package let reason: String

        /// Names what is in the way, and why.
        package init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }

        /// The sentence for the user.
        package var message: String { "the history is not kept: \(path): \(reason)" }
    }

    /// Reads the newest entries, oldest first; none when there is no file yet.
    package func load() throws(Fault) -> [String] {
        if Glibc.access(self.directory, F_OK) != 0, errno == ENOENT { return [] }
        let directory = try openDirectory(makes: false)
        guard let file = try open(in: directory, O_RDONLY) else { return [] }
        return newest(try entries(of: file))
    }

    /// Appends one entry.
    package func append(_ text: String) throws(Fault) {
        let directory = try openDirectory(makes: true)
        try lock(directory)
        guard let file = try open(in: directory, O_RDWR | O_APPEND | O_CREAT) else {
            throw fault(path, ENOENT)
        }
        // Created with the umask's leave only; and a file that was made readable is ours too.
        guard fchmod(file.number, 0o600) == 0 else { throw fault(path, errno) }
        let line = HistoryEntry.line(for: text) + [Tokenizer.Sign.lineEnd]
        let failure = DescriptorWrite.all(line, to: file.number)
        guard failure == 0 else { throw fault(path, failure) }
        var facts = stat()
        guard fstat(file.number, &facts) == 0 else { throw fault(path, errno) }
        if Int(facts.st_size) > Self.slack * byteCountMax { try cut(file, in: directory) }
    }

    /// Cuts the file to its bounds, if it is past them; called when a shell ends.
    package func cut() throws(Fault) {
        guard Glibc.access(path, F_OK) == 0 else { return }
        let directory = try openDirectory(makes: false)
        try lock(directory)
        guard let file = try open(in: directory, O_RDONLY) else { return }
        try cut(file, in: directory)
    }

    // MARK: Steps

    private func cut(
        _ file: borrowing Descriptor,
        in directory: borrowing Descriptor
    ) throws(Fault) {
        let all = try entries(of: file)
        let kept = newest(all)
        guard kept.count < all.count else { return }
        let name = "history.\(getpid())"
        let number = openat(
            directory.number,
            name,
            O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
            0o600
        )
        guard number >= 0 else { throw fault(self.directory + "/" + name, errno) }
        let replacement = Descriptor(number)
        var bytes: [UInt8] = []
        for entry in kept {
            bytes += HistoryEntry.line(for: entry) + [Tokenizer.Sign.lineEnd]
        }
        _ = fchmod(replacement.number, 0o600)
        let failure = DescriptorWrite.all(bytes, to: replacement.number)
        guard failure == 0,
            renameat(directory.number, name, directory.number, "history") == 0
        else {
            let code = failure == 0 ? errno : failure
            unlinkat(directory.number, name, 0)
            throw fault(path, code)
        }
    }

    private func newest(_ entries: [String]) -> [String] {
        var byteCount = 0
        let kept = entries.reversed().prefix(entryCountMax).prefix { entry in
            byteCount += entry.utf8.count + 1
            return byteCount <= byteCountMax
        }
        return kept.reversed()
    }

    private func entries(of file: borrowing Descriptor) throws(Fault) -> [String] {
        var facts = stat()
        guard fstat(file.number, &facts) == 0 else { throw fault(path, errno) }
        // Another program's work if it is larger: only the end is looked at.
        let byteCount = min(Int(facts.st_size), 4 * Self.slack * byteCountMax)
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = pread(file.number, &bytes, byteCount, facts.st_size - off_t(byteCount))
        guard count >= 0 else { throw fault(path, errno) }
        return bytes[..<count].split(separator: Tokenizer.Sign.lineEnd).compactMap {
            HistoryEntry.text(of: $0)
        }
    }

    /// The file, if it is a plain one of this user's; nil when there is none.
    private func open(
        in directory: borrowing Descriptor,
        _ flags: Int32
    ) throws(Fault) -> Descriptor? {
        // Without O_NONBLOCK a FIFO of that name would wait for a program at its other end.
        let number = openat(
            directory.number,
            "history",
            flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
            0o600
        )
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw errno == ELOOP
                ? Fault(path: path, reason: "it is a symbolic link") : fault(path, errno)
        }
        let file = Descriptor(number)
        var facts = stat()
        guard fstat(number, &facts) == 0 else { throw fault(path, errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw Fault(path: path, reason: "it is not a regular file")
        }
        guard facts.st_uid == geteuid() else {
            throw Fault(path: path, reason: "it belongs to another user")
        }
        return file
    }

    private func openDirectory(makes: Bool) throws(Fault) -> Descriptor {
        if makes { try makeDirectories() }
        let number = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw fault(directory, errno) }
        return Descriptor(number)
    }

    /// Makes the directory and those above it, for this user only whatever the umask is.
    private func makeDirectories() throws(Fault) {
        var path = ""
        for name in directory.split(separator: "/") {
            path += "/" + name
            guard mkdir(path, 0o700) == 0 else {
                guard errno == EEXIST || errno == EISDIR || errno == EROFS else {
                    throw fault(path, errno)
                }
                continue
            }
            guard chmod(path, 0o700) == 0 else { throw fault(path, errno) }
        }
    }

    private func lock(_ directory: borrowing Descriptor) throws(Fault) {
        for _ in 0...(Self.lockMilliseconds / 10) {
            if flock(directory.number, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw fault(path, errno) }
            usleep(10_000)
        }
        throw Fault(path: path, reason: "another shell holds it")
    }

    private func fault(_ path: String, _ code: Int32) -> Fault {
        Fault(path: path, reason: String(cString: strerror(code)).lowercased())
    }
}

/// A descriptor that closes with its owner.
private struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit { close(number) }
}
