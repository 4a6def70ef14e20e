package import ArgumentParser
import CKernels
import VectorStore
import VectorizerSettings

/// `restore`: brings a snapshot back.
package struct RestoreCommand: VectorizerCommand {
    package static let name = "restore"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Restore the store, or one collection, from a backup repository",
        arguments: "<repository>",
        discussion: """
            Puts the snapshot together in a directory of its own, checks everything in it, and \
            then exchanges it with the store in the data directory in one step. A store that \
            another process has open is refused (75). Until the exchange the old store is \
            untouched, and it is kept until the new one is in place: interrupting is safe, and \
            running it again begins anew. Asks first on a terminal; elsewhere it wants --yes.

            With --to a new data directory is made instead. With --collection one collection is \
            brought back into the store beside the living ones, under another name if one is given \
            behind a colon. API keys and the audit trail of the store that is replaced go on, if \
            it can be read; else they are those of the snapshot. --as-of takes the latest \
            snapshot that was there at a time (UTC unless \
            it has an offset). More: man 7 vectorizer-backup.

            Examples:
              vectorizer restore /mnt/backup/vectors --to /srv/vectors-yesterday
              vectorizer restore /mnt/backup/vectors --as-of 2026-11-27T12:00 --yes
              vectorizer restore /mnt/backup/vectors --collection docs:docs-old
            """,
        exitCodes: [0, 1, 64, 65, 66, 69, 73, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var place: RepositoryArgument

    @Option(help: ArgumentHelp("The snapshot: its id, or latest", valueName: "id"))
    var snapshot: String?

    @Option(
        help: ArgumentHelp("The latest snapshot of that time", valueName: "time"),
        transform: Timestamp.init(argument:)
    )
    var asOf: Timestamp?

    @Option(
        help: ArgumentHelp("Make a new data directory here", valueName: "dir"),
        completion: .directory
    )
    var to: String?

    @Option(
        help: ArgumentHelp("Bring back this collection, under another name", valueName: "a[:b]")
    )
    var collection: String?

    package init() {}

    package func validate() throws {
        if let to { try BackupName.check(path: to, "the name that --to takes") }
        if snapshot != nil, asOf != nil {
            throw ValidationError("give either --snapshot or --as-of")
        }
        if to != nil, collection != nil {
            throw ValidationError("give either --to or --collection")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        vz_signals_install()
        let repository = try BackupRepository(path: place.repository)
        let manifest = try chosen(in: repository)
        if let collection {
            return try restore(collection, of: manifest, in: repository, context)
        }
        let directory = to ?? context.options.dataDirectory.value
        let target: BackupRepository.Target = to == nil ? .replacing(directory) : .new(directory)
        try check(manifest, target, repository)
        let what = "the snapshot \(manifest.id) of \(manifest.createdAt)"
        if repository.isOfAnotherStore(manifest, than: target) {
            context.log.warning(
                "the snapshot is of another store: keys and audit trail of the one in \(directory) "
                    + "go with it"
            )
        }
        if context.options.isDryRun {
            context.log.note("would restore \(what) to \(directory)")
            return .nothing
        }
        if to == nil {
            try context.confirm("Replace the store in \(directory) with \(what)?")
        }
        let isCarried = try context.restoring("restore") { options in
            try repository.restore(manifest, to: target, options: options)
        }
        context.log.note("restored \(what) to \(directory)")
        if !isCarried { try warnOfKeys(in: directory, context) }
        return .record(SnapshotRows.row(manifest, [("data_dir", .text(directory))]))
    }

    /// A key that was revoked since the backup is good again, and nothing else would tell.
    private func warnOfKeys(in directory: String, _ context: CommandContext) throws {
        let now = Timestamp.now
        let count = try Store(path: directory).keys.all().count { $0.state(at: now) == .active }
        guard count > 0 else { return }
        let command = "vectorizer -D \(ShellWord.quoted(directory)) keys list"
        context.log.caution(
            "\(CountText.of(count, "key")) \(count == 1 ? "is" : "are") as at that time, good "
                + "again if revoked since: \(command)"
        )
    }

    private func chosen(in repository: BackupRepository) throws -> SnapshotManifest {
        guard let asOf else {
            return try repository.snapshot(SnapshotChoice(text: snapshot ?? "latest")).manifest
        }
        do throws(VectorStoreError) {
            return try repository.snapshot(.asOf(asOf)).manifest
        } catch {
            var told = Diagnostic(error)
            if case .backup(.snapshotNotFound(_, let path)) = error {
                told.message = "no snapshot of \(asOf) or earlier in \(path)"
            }
            throw told
        }
    }

    private func check(
        _ manifest: SnapshotManifest,
        _ target: BackupRepository.Target,
        _ repository: BackupRepository
    ) throws {
        do throws(VectorStoreError) {
            try repository.checkRestore(manifest, to: target)
        } catch {
            throw explained(error)
        }
    }

    /// An error with the line that would bring the snapshot back all the same.
    private func explained(_ error: VectorStoreError) -> Diagnostic {
        var told = Diagnostic(error)
        if case .store(.notFound(let path)) = error {
            told.repeatingWith = ["--to", path]
        } else if case .store(.exists(let path)) = error {
            let words = ["-D", path, "restore", place.repository].map(ShellWord.quoted)
            told.hint = "vectorizer " + words.joined(separator: " ")
        } else if case .collection(.exists(let name)) = error, collection == name {
            told.repeatingWith = ["--collection", "\(name):\(name)-restored"]
        }
        return told
    }

    private func restore(
        _ names: String,
        of manifest: SnapshotManifest,
        in repository: BackupRepository,
        _ context: CommandContext
    ) throws -> CommandResult {
        let parts = names.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = try CollectionName(String(parts[0]))
        let newName = try CollectionName(String(parts[parts.count - 1]))
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(isDryRun ? .read : .write)
        let what = "'\(name)' of the snapshot \(manifest.id) as '\(newName)'"
        do throws(VectorStoreError) {
            try store.backups.checkRestore(name, as: newName, from: manifest, in: repository)
        } catch {
            throw explained(error)
        }
        if isDryRun {
            context.log.note("would bring back \(what)")
            return .nothing
        }
        _ = try context.restoring("restore") { options in
            try store.backups.restore(
                name,
                as: newName,
                from: manifest,
                in: repository,
                options: options
            )
        }
        context.log.note("brought back \(what)")
        return .record(SnapshotRows.row(manifest, [("collection", .text(newName.text))]))
    }
}
