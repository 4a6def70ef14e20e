package import ArgumentParser
import CKernels
import VectorStore

/// `backup`: adds a snapshot of the store to a repository.
package struct BackupCommand: VectorizerCommand {
    package static let name = "backup"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Add a snapshot of the store to a backup repository",
        arguments: "<repository>",
        discussion: """
            The repository is a directory and keeps the snapshots of one store. It is made when \
            nothing is there but the directory that it lies in; with --require-existing it is \
            never made, so that cron does not fill the wrong disk. Only what changed since the \
            last backup is written. Searches, writes and compactions go on meanwhile; the \
            snapshot is the state after one commit. It is listed only once all that it adds is on \
            the medium and was read again; an interrupted backup leaves the earlier snapshots as \
            they are, and the next one goes on from there.

            --prove restores the snapshot into a scratch directory ($TMPDIR if set, else in the \
            repository), checks everything in it, repeats searches whose answers were written \
            down, and keeps the proof beside the snapshot. With --keep options snapshots are \
            forgotten afterwards as forget does it.

            The repository must not lie in the data directory, and should lie on another disk. \
            Settings (config.yaml) are not in it. More: man 7 vectorizer-backup.

            Examples:
              vectorizer backup /mnt/backup/vectors
              vectorizer backup /mnt/backup/vectors --prove --keep-daily 7 --keep-weekly 5
            """,
        exitCodes: [0, 64, 65, 66, 69, 73, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var place: RepositoryArgument

    @Option(help: ArgumentHelp("Call the snapshot so", valueName: "tag"))
    var tag: String?

    @Flag(help: "Fail if there is no repository yet, do not make one (66)")
    var requireExisting = false

    @Flag(help: "Restore it to a scratch directory, check and search it")
    var prove = false

    @OptionGroup(title: "Retention") var retention: RetentionOptions

    package init() {}

    package func validate() throws {
        if let tag { try BackupName.check(tag: tag, "--tag") }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        vz_signals_install()
        let store = try context.openStore(.read)
        let isOnSameDevice = try store.backups.checkPlace(
            place.repository,
            mustExist: requireExisting
        )
        if context.options.isDryRun { return try describe(store, context) }
        // Quiet or not: it may be that the other disk is not mounted tonight.
        if isOnSameDevice {
            context.log.warning(
                "\(place.repository) is on the same device as the store: a broken disk takes both"
            )
        }
        let summary = try backUp(store, context)
        context.recordAudit(
            .createBackup,
            "snapshot \(summary.manifest.id) in \(BackupRepository.absolutePath(place.repository))",
            "the commit \(summary.manifest.sequence)",
            of: store
        )
        let proof = try prove ? proven(summary.manifest, context) : nil
        let row = Self.row(summary, proof)
        context.log.note(Self.text(summary))
        let answer = CommandResult.record(row)
        guard let policy = retention.policy else { return answer }
        return .answer(answer) {
            try forget(policy, keeping: summary.manifest.id, store, context)
        }
    }

    private func backUp(_ store: Store, _ context: CommandContext) throws -> BackupSummary {
        let progress = TransferProgress(context, label: "backup")
        defer { progress.finish() }
        var options = BackupOptions(tool: "vectorizer \(ProgramVersion.text)")
        options.tag = tag
        options.requiresExisting = requireExisting
        options.repeatsSearches = prove
        options.progress = progress.update
        return try store.backups.make(in: place.repository, options: options)
    }

    private func proven(
        _ manifest: SnapshotManifest,
        _ context: CommandContext
    ) throws -> SnapshotProof {
        do {
            return try context.restoring("prove") { options in
                try BackupRepository(path: place.repository).prove(
                    manifest,
                    tool: "vectorizer \(ProgramVersion.text)",
                    in: context.temporaryDirectory,
                    options: options
                )
            }
        } catch let error as VectorStoreError {
            var told = Diagnostic(error, lookedIn: place.repository)
            told.message = "the snapshot \(manifest.id) is made and not proven: \(told.message)"
            throw told
        }
    }

    private func forget(
        _ policy: RetentionPolicy,
        keeping id: String,
        _ store: Store,
        _ context: CommandContext
    ) throws {
        do {
            let summary = try context.restoring("forget") { options in
                try BackupRepository(path: place.repository)
                    .forget(policy, keeping: id, options: options)
            }
            context.recordForgetting(summary, in: place.repository, of: store)
            let count = summary.decisions.count { !$0.isKept }
            let all = CountText.of(summary.decisions.count, "snapshot")
            context.log.note("forgot \(count) of \(all)")
        } catch let error as VectorStoreError {
            var told = Diagnostic(error, lookedIn: place.repository)
            told.message = "the snapshot is made; earlier ones are not forgotten: \(told.message)"
            throw told
        }
    }

    private func describe(_ store: Store, _ context: CommandContext) throws -> CommandResult {
        let collections = try store.collections()
        let points = collections.reduce(0) { $0 + $1.pointCount }
        context.log.note(
            "would add a snapshot of \(CountText.of(collections.count, "collection")) with "
                + "\(CountText.of(points, "point")) to \(place.repository)"
        )
        return .nothing
    }

    private static func row(_ summary: BackupSummary, _ proof: SnapshotProof?) -> OutputRow {
        let byteCount = summary.manifest.byteCount
        let counts: [(String, Int)] = [
            ("new_bytes", summary.newByteCount),
            ("reused_bytes", byteCount - summary.newByteCount),
            ("stored_bytes", summary.storedByteCount),
            ("saved_bytes", byteCount - summary.storedByteCount),
        ]
        return SnapshotRows.row(
            summary.manifest,
            counts.map { ($0, .integer($1)) } + [("proven", .time(ifAny: proof?.provenAt))]
        )
    }

    private static func text(_ summary: BackupSummary) -> String {
        let (byteCount, new) = (summary.manifest.byteCount, summary.newByteCount)
        return "snapshot \(summary.manifest.id): \(ByteText.of(new)) new in "
            + "\(summary.newChunkCount) of \(CountText.of(summary.chunkCount, "piece")), "
            + "\(ByteText.of(byteCount - new)) reused, "
            + "\(ByteText.of(summary.storedByteCount)) written"
    }
}
