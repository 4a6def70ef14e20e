import Glibc
import Testing

/// A pipe whose both ends close with it.
package final class TestPipe {
    package let readEnd: Int32
    package let writeEnd: Int32
    private var isOpen = [true, true]

    /// Makes a pipe that programs which other tests start do not inherit.
    package init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        ignorePipeSignal()
    }

    deinit {
        closeRead()
        closeWrite()
    }

    package func closeRead() {
        if isOpen[0] { close(readEnd) }
        isOpen[0] = false
    }

    package func closeWrite() {
        if isOpen[1] { close(writeEnd) }
        isOpen[1] = false
    }

    /// Everything written so far; closes the writing end.
    package func contents() -> [UInt8] {
        closeWrite()
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(readEnd, &chunk, chunk.count), count > 0 {
            result += chunk[..<count]
        }
        return result
    }

    /// Everything written so far, as text; closes the writing end.
    package func text() -> String { String(decoding: contents(), as: UTF8.self) }
}

/// Lets a write to a closed pipe come back as an error, in the whole test process and from then on.
package func ignorePipeSignal() {
    signal(SIGPIPE, SIG_IGN)
}
