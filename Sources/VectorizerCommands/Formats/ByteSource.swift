import CKernels
import VectorStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file or standard input, read front to back through a buffer.
///
/// Memory is bounded by the longest line allowed, whatever the input's size.
package final class ByteSource {
    /// How many bytes one system call asks for at most.
    private static let chunkByteCount = 1 << 18
    /// How long one wait for a pipe may last before cancellation is looked at again.
    private static let pollMilliseconds: Int32 = 200

    /// Whether standard input is a script that is being run: a command would read its next lines.
    @TaskLocal package static var inputIsTaken = false

    /// The longest line that the settings allow.
    @TaskLocal package static var lineByteCountMax = Limits.lineByteCount

    /// The path as it was given.
    package let name: String
    /// How many bytes have been taken from the file, the buffered ones among them.
    package private(set) var bytesRead = 0
    /// The number of the line that `nextLine` returned last, from 1: so many have been begun.
    package private(set) var lineNumber = 0

    /// What has been read; valid at the ranges that were returned last.
    package private(set) var buffer = [UInt8](repeating: 0, count: chunkByteCount)
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var isInsideLongLine = false
    private let descriptor: Int32
    /// Where in a regular file reading began.
    private let firstOffset: Int
    private let ownsDescriptor: Bool
    private let lineLimit: Int
    private let isCancelled: () -> Bool
    /// How many bytes a regular file had to give when it was opened; nil for anything else.
    private let fileByteCount: Int?
    /// Whether the first bytes are still to tell if the file is compressed.
    private var looksForMagic: Bool
    private var unpacked: UnpackedStream?

    /// How many bytes there are to read in all; nil for pipes and what is compressed.
    package var totalBytes: Int? { unpacked == nil ? fileByteCount : nil }

    /// Opens a file; `-` is standard input.
    ///
    /// `isCancelled` is asked before every read and, on pipes and terminals, while waiting; by
    /// itself it asks whether a signal is pending, which only who has installed a handler has.
    /// With `unpacks` a compressed file is read as what it holds; its first bytes tell.
    /// - Throws: the fact why the file can't be read.
    package convenience init(
        path: String,
        unpacks: Bool = false,
        lineLimit: Int = ByteSource.lineByteCountMax,
        isCancelled: @escaping () -> Bool = { vz_signals_pending() != 0 }
    ) throws(InputError) {
        guard path != "-" else {
            guard !Self.inputIsTaken else {
                throw InputError(file: path, problem: .inputIsTaken)
            }
            try self.init(
                descriptor: STDIN_FILENO,
                name: path,
                ownsDescriptor: false,
                unpacks: unpacks,
                lineLimit: lineLimit,
                isCancelled: isCancelled
            )
            return
        }
        var descriptor: Int32
        repeat {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            if descriptor < 0, errno == EINTR, isCancelled() {
                throw InputError(file: path, problem: .cancelled)
            }
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else {
            throw InputError(file: path, problem: Self.problem(errno))
        }
        try self.init(
            descriptor: descriptor,
            name: path,
            ownsDescriptor: true,
            unpacks: unpacks,
            lineLimit: lineLimit,
            isCancelled: isCancelled
        )
    }

    /// Reads from an open descriptor, closing it in the end if it is owned, even after a throw.
    package init(
        descriptor: Int32,
        name: String,
        ownsDescriptor: Bool,
        unpacks: Bool = false,
        lineLimit: Int = ByteSource.lineByteCountMax,
        isCancelled: @escaping () -> Bool = { vz_signals_pending() != 0 }
    ) throws(InputError) {
        self.descriptor = descriptor
        self.name = name
        self.ownsDescriptor = ownsDescriptor
        looksForMagic = unpacks
        self.lineLimit = lineLimit
        self.isCancelled = isCancelled
        var facts = stat()
        let failure = fstat(descriptor, &facts) == 0 ? nil : errno
        let type = facts.st_mode & S_IFMT
        let isRegular = failure == nil && type == S_IFREG
        let offset = isRegular ? max(0, lseek(descriptor, 0, SEEK_CUR)) : 0
        self.firstOffset = Int(offset)
        self.fileByteCount = isRegular ? max(0, Int(facts.st_size) - Int(offset)) : nil
        if let failure {
            throw InputError(file: name, problem: Self.problem(failure))
        }
        guard type != S_IFDIR else {
            throw InputError(file: name, problem: .isDirectory)
        }
    }

    deinit {
        if ownsDescriptor {
            close(descriptor)
        }
    }

    /// Takes the next line, without its line feed, and returns where it lies in `buffer`.
    ///
    /// A carriage return before the line feed stays, and so does a byte order mark.
    /// - Returns: nil at the end of the input.
    /// - Throws: `.lineTooLong`, after which the next call goes on behind that line.
    package func nextLine() throws(InputError) -> Range<Int>? {
        try leaveLongLine()
        var searched = 0
        while true {
            if let length = lineFeed(from: start + searched).map({ $0 - start }) {
                lineNumber += 1
                guard length <= lineLimit else {
                    let fault = longLine()
                    start += length + 1
                    throw fault
                }
                defer { start += length + 1 }
                return start..<start + length
            }
            searched = end - start
            guard searched <= lineLimit else {
                lineNumber += 1
                isInsideLongLine = true
                throw longLine()
            }
            guard try fill() else { break }
        }
        guard searched > 0 else { return nil }
        lineNumber += 1
        defer { start = end }
        return start..<end
    }

    /// Takes exactly so many bytes and returns where they lie in `buffer`.
    ///
    /// - Returns: a shorter range, or an empty one, when the input ends before that.
    package func next(byteCount: Int) throws(InputError) -> Range<Int> {
        while end - start < byteCount, try fill() {}
        let count = min(byteCount, end - start)
        defer { start += count }
        return start..<start + count
    }

    /// Whether everything has been taken.
    package func isExhausted() throws(InputError) -> Bool {
        try leaveLongLine()
        guard start == end else { return false }
        return try !fill()
    }

    /// Copies bytes from anywhere in a regular file, counted from where reading began, and leaves
    /// the place where reading goes on.
    ///
    /// - Returns: how many there were; fewer than asked for only at the file's end.
    func copyBytes(
        at offset: Int,
        to target: UnsafeMutableRawBufferPointer
    ) throws(InputError) -> Int {
        var done = 0
        while done < target.count {
            guard !isCancelled() else { throw InputError(file: name, problem: .cancelled) }
            let count = pread(
                descriptor,
                target.baseAddress.map { $0 + done },
                target.count - done,
                off_t(firstOffset + offset + done)
            )
            guard count != 0 else { break }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw InputError(file: name, problem: Self.problem(errno))
            }
        }
        return done
    }

    private func longLine() -> InputError {
        let kept = buffer[start..<min(end, start + 1024)]
        return InputError(
            file: name,
            place: .line(lineNumber),
            problem: .lineTooLong(limit: lineLimit),
            isRecoverable: true,
            raw: .init(bytes: Array(kept), isTruncated: true)
        )
    }

    /// Drops the rest of a line that was refused for its length.
    private func leaveLongLine() throws(InputError) {
        while isInsideLongLine {
            if let lineFeed = lineFeed(from: start) {
                start = lineFeed + 1
                isInsideLongLine = false
                return
            }
            start = end
            guard try fill() else {
                isInsideLongLine = false
                return
            }
        }
    }

    private func lineFeed(from index: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard index < end, let base = bytes.baseAddress,
                let found = memchr(base + index, 0x0A, end - index)
            else { return nil }
            return base.distance(to: UnsafeRawPointer(found))
        }
    }

    /// What has been read and not been taken; valid until the next call that reads.
    package var waiting: Range<Int> { start..<end }

    /// Reads more behind what waits, which may move to the buffer's front for that.
    ///
    /// - Returns: false at the end of the input.
    package func readMore() throws(InputError) -> Bool { try fill() }

    /// Takes some of the bytes that wait, counting the lines among them.
    package func take(_ byteCount: Int) -> Range<Int> {
        let range = start..<start + byteCount
        lineNumber += buffer[range].count { $0 == 0x0A }
        start += byteCount
        return range
    }

    /// Reads more bytes behind those not taken yet.
    ///
    /// - Returns: false at the end of the input.
    private func fill() throws(InputError) -> Bool {
        guard !isAtEnd else { return false }
        makeRoom()
        if looksForMagic {
            try lookForMagic()
            guard unpacked != nil || end == 0 else { return true }
        }
        let room = end..<min(buffer.count, end + Self.chunkByteCount)
        let count = try withBuffer(room) { target throws(InputError) in
            guard let unpacked else { return try readFile(into: target) }
            return try unpacked.next(into: target, name: name, read: readFile)
        }
        end += count
        isAtEnd = count == 0
        return !isAtEnd
    }

    /// Reads the first bytes of the file, as many as it takes to see if it is compressed.
    private func lookForMagic() throws(InputError) {
        repeat {
            let room = end..<end + Self.chunkByteCount / 2
            let count = try withBuffer(room) { target throws(InputError) in
                try readFile(into: target)
            }
            end += count
            if count == 0 { break }
        } while Compression.isUndecided(buffer[..<end])
        looksForMagic = false
        guard let compression = Compression(magic: buffer[..<end]) else { return }
        unpacked = UnpackedStream(compression, begun: buffer[..<end])
        end = 0
    }

    private func withBuffer(
        _ range: Range<Int>,
        _ body: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
    ) throws(InputError) -> Int {
        try buffer.withUnsafeMutableBufferPointer { bytes throws(InputError) in
            try body(
                UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[range]))
            )
        }
    }

    /// One read of the file, waiting for it; 0 at its end.
    private func readFile(into target: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        while true {
            if isCancelled() || !waitForInput() {
                guard !isCancelled() else { throw InputError(file: name, problem: .cancelled) }
                continue
            }
            let count = read(descriptor, target.baseAddress, target.count)
            if count >= 0 {
                bytesRead += count
                return count
            }
            guard errno == EINTR || errno == EAGAIN else {
                throw InputError(file: name, problem: Self.problem(errno))
            }
        }
    }

    /// Whether to read now: for regular files always, else when that would not block.
    private func waitForInput() -> Bool {
        guard fileByteCount == nil else { return true }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&request, 1, Self.pollMilliseconds)
        // Let the read itself report what a failed poll can't.
        return ready > 0 || (ready < 0 && errno != EINTR)
    }

    /// Moves what is not taken yet to the front, and grows the buffer when that is not enough.
    private func makeRoom() {
        if start == end {
            start = 0
            end = 0
        }
        guard buffer.count - end < Self.chunkByteCount / 2 else { return }
        let (from, count) = (start, end - start)
        if buffer.count - count < Self.chunkByteCount / 2 {
            var larger = [UInt8](repeating: 0, count: 2 * buffer.count)
            larger.withUnsafeMutableBytes { new in
                buffer.withUnsafeBytes { new.copyMemory(from: .init(rebasing: $0[from..<end])) }
            }
            buffer = larger
        } else {
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                _ = memmove(base, base + from, count)
            }
        }
        start = 0
        end = count
    }

    /// Finds out without opening it whether a path names something that can be read.
    package static func checkReadable(_ path: String) throws(InputError) {
        guard path != "-" else { return }
        var facts = stat()
        guard stat(path, &facts) == 0, access(path, R_OK) == 0 else {
            throw InputError(file: path, problem: problem(errno))
        }
        guard facts.st_mode & S_IFMT != S_IFDIR else {
            throw InputError(file: path, problem: .isDirectory)
        }
    }

    private static func problem(_ errno: Int32) -> InputError.Problem {
        switch errno {
        case ENOENT, ENOTDIR: .fileNotFound
        case EISDIR: .isDirectory
        case EACCES, EPERM: .permission
        default: .readFailed(errno: errno)
        }
    }
}

extension InputError {
    /// The system's words for an error number.
    static func systemText(_ errno: Int32) -> String {
        String(cString: strerror(errno)).lowercased()
    }
}
