import Synchronization
import TestSupport
import Testing
import VectorizerCommands

#if canImport(Glibc)
    import Foundation
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.timeLimit(.minutes(10))) struct CheckedWriterTests {
    @Test("Bytes leave when the buffer is full, flushed or finished")
    func buffering() throws {
        let pipe = try TestPipe()
        let flags = fcntl(pipe.readEnd, F_GETFL)
        _ = fcntl(pipe.readEnd, F_SETFL, flags | O_NONBLOCK)
        let writer = CheckedWriter(descriptor: pipe.writeEnd, capacity: 4)
        var byte: UInt8 = 0
        try writer.write("abc")
        #expect(read(pipe.readEnd, &byte, 1) == -1)
        try writer.write("d")
        #expect(read(pipe.readEnd, &byte, 1) == 1)
        try writer.write("e")
        try writer.flush()
        try writer.write("f")
        try writer.finish()
        #expect(pipe.text() == "bcdef")
    }

    @Test("A full disk is a fault with its number, and refuses everything after it")
    func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let writer = CheckedWriter(descriptor: descriptor)
        try writer.write("data")
        #expect(throws: OutputError.failed(errno: ENOSPC)) { try writer.flush() }
        #expect(throws: OutputError.failed(errno: ENOSPC)) { try writer.write("more") }
        #expect(throws: OutputError.failed(errno: ENOSPC)) { try writer.finish() }
        #expect(writer.fault == .failed(errno: ENOSPC))
    }

    @Test("A closed pipe is told apart")
    func closedPipe() throws {
        let pipe = try TestPipe()
        pipe.closeRead()
        let writer = CheckedWriter(descriptor: pipe.writeEnd)
        try writer.write("data")
        #expect(throws: OutputError.closedPipe) { try writer.finish() }
    }

    @Test("A closed descriptor is a fault only for who has something to write")
    func closedDescriptor() throws {
        // No process has this many descriptors open, so it stands for a closed one.
        let silent = CheckedWriter(descriptor: 1_000_000)
        try silent.finish()
        let writer = CheckedWriter(descriptor: 1_000_000)
        try writer.write("data")
        #expect(throws: OutputError.failed(errno: EBADF)) { try writer.finish() }
    }

    @Test("After the end nothing more is taken, and ending twice is fine")
    func finished() throws {
        let pipe = try TestPipe()
        let writer = CheckedWriter(descriptor: pipe.writeEnd)
        try writer.write("data")
        try writer.finish()
        try writer.finish()
        #expect(throws: OutputError.failed(errno: EBADF)) { try writer.write("more") }
        #expect(writer.fault == nil)
        #expect(pipe.text() == "data")
    }

    @Test("A reader that is slow, on a descriptor made non-blocking, gets every byte")
    func nonBlocking() throws {
        let pipe = try TestPipe()
        let flags = fcntl(pipe.writeEnd, F_GETFL)
        _ = fcntl(pipe.writeEnd, F_SETFL, flags | O_NONBLOCK)
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let writer = CheckedWriter(descriptor: pipe.writeEnd)
        let readEnd = pipe.readEnd
        // A thread: a task would wait behind all other tests while this one waits for it.
        let received = Mutex<[UInt8]>([])
        let isOver = DispatchSemaphore(value: 0)
        let reader = Thread {
            var chunk = [UInt8](repeating: 0, count: 1000)
            while received.withLock({ $0.count }) < 1_000_000,
                case let count = read(readEnd, &chunk, 1000), count > 0
            {
                received.withLock { $0 += chunk[..<count] }
            }
            isOver.signal()
        }
        reader.start()
        try writer.write(sent)
        try writer.finish()
        try #require(isOver.wait(timeout: Deadline().time) == .success)
        #expect(received.withLock { $0 } == sent)
    }

    @Test("A fault becomes 74, or a quiet 141 for a closed pipe")
    func exitCodes() {
        let full = OutputError.failed(errno: ENOSPC)
        #expect(full.exitCode(pipeSignalWasIgnored: false) == 74)
        #expect(
            full.diagnostic(pipeSignalWasIgnored: false)?.rendered(as: .text)
                == "vectorizer: error: cannot write to standard output: No space left on device"
        )
        #expect(OutputError.closedPipe.exitCode(pipeSignalWasIgnored: false) == 141)
        #expect(OutputError.closedPipe.diagnostic(pipeSignalWasIgnored: false)?.code == nil)
        #expect(OutputError.closedPipe.exitCode(pipeSignalWasIgnored: true) == 74)
        #expect(OutputError.closedPipe.diagnostic(pipeSignalWasIgnored: true)?.code == 74)
    }
}
