import Glibc
import VectorStore
import VectorizerCommands

/// Completes the word at the cursor from the one command tree and from what is in the store.
package struct Completer {
    /// Possibilities that are looked for; nobody reads more.
    package static let candidateCountMax = 100

    private let shell: Shell

    /// Completes for a shell, with its collection and its store.
    package init(_ shell: Shell) {
        self.shell = shell
    }

    /// Completes what stands before the cursor.
    ///
    /// - Parameter typed: the bytes from the line's beginning to the cursor.
    /// - Returns: the possibilities; none where nothing is known.
    package func complete(_ typed: [UInt8]) -> Completion {
        guard let root = shell.root, let target = CompletionTarget.find(typed, root: root) else {
            return Completion(start: typed.count)
        }
        defer { shell.keeper.rest() }
        var completion = Completion(start: target.start)
        var names = names(target, root).filter { $0.allSatisfy { !$0.isNewline } }
        completion.isCut = names.count > Self.candidateCountMax
        names = Array(names.prefix(Self.candidateCountMax))
        completion.candidates = names.map { candidate($0, target) }
        return completion
    }

    private func candidate(_ name: String, _ target: CompletionTarget) -> Completion.Candidate {
        let isOpen = name.hasSuffix("/") || target.kind == .field
        let quote = target.style == .single ? "'" : target.style == .double ? "\"" : ""
        let shown = name.hasSuffix("/") ? name.dropLast() : name[...]
        let last = shown.split(separator: "/").last.map(String.init) ?? name
        let isPath =
            switch target.kind {
            case .file, .directory: true
            default: name.hasSuffix("/")
            }
        return Completion.Candidate(
            name: TerminalText.escaped(isPath ? last + (isOpen ? "/" : "") : name),
            text: WordQuoting.escaped(name, target.style, keepsHome: isPath),
            ending: isOpen ? "" : quote + " "
        )
    }

    private func names(_ target: CompletionTarget, _ root: HelpDump.Command) -> [String] {
        let word = target.word
        switch target.kind {
        case .nothing: return []
        case .command: return commands(target, root).filter { $0.hasPrefix(word) }
        case .option: return options(target).filter { $0.hasPrefix(word) }
        case .values(let values): return values.filter { $0.hasPrefix(word) }
        case .collection: return collectionsOrNext(target)
        case .id: return ids(target)
        case .field: return fields(target).filter { $0.hasPrefix(word) }
        case .file(let extensions):
            return FileNames.completing(word, extensions: extensions, home: home)
        case .directory: return FileNames.completing(word, onlyDirectories: true, home: home)
        }
    }

    private var home: String? { shell.world.environment["HOME"] }

    // MARK: From the tree

    private func commands(_ target: CompletionTarget, _ root: HelpDump.Command) -> [String] {
        var command = target.shape.command
        if target.shape.asksForHelp {
            for word in target.words.drop(while: { $0 != "help" }).dropFirst() {
                command = command.subcommand(named: word) ?? command
            }
        }
        let shown = (command.subcommands ?? []).filter(\.shouldDisplay).map(\.commandName)
        let helps = command.commandName == root.commandName && !target.shape.asksForHelp
        return shown + (helps && !shown.contains("help") ? ["help"] : [])
    }

    private func options(_ target: CompletionTarget) -> [String] {
        var seen: Set<String> = []
        let given = Set(target.words)
        return target.shape.options
            .filter { $0.kind != .positional && $0.shouldDisplay }
            .filter { $0.isRepeating || $0.spellings.allSatisfy { !given.contains($0) } }
            .compactMap(\.spellings.last)
            .filter { seen.insert($0).inserted }
    }

    // MARK: From the store

    /// The collection that the line is about: its own, or the one in use.
    private func collection(_ target: CompletionTarget) -> String? {
        guard target.shape.positionals.first?.isCollection == true else { return shell.collection }
        let first = target.shape.arguments.first?.word
        if let first, shell.collection == nil || isCollection(first) { return first }
        return shell.collection
    }

    private func isCollection(_ name: String) -> Bool {
        shell.collectionNames(prefix: name, limit: 1).first == name
    }

    /// Where a collection is in use, what comes after the one that is left out can come first.
    private func collectionsOrNext(_ target: CompletionTarget) -> [String] {
        let positionals = target.shape.positionals
        var names = shell.collectionNames(
            prefix: target.word,
            limit: Self.candidateCountMax + 1
        )
        guard shell.collection != nil, positionals.count > 1,
            target.shape.arguments.isEmpty, target.shape.openOption == nil
        else { return names }
        switch CompletionTarget.kind(of: positionals[1]) {
        case .id: names = ids(target) + names
        case .field: names = fields(target).filter { $0.hasPrefix(target.word) } + names
        case .file(let extensions):
            names += FileNames.completing(target.word, extensions: extensions, home: home)
        default: break
        }
        return names
    }

    private func ids(_ target: CompletionTarget) -> [String] {
        guard let collection = collection(target) else { return [] }
        do {
            let name = try CollectionName(collection)
            let limit = Self.candidateCountMax + 1
            let ids = try shell.store()?.ids(in: name, prefix: target.word, limit: limit) ?? []
            // An id that looks like an option can be typed only behind `--`.
            return ids.filter { target.shape.hasTerminator || !$0.hasPrefix("-") }
        } catch {
            return []
        }
    }

    private func fields(_ target: CompletionTarget) -> [String] {
        guard let collection = collection(target) else { return [] }
        do {
            let name = try CollectionName(collection)
            return try shell.store().map { try FieldNames.seen(in: $0, name) } ?? []
        } catch {
            return []
        }
    }
}
