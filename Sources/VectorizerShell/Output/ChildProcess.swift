import CKernels
import Glibc

/// A program that reads what a command writes.
final class ChildProcess: Sendable {
    /// Where its standard input is written to.
    let input: Int32
    private let processID: pid_t

    /// Starts a command of the system's shell.
    ///
    /// - Parameters:
    ///   - command: what /bin/sh is to run.
    ///   - output: becomes its standard output.
    ///   - environment: its environment.
    /// - Throws: why it can't be started.
    init(_ command: String, output: Int32 = 1, environment: [String: String]) throws(SpawnError) {
        guard let ends = ClosingPipe.make() else { throw SpawnError(code: errno) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        if output != 1 { posix_spawn_file_actions_adddup2(&actions, output, 1) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process ignores what a program behind a pipe has to die of.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGXFSZ, SIGTSTP, SIGWINCH] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )
        let words = ["sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var processID: pid_t = 0
        let failure = posix_spawn(
            &processID,
            "/bin/sh",
            &actions,
            &attributes,
            &arguments,
            &variables
        )
        guard failure == 0 else {
            close(ends[1])
            throw SpawnError(code: failure)
        }
        input = ends[1]
        self.processID = processID
    }

    /// Ends its input and waits for its end; called once.
    ///
    /// - Returns: its exit code, or 128 and the number of the signal that ended it.
    func wait() -> Int32 {
        // A pager lives on when Ctrl-C is typed, and the shell must outlive it.
        vz_signals_spare(1)
        defer { vz_signals_spare(0) }
        close(input)
        var status: Int32 = 0
        var told: Int32 = 0
        repeat {
            // A signal that ends this process is for the child, too; a typed Ctrl-C reaches both.
            let signal = vz_signals_pending()
            if signal != 0, signal != SIGINT, signal != told {
                kill(processID, signal)
                told = signal
            }
        } while waitpid(processID, &status, 0) == -1 && errno == EINTR
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}

/// Pipes that no program started later gets hold of.
enum ClosingPipe {
    /// Makes one: the end to read from, then the end to write to; nil with `errno` set.
    static func make() -> [Int32]? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }
}

/// Why a program could not be started.
struct SpawnError: Error {
    let code: Int32
}
