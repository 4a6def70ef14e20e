import CKernels
import Synchronization
import VectorizerSettings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why standard output could not be written.
package enum OutputError: Error, Equatable {
    /// The reader has gone away.
    case closedPipe
    /// A request to stop came while the reader let the writer wait.
    case interrupted(signal: Int32)
    /// Anything else, such as a full disk or a closed descriptor.
    case failed(errno: Int32)

    init(errno: Int32) {
        switch errno {
        case EPIPE: self = .closedPipe
        case EINTR: self = .interrupted(signal: vz_signals_pending())
        default: self = .failed(errno: errno)
        }
    }
}

/// The one place that writes to standard output, and that notices when it cannot.
///
/// Bytes gather in a buffer and leave in whole `write` calls that survive interruptions, short
/// writes and descriptors someone else made non-blocking. After a fault everything further is
/// refused with that same fault, so nothing is written after a hole. The process must ignore
/// `SIGPIPE`, or the signal ends it before the fault can be seen.
package final class CheckedWriter: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var fault: OutputError?
        var hasWritten = false
        var isFinished = false
    }

    /// Takes bytes, and returns 0 or the `errno` of the failure.
    private let send: @Sendable ([UInt8]) -> Int32
    /// Nil when the bytes go to no descriptor of this writer's.
    private let descriptor: Int32?
    private let capacity: Int
    private let state = Mutex(State())

    /// Makes a writer for a descriptor, which it never closes.
    package init(descriptor: Int32 = 1, capacity: Int = 65_536) {
        self.descriptor = descriptor
        self.capacity = capacity
        send = { DescriptorWrite.all($0, to: descriptor) }
    }

    /// Makes a writer for whatever takes bytes and returns 0, or the `errno` of its failure.
    package init(capacity: Int = 65_536, to send: @escaping @Sendable ([UInt8]) -> Int32) {
        self.descriptor = nil
        self.capacity = capacity
        self.send = send
    }

    /// The fault that stopped this writer, if one did.
    package var fault: OutputError? { state.withLock { $0.fault } }

    /// Takes bytes; they reach the descriptor when the buffer is full or flushed.
    package func write(_ bytes: [UInt8]) throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            if let fault = state.fault { throw fault }
            // Writing after the end is refused like writing to a closed descriptor.
            guard !state.isFinished else { throw .failed(errno: EBADF) }
            state.buffer += bytes
            if state.buffer.count >= capacity { try drain(&state) }
        }
    }

    /// Takes text; see ``write(_:)-([UInt8])``.
    package func write(_ text: String) throws(OutputError) {
        try write(Array(text.utf8))
    }

    /// Hands everything taken so far to the descriptor.
    package func flush() throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in try drain(&state) }
    }

    /// Flushes, asks the file system for errors it has kept back, and takes nothing more.
    package func finish() throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            try drain(&state)
            guard !state.isFinished else { return }
            state.isFinished = true
            guard state.hasWritten, let descriptor else { return }
            // Network file systems report a failed write at close only; closing a copy asks them
            // and leaves the descriptor itself open, so that no other file can take its number.
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0, close(copy) != 0 else { return }
            let fault = OutputError.failed(errno: errno)
            state.fault = fault
            throw fault
        }
    }

    private func drain(_ state: inout State) throws(OutputError) {
        if let fault = state.fault { throw fault }
        guard !state.buffer.isEmpty else { return }
        let failure = send(state.buffer)
        state.buffer.removeAll(keepingCapacity: true)
        state.hasWritten = true
        guard failure != 0 else { return }
        let fault = OutputError(errno: failure)
        state.fault = fault
        throw fault
    }
}
