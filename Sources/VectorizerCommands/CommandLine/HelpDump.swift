package import ArgumentParser
import Foundation
import Synchronization

/// The command tree as ArgumentParser describes it in JSON.
///
/// The format is the library's own and not promised to stay, so this is the only file that knows
/// it, and the library is pinned to one version.
package struct HelpDump: Decodable {
    package let command: Command

    /// A command with its arguments and subcommands.
    package struct Command: Decodable, Sendable {
        package let commandName: String
        package var superCommands: [String]?
        package var aliases: [String]?
        package var shouldDisplay: Bool
        package var abstract: String?
        package var discussion: String?
        package var subcommands: [Command]?
        package var arguments: [Argument]?

        /// Whether this is the `help` that the library adds.
        package var isBuiltInHelp: Bool { commandName == "help" && subcommands == nil }

        /// The subcommand called so, by its name or an alias.
        package func subcommand(named name: String) -> Command? {
            subcommands?.first { $0.commandName == name || $0.aliases?.contains(name) == true }
        }
    }

    /// A positional argument, an option or a flag.
    package struct Argument: Decodable, Sendable {
        package enum Kind: String, Decodable, Sendable { case positional, option, flag }

        package let kind: Kind
        package var shouldDisplay: Bool
        package var sectionTitle: String?
        package var isOptional: Bool
        package var isRepeating: Bool
        package var parsingStrategy: String
        package var names: [Name]?
        package var valueName: String?
        package var defaultValue: String?
        package var allValues: [String]?
        package var abstract: String?
        package var discussion: String?
        package var completionKind: CompletionKind?

        /// The names with their dashes, short ones first.
        package var spellings: [String] {
            let names = names ?? []
            return names.filter { $0.kind == "short" }.map(\.spelling)
                + names.filter { $0.kind != "short" }.map(\.spelling)
        }
    }

    /// How a value is completed, where the command says so.
    package struct CompletionKind: Decodable, Sendable {
        package struct List: Decodable, Sendable { package let values: [String] }
        package struct File: Decodable, Sendable { package let extensions: [String] }
        package struct Directory: Decodable, Sendable {}
        package struct ShellCommand: Decodable, Sendable { package let command: String }

        package var list: List?
        package var file: File?
        package var directory: Directory?
        package var shellCommand: ShellCommand?
    }

    /// A name of an option or a flag.
    package struct Name: Decodable, Sendable {
        package let kind: String
        package let name: String

        package var spelling: String { (kind == "long" ? "--" : "-") + name }
    }

    /// Reads the JSON text.
    package init(json: String) throws {
        self = try JSONDecoder().decode(HelpDump.self, from: Data(json.utf8))
    }
}

extension HelpDump {
    private static let known = Mutex<[ObjectIdentifier: Command]>([:])

    /// The description of a tree, made once: it takes long, and a REPL sees many mistakes.
    package static func command(of root: any ParsableCommand.Type) throws -> Command {
        let key = ObjectIdentifier(root)
        if let command = known.withLock({ $0[key] }) { return command }
        let command = try HelpDump(json: helpDump(of: root)).command
        known.withLock { $0[key] = command }
        return command
    }
}

/// The JSON text that describes a command tree; see ``ManualPages``.
package func helpDump(of root: any ParsableCommand.Type) -> String {
    root._dumpHelp()
}
