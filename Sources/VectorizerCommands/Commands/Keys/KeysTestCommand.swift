package import ArgumentParser
import CKernels
import VectorStore
import VectorizerSettings

/// `keys test`: says what a key may do.
package struct KeysTestCommand: VectorizerCommand {
    package static let name = "test"
    package static let words = "keys test"
    package static let configuration = CommandConfiguration.command(
        name,
        "Tell what an API key permits",
        arguments: "[<file>]",
        parent: "keys",
        discussion: """
            Reads the key from a file or standard input, never from the command line, where other \
            users can see it. A key that is no good is refused with 77: in the same words whether \
            it is misspelled, unknown, expired or revoked. The refusal is written to the audit \
            trail. A test is no use: the time of last use stays as it is. At a terminal it asks \
            for the key and does not show what is typed.

            Examples:
              vectorizer keys test web.key
              vectorizer keys test < web.key
            """,
        exitCodes: [0, 64, 65, 66, 74, 75, 76, 77, 78, 130, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(
        help: ArgumentHelp("The file with the key; - is standard input", valueName: "file"),
        completion: .file()
    )
    var file: String?

    package init() {}

    /// Longer inputs are no keys; as much is read of them, so that each is refused alike.
    private static let byteCountMax = 4096

    package func run(in context: CommandContext) throws -> CommandResult {
        if let file, KeyRedaction.holdsKey(file) {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "a key is never given as an argument, where others can see it"
            )
        }
        vz_signals_install()
        var store = try context.openStore(.read)
        // A person who types, or a program at a pipe, takes time.
        let key = try context.resting(&store) { try read(context) }
        let authority = KeyAuthority(store: store, logger: context.events?.logger("keys"))
        guard case .allowed(let info) = try authority.identify(keyText: key) else {
            if !context.options.isDryRun { writeDown(authority, context) }
            throw Diagnostic.keyRefused()
        }
        return .record(KeyRows.listing.row(try store.keys.find(info.id)))
    }

    /// A refusal that can't be written down, on a read-only medium say, still is one.
    private func writeDown(_ authority: KeyAuthority, _ context: CommandContext) {
        do throws(VectorStoreError) {
            if try authority.writeDown(lockTimeout: context.lockTimeout) { return }
            context.log.warning("the refusal is not in the audit trail: the store is busy")
        } catch {
            let reason = Diagnostic(error, lookedIn: context.options.dataDirectory.value).message
            context.log.warning("the refusal is not in the audit trail: \(reason)")
        }
    }

    private func read(_ context: CommandContext) throws -> [UInt8] {
        let path = file ?? "-"
        guard path == "-", context.terminal.inputIsTerminal, context.terminal.errorIsTerminal
        else { return try Self.read(path) }
        context.standardError.write(question: "Key: ")
        defer { context.standardError.write(line: "") }
        return try HiddenInput.readLine()
    }

    /// The text without the line's end.
    private static func read(_ path: String) throws -> [UInt8] {
        let source = try ByteSource(path: path)
        let range = try source.next(byteCount: byteCountMax)
        var text = Array(source.buffer[range])
        while let last = text.last, [0x0a, 0x0d, 0x20, 0x09].contains(last) { text.removeLast() }
        return text
    }
}
