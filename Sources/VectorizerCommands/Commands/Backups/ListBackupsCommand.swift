package import ArgumentParser
import VectorStore

/// `list-backups`: lists the snapshots of a repository.
package struct ListBackupsCommand: VectorizerCommand {
    package static let name = "list-backups"
    package static let configuration = CommandConfiguration.command(
        name,
        "List the snapshots of a backup repository",
        arguments: "<repository>",
        discussion: """
            The latest state comes last. `proven` says when the snapshot was restored and checked \
            (backup --prove). With --max-age the exit code is 1 when the latest proven snapshot is \
            older than that, when none is proven, and when it lies in the future: a check for \
            monitoring.

            Examples:
              vectorizer list-backups /mnt/backup/vectors
              vectorizer list-backups /mnt/backup/vectors --max-age 26h || echo too old
            """,
        exitCodes: [0, 1, 64, 65, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var place: RepositoryArgument

    @Option(
        help: ArgumentHelp(
            "End with 1 unless one this young is proven: 90m, 26h, 7d",
            valueName: "age"
        ),
        transform: TimeSpan.init(argument:)
    )
    var maxAge: TimeSpan?

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let listing = try BackupRepository(path: place.repository).listing()
        return .rows(columns: SnapshotRows.listing.names + ["proven"]) { sink in
            for snapshot in listing.snapshots {
                let proven = OutputValue.time(ifAny: snapshot.proof?.provenAt)
                try sink.write(SnapshotRows.row(snapshot.manifest, [("proven", proven)]))
            }
            try listing.rethrowFault()
            if let maxAge { try check(listing, maxAge) }
        }
    }

    /// Clocks of hosts that share a repository may differ by so many seconds.
    private static let clockSkewSeconds: Int64 = 300

    private func check(_ listing: SnapshotListing, _ limit: TimeSpan) throws {
        guard let latest = listing.snapshots.last(where: { $0.proof != nil })?.manifest else {
            throw NegativeAnswer(message: "no snapshot in \(place.repository) is proven")
        }
        let age = Timestamp.now.seconds - latest.createdAt.seconds
        let what = "the latest proven snapshot, \(latest.id)"
        guard age >= -Self.clockSkewSeconds else {
            throw NegativeAnswer(
                message: "\(what), was made in the future (\(latest.createdAt)): a clock is wrong"
            )
        }
        guard age <= limit.seconds else {
            throw NegativeAnswer(message: "\(what), was made \(latest.createdAt), too long ago")
        }
    }
}
