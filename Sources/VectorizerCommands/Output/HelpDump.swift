package import ArgumentParser
import Foundation
import Synchronization

/// The command tree as ArgumentParser describes it in JSON.
///
/// The format is the library's own and not promised to stay, so this is the only file that knows
/// it, and the library is pinned to one version.
struct HelpDump: Decodable {
    let command: Command

    /// A command with its arguments and subcommands.
    struct Command: Decodable {
        let commandName: String
        var superCommands: [String]?
        var aliases: [String]?
        var shouldDisplay: Bool
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?

        /// Whether this is the `help` that the library adds.
        var isBuiltInHelp: Bool { commandName == "help" && subcommands == nil }

        /// The subcommand called so, by its name or an alias.
        func subcommand(named name: String) -> Command? {
            subcommands?.first { $0.commandName == name || $0.aliases?.contains(name) == true }
        }
    }

    /// A positional argument, an option or a flag.
    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }

        let kind: Kind
        var shouldDisplay: Bool
        var sectionTitle: String?
        var isOptional: Bool
        var isRepeating: Bool
        var parsingStrategy: String
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
        var discussion: String?

        /// The names with their dashes, short ones first.
        var spellings: [String] {
            let names = names ?? []
            return names.filter { $0.kind == "short" }.map(\.spelling)
                + names.filter { $0.kind != "short" }.map(\.spelling)
        }
    }

    /// A name of an option or a flag.
    struct Name: Decodable {
        let kind: String
        let name: String

        var spelling: String { (kind == "long" ? "--" : "-") + name }
    }

    /// Reads the JSON text.
    init(json: String) throws {
        self = try JSONDecoder().decode(HelpDump.self, from: Data(json.utf8))
    }
}

extension HelpDump {
    private static let known = Mutex<[ObjectIdentifier: Command]>([:])

    /// The description of a tree, made once: it takes long, and a REPL sees many mistakes.
    static func command(of root: any ParsableCommand.Type) throws -> Command {
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
