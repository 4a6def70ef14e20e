import Glibc
import Synchronization
import VectorizerCommands
import VectorizerSettings

/// How much of a terminal can be seen at once.
package struct Screen: Equatable, Sendable {
    package let rows: Int
    package let columns: Int

    /// Takes its size in characters.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// Whether a text leaves no line free for the prompt.
    package func isFilled(by bytes: [UInt8]) -> Bool {
        var lineCount = 0
        var width = 0
        for byte in bytes {
            if byte == Tokenizer.Sign.lineEnd {
                lineCount += 1
                width = 0
            } else if byte & 0xC0 != 0x80 {
                width += 1
                if width > columns {
                    lineCount += 1
                    width = 1
                }
            }
            if lineCount >= rows { return true }
        }
        return false
    }
}

/// The screen as a command's output: what does not fit goes through a pager.
///
/// Only what comes at once is looked at. When rows trickle in, the first are written as they come,
/// and then all are.
final class ScreenOutput: Sendable {
    /// How much is gathered before it has to be shown, more than fits any screen.
    static let capacity = 1 << 20

    private enum State {
        case undecided
        case direct
        case paged(ChildProcess)
    }

    private let screen: Screen
    private let pager: Pager
    private let descriptor: Int32
    private let state = Mutex<State>(.undecided)

    init(_ screen: Screen, pager: Pager, descriptor: Int32) {
        self.screen = screen
        self.pager = pager
        self.descriptor = descriptor
    }

    /// Writes bytes; returns 0 or the `errno` of the failure.
    func write(_ bytes: [UInt8]) -> Int32 {
        let target = state.withLock { state -> Int32 in
            if case .undecided = state { state = first(bytes) }
            guard case .paged(let child) = state else { return descriptor }
            return child.input
        }
        return DescriptorWrite.all(bytes, to: target)
    }

    private func first(_ bytes: [UInt8]) -> State {
        guard screen.isFilled(by: bytes), let child = pager.start(descriptor) else {
            return .direct
        }
        return .paged(child)
    }

    /// Waits until the person has seen enough.
    func finish() {
        state.withLock { state in
            if case .paged(let child) = state { _ = child.wait() }
            state = .direct
        }
    }
}

/// The program that shows long texts page by page.
package struct Pager: Equatable, Sendable {
    /// What /bin/sh is to run.
    package let command: String
    private let environment: [String: String]

    /// Chooses one: `$PAGER`, else less, else more.
    ///
    /// - Returns: nil when there is none, or `$PAGER` is empty, `cat` or no program that is there.
    package init?(environment: [String: String]) {
        if let chosen = environment["PAGER"] {
            guard !chosen.allSatisfy({ $0 == " " }), chosen != "cat",
                Self.canRun(chosen, environment)
            else { return nil }
            command = chosen
        } else {
            let found = ["less", "more"].first { Self.isOnPath($0, environment) }
            guard let found else { return nil }
            command = found
        }
        var environment = environment
        // Colours as they are, no clearing of the screen, an end where one screen is enough.
        if environment["LESS"] == nil { environment["LESS"] = "FRX" }
        if environment["LESSCHARSET"] == nil { environment["LESSCHARSET"] = "utf-8" }
        self.environment = environment
    }

    /// Whether a command's program is there; true where only the system's shell can tell.
    private static func canRun(_ command: String, _ environment: [String: String]) -> Bool {
        let word = String(command.drop { $0 == " " }.prefix { $0 != " " })
        guard !command.contains(where: { "=|;&<>$`'\"\\(){}~*?".contains($0) }) else { return true }
        return word.contains("/") ? access(word, X_OK) == 0 : isOnPath(word, environment)
    }

    private static func isOnPath(_ name: String, _ environment: [String: String]) -> Bool {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").contains {
            access("\($0)/\(name)", X_OK) == 0
        }
    }

    /// Starts it; nil when that fails, and the text then is written as it is.
    fileprivate func start(_ descriptor: Int32) -> ChildProcess? {
        do throws(SpawnError) {
            return try ChildProcess(command, output: descriptor, environment: environment)
        } catch {
            return nil
        }
    }
}
