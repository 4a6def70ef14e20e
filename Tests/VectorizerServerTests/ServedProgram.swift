import Foundation
import Glibc
import TestSupport
import Testing

/// The built program as a process of its own; one that hangs is killed.
final class ServedProgram {
    private let process = Process()
    private let error = Pipe()
    private let watchdog: DispatchWorkItem

    var processID: pid_t { process.processIdentifier }

    init(
        _ folder: ScratchDirectory,
        _ options: [String],
        command: String = "serve",
        environment: [String: String] = [:]
    ) throws {
        let bundle = try #require(CommandLine.arguments.first)
        let place = URL(filePath: bundle).deletingLastPathComponent()
        process.executableURL = place.appending(path: "vectorizer")
        process.arguments = ["-D", folder.path, command] + options
        // Not beside the profile of the tests, which a second writer could break.
        let profile = folder.path + "/%p.profraw"
        process.environment = environment.merging(["LLVM_PROFILE_FILE": profile]) { $1 }
        process.standardError = error
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let watched = process.processIdentifier
        watchdog = DispatchWorkItem { kill(watched, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 100, execute: watchdog)
    }

    deinit { watchdog.cancel() }

    /// The port that it says it serves on.
    func port() throws -> Int {
        var line = ""
        while !line.hasSuffix("\n") {
            let byte = error.fileHandleForReading.readData(ofLength: 1)
            try #require(!byte.isEmpty, "it ended: \(line)")
            line += String(decoding: byte, as: UTF8.self)
        }
        let digits = line.dropLast().reversed().prefix { $0.isNumber }.reversed()
        return try #require(Int(String(digits)), "\(line)")
    }

    /// Its exit code; a signal's number below 0.
    func wait() throws -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
    }
}
