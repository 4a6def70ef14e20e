import Glibc
import VectorStore
import VectorizerCommands
import VectorizerSettings

/// Completes the word at the cursor from the one command tree and from what is in the store.
package struct Completer {
    /// Possibilities that are looked for; more are not read.
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
        var found = found(target, root)
        found.names.removeAll { $0.contains(where: \.isNewline) }
        var completion = Completion(start: target.start)
        if found.names.count > Self.candidateCountMax {
            let last = found.last ?? found.names[found.names.count - 1]
            completion.farthest = candidate(last, target, isPath: false)
        }
        completion.candidates =
            found.names.prefix(Self.candidateCountMax).map { candidate($0, target, isPath: false) }
            + found.paths.prefix(Self.candidateCountMax).map { candidate($0, target, isPath: true) }
        return completion
    }

    /// What a word can go on as.
    private struct Found {
        var names: [String] = []
        /// The last name, where names come from an index and there may be more.
        var last: String?
        var paths: [String] = []
    }

    private func candidate(
        _ name: String,
        _ target: CompletionTarget,
        isPath: Bool
    ) -> Completion.Candidate {
        let isFolder = isPath && name.hasSuffix("/")
        let quote = target.style == .single ? "'" : target.style == .double ? "\"" : ""
        let part = name.split(separator: "/").last.map(String.init) ?? name
        return Completion.Candidate(
            name: TerminalText.escaped(isPath ? part + (isFolder ? "/" : "") : name),
            // Names of fields are plain, and the dollar of an id is no sign of this shell.
            text: target.isField
                ? name : WordQuoting.escaped(name, target.style, keepsHome: isPath),
            ending: isFolder || target.isField ? "" : quote + " "
        )
    }

    private func found(_ target: CompletionTarget, _ root: HelpDump.Command) -> Found {
        let word = target.word
        func beginning(_ names: [String]) -> Found {
            Found(names: names.filter { $0.hasPrefix(word) })
        }
        switch target.kind {
        case .nothing: return Found()
        case .command: return beginning(commands(target, root))
        case .option: return beginning(options(target))
        case .values(let values): return beginning(values)
        case .collection: return collectionsOrNext(target)
        case .id: return ids(target)
        case .field: return beginning(fields(target))
        case .filterField: return beginning(["$id"] + fields(target))
        case .file(let extensions):
            let paths = FileNames.completing(word, extensions: extensions, home: home)
            return Found(paths: paths)
        case .directory:
            let paths = FileNames.completing(word, onlyDirectories: true, home: home)
            return Found(paths: paths)
        }
    }

    private var home: String? { shell.world.environment["HOME"] }

    // MARK: From the tree

    private func commands(_ target: CompletionTarget, _ root: HelpDump.Command) -> [String] {
        let command = target.shape.command
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
    private func collectionsOrNext(_ target: CompletionTarget) -> Found {
        let positionals = target.shape.positionals
        var found = Found()
        found.names = shell.collectionNames(
            prefix: target.word,
            limit: Self.candidateCountMax + 1
        )
        let end = shell.collectionNames(prefix: target.word, limit: 1, fromEnd: true)
        found.last = end.first
        guard shell.collection != nil, positionals.count > 1,
            target.shape.arguments.isEmpty, target.shape.openOption == nil
        else { return found }
        switch CompletionTarget.kind(of: positionals[1]) {
        case .id:
            let ids = ids(target)
            found.last = [found.last, ids.last].compactMap { $0 }.max()
            found.names = (ids.names + found.names).sorted()
        case .field:
            found.names += fields(target).filter { $0.hasPrefix(target.word) }
        case .file(let extensions):
            found.paths = FileNames.completing(target.word, extensions: extensions, home: home)
        default: break
        }
        return found
    }

    private func ids(_ target: CompletionTarget) -> Found {
        guard let collection = collection(target) else { return Found() }
        do {
            let name = try CollectionName(collection)
            guard let store = shell.store() else { return Found() }
            let limit = Self.candidateCountMax + 1
            let ids = try store.names.points(in: name, prefix: target.word, limit: limit)
            let last = try store.names.points(
                in: name,
                prefix: target.word,
                limit: 1,
                fromEnd: true
            )
            // An id that looks like an option can be typed only behind `--`.
            let names = ids.filter { target.shape.hasTerminator || !$0.hasPrefix("-") }
            return Found(names: names, last: last.first)
        } catch {
            return Found()
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
