package import ArgumentParser
import CKernels
import VectorStore
import VectorizerSettings

/// `forget`: removes snapshots from a repository.
package struct ForgetCommand: VectorizerCommand {
    package static let name = "forget"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Forget snapshots that no rule keeps, and reclaim their space",
        arguments: "<repository>",
        discussion: """
            A snapshot is kept when one of the rules keeps it: the latest n snapshots, the latest \
            of each of the last n days (weeks from Monday, months, years; in UTC) that have one, \
            all with a tag. The latest snapshot that is whole is always kept, and so is the latest \
            proven one. One row a snapshot says whether it is kept and why; the last row counts. \
            Pieces that no kept snapshot needs are removed. Waits for running backups and goes on \
            alone; an interruption loses nothing that is kept.

            Examples:
              vectorizer forget /mnt/backup/vectors --keep-daily 7 --keep-weekly 5 -n
              vectorizer forget /mnt/backup/vectors --keep-last 10 --keep-tag release
            """,
        exitCodes: [0, 64, 65, 66, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var place: RepositoryArgument

    @OptionGroup(title: "Retention") var retention: RetentionOptions

    package init() {}

    package func validate() throws {
        if retention.policy == nil {
            throw ValidationError("say what is kept, for example with --keep-last 10")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        guard let policy = retention.policy else { preconditionFailure("validated") }
        vz_signals_install()
        let isDryRun = context.options.isDryRun
        if isDryRun { context.log.note("dry run: nothing is changed") }
        let summary = try context.restoring("forget") { options in
            try BackupRepository(path: place.repository)
                .forget(policy, dryRun: isDryRun, options: options)
        }
        if !isDryRun { record(summary, context) }
        return .rows(columns: []) { sink in
            for decision in summary.decisions { try sink.write(Self.listing.row(decision)) }
            let forgotten = summary.decisions.count { !$0.isKept }
            try sink.write(
                OutputRow(columns: [
                    ("kept", .integer(summary.decisions.count - forgotten)),
                    ("forgotten", .integer(forgotten)),
                    ("removed_pieces", .integer(summary.removedChunkCount)),
                    ("freed_bytes", .integer(summary.freedByteCount)),
                ])
            )
        }
    }

    /// The repository does not need its store, but if that is in the data directory, it is told.
    private func record(_ summary: ForgetSummary, _ context: CommandContext) {
        do throws(VectorStoreError) {
            let store = try context.openStore(.read)
            try store.backups.checkPlace(place.repository)
            context.recordForgetting(summary, in: place.repository, of: store)
        } catch {
            let reason = Diagnostic(error, lookedIn: context.options.dataDirectory.value).message
            context.log.detail("not in an audit trail: \(reason)")
        }
    }

    private static let listing = Listing<ForgetDecision>(
        id: \.snapshot.manifest.id,
        [
            ("snapshot", { .text($0.snapshot.manifest.id) }),
            ("created", { .text($0.snapshot.manifest.createdAt.description) }),
            ("tag", { .text(ifAny: $0.snapshot.manifest.tag) }),
            ("action", { .text($0.isKept ? "keep" : "forget") }),
            ("reasons", { .text($0.reasons.joined(separator: ", ")) }),
        ]
    )
}
