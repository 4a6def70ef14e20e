import Glibc

/// An open file that closes itself.
struct FileDescriptor: ~Copyable {
    let number: Int32
    let path: String

    /// Opens a file; never follows a symbolic link and never leaks into a child process.
    init(opening path: String, flags: Int32, mode: mode_t = 0o600) throws(VectorStoreError) {
        let number = try SystemCall.run(.open, path: path) {
            unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        }
        self.number = number
        self.path = path
    }

    /// Opens a directory by whatever name leads to it: users put links into their own paths.
    init(directory path: String) throws(VectorStoreError) {
        self.number = try SystemCall.run(.open, path: path) {
            unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        self.path = path
    }

    deinit {
        // Nothing can be done about a failed close, and what must be durable was fsynced before.
        _ = close(number)
    }

    /// The facts about the open file.
    func status() throws(VectorStoreError) -> stat {
        var facts = stat()
        guard unsafe fstat(number, &facts) == 0 else {
            throw .system("fstat", path, errno)
        }
        return facts
    }

    /// Writes all bytes at an offset, however many calls that takes.
    func write(_ bytes: [UInt8], at offset: Int) throws(VectorStoreError) {
        var done = 0
        while done < bytes.count {
            let position = done
            let count = try SystemCall.run(.write, path: path) {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe pwrite(
                        number,
                        buffer.baseAddress.map { unsafe $0 + position },
                        buffer.count - position,
                        off_t(offset + position)
                    )
                }
            }
            done += count
        }
    }

    /// Forces data and size to the medium; a failure is final.
    func synchronize() throws(VectorStoreError) {
        _ = try SystemCall.run(.fsync, path: path) { fsync(number) }
    }

    /// Reads up to `count` bytes at an offset; fewer only at the end of the file.
    func read(count: Int, at offset: Int) throws(VectorStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let position = done
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    number,
                    buffer.baseAddress.map { unsafe $0 + position },
                    count - position,
                    off_t(offset + position)
                )
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw .system("read", path, errno)
            }
            done += got
        }
        bytes.removeLast(count - done)
        return bytes
    }
}
