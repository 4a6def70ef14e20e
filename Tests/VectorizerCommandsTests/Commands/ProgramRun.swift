import Foundation
import Glibc
import TestSupport
import Testing

/// The built program, run as a process of its own.
final class ProgramRun {
    /// Where one of the standard descriptors leads.
    enum Stream {
        case nowhere
        case closed
        case path(String)
        /// A pipe whose other end the test holds.
        case pipe
        /// A file; for input it holds these bytes, for output it is read afterwards.
        case bytes([UInt8])

        static var captured: Stream { .bytes([]) }
    }

    /// What became of a run.
    struct Outcome {
        /// The exit code, or the negated number of the signal that ended the process.
        let code: Int32
        let output: String
        let error: String
    }

    private(set) var processID: pid_t = 0
    private var openEnds: [Int32: Int32] = [:]
    private var files: [Int32: String] = [:]
    private var code: Int32?
    /// Ends a program that hangs, so that its test fails and does not wait for ever.
    private var watchdog: DispatchWorkItem?
    private static let secondsMax = 600

    /// Where the program lies: beside the test bundle.
    static var program: String {
        get throws {
            let bundle = try #require(CommandLine.arguments.first)
            let folder = URL(filePath: bundle).deletingLastPathComponent()
            let program = folder.appending(path: "vectorizer").path
            try #require(FileManager.default.isExecutableFile(atPath: program))
            return program
        }
    }

    /// Where a program built for coverage writes what it ran.
    ///
    /// Not beside the profile of the tests: SwiftPM merges all of those, and may give up at a
    /// broken one. A program that is killed at its end, or may not write large files, leaves such.
    static let profile: String? = getenv("LLVM_PROFILE_FILE").map {
        let folder = URL(filePath: String(cString: $0)).deletingLastPathComponent()
        return folder.appending(path: "programs/%p.profraw").path(percentEncoded: false)
    }

    /// Starts a program; nil stands for the built one.
    init(
        _ tokens: [String],
        program: String? = nil,
        environment: [String: String],
        input: Stream = .nowhere,
        output: Stream = .captured,
        error: Stream = .captured,
        ignoresPipeSignal: Bool = false
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var childEnds: [Int32] = []
        defer { for end in childEnds { close(end) } }
        for (number, stream) in [(Int32(0), input), (1, output), (2, error)] {
            childEnds += try connect(number, to: stream, &actions)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The test process ignores SIGPIPE; a user's shell does not.
        var signals = sigset_t()
        sigemptyset(&signals)
        if !ignoresPipeSignal { sigaddset(&signals, SIGPIPE) }
        ignorePipeSignal()
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // The threads that tests run on block signals, and children inherit that.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )
        let program = try program ?? Self.program
        var arguments = ([program] + tokens).map { strdup($0) } + [nil]
        var given = environment
        given["LLVM_PROFILE_FILE"] = Self.profile
        var variables = given.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        let failure = posix_spawn(
            &processID,
            program,
            &actions,
            &attributes,
            &arguments,
            &variables
        )
        try #require(failure == 0)
        let watchdog = DispatchWorkItem { [processID] in kill(processID, SIGKILL) }
        self.watchdog = watchdog
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .seconds(Self.secondsMax),
            execute: watchdog
        )
    }

    deinit {
        watchdog?.cancel()
        if code == nil, processID > 0 {
            kill(processID, SIGKILL)
            waitpid(processID, nil, 0)
        }
        for end in openEnds.values { close(end) }
        for file in files.values { unlink(file) }
    }

    private func connect(
        _ number: Int32,
        to stream: Stream,
        _ actions: inout posix_spawn_file_actions_t
    ) throws -> [Int32] {
        let flags = number == 0 ? O_RDONLY : O_RDWR
        switch stream {
        case .nowhere:
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", flags, 0)
        case .closed:
            posix_spawn_file_actions_addclose(&actions, number)
        case .path(let path):
            posix_spawn_file_actions_addopen(&actions, number, path, O_RDWR, 0)
        case .bytes(let bytes):
            let file = NSTemporaryDirectory() + "/vectorizer-run-" + UUID().uuidString
            try Data(bytes).write(to: URL(filePath: file))
            files[number] = file
            posix_spawn_file_actions_addopen(&actions, number, file, flags, 0)
        case .pipe:
            var ends: [Int32] = [0, 0]
            try #require(Glibc.pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let (child, own) = number == 0 ? (ends[0], ends[1]) : (ends[1], ends[0])
            openEnds[number] = own
            posix_spawn_file_actions_adddup2(&actions, child, number)
            return [child]
        }
        return []
    }

    /// Writes to the program's standard input.
    func send(_ text: String) {
        guard let end = openEnds[0] else { return }
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            offset += count
        }
    }

    /// Ends the program's standard input, or goes away as the reader of its output.
    func closeEnd(_ number: Int32) {
        if let end = openEnds.removeValue(forKey: number) { close(end) }
    }

    /// The next line of the program's standard output; nil at its end.
    func readLine() -> String? {
        guard let end = openEnds[1] else { return nil }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(end, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Sends the program a signal.
    func signal(_ number: Int32) {
        kill(processID, number)
    }

    /// Waits for the end.
    func wait() throws -> Outcome {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) == -1, errno == EINTR {}
        watchdog?.cancel()
        let signal = status & 0x7f
        let result = signal == 0 ? (status >> 8) & 0xff : -signal
        code = result
        return Outcome(code: result, output: try captured(1), error: try captured(2))
    }

    private func captured(_ number: Int32) throws -> String {
        guard let file = files[number] else { return "" }
        return String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
    }
}

extension CommandBench {
    /// Runs the built program to its end.
    @discardableResult
    func program(
        _ tokens: String...,
        environment: [String: String]? = nil,
        input: ProgramRun.Stream = .nowhere,
        output: ProgramRun.Stream = .captured,
        ignoresPipeSignal: Bool = false
    ) throws -> ProgramRun.Outcome {
        try ProgramRun(
            tokens,
            environment: environment ?? self.environment,
            input: input,
            output: output,
            ignoresPipeSignal: ignoresPipeSignal
        ).wait()
    }

    /// Starts the built program and lets it run.
    func start(
        _ tokens: String...,
        input: ProgramRun.Stream = .nowhere,
        output: ProgramRun.Stream = .captured
    ) throws -> ProgramRun {
        try ProgramRun(tokens, environment: environment, input: input, output: output)
    }
}
