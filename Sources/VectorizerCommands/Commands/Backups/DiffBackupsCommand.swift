package import ArgumentParser
import CKernels
import VectorStore

/// `diff-backups`: compares two snapshots.
package struct DiffBackupsCommand: VectorizerCommand {
    package static let name = "diff-backups"
    package static let configuration = CommandConfiguration.command(
        name,
        "Compare two snapshots of a backup repository",
        arguments: "<repository> <before> <after>",
        discussion: """
            One row a collection: whether it is the same, added, removed or changed, and how many \
            points were added, removed, or have another payload or vector. Snapshots are given by \
            id or as latest. The exit code is 1 when anything differs. With --topk each row also \
            says how many searches with exact answers both snapshots hold, and which share of \
            those answers is the same.

            Examples:
              vectorizer diff-backups /mnt/backup/vectors 1f0a latest
              vectorizer diff-backups /mnt/backup/vectors 1f0a 77c2 --topk -o json
            """,
        exitCodes: [0, 1, 64, 65, 66, 74, 75, 76, 77, 78, 130, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var place: RepositoryArgument

    @Argument(help: "The snapshot that is compared with")
    var before: String

    @Argument(help: "The other snapshot")
    var after: String

    @Flag(help: "Compare the answers to searches, too")
    var topk = false

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        vz_signals_install()
        let repository = try BackupRepository(path: place.repository)
        let old = try repository.snapshot(SnapshotChoice(text: before)).manifest
        let new = try repository.snapshot(SnapshotChoice(text: after)).manifest
        let differences = try context.restoring("compare") { options in
            try repository.difference(
                from: old,
                to: new,
                in: context.temporaryDirectory,
                options: options
            )
        }
        let listing = topk ? Self.listing.adding(Self.answers) : Self.listing
        return .rows(differences, as: listing) {
            if differences.contains(where: { $0.change != .same }) {
                throw NegativeAnswer(message: nil)
            }
        }
    }

    private static let listing = Listing<CollectionDifference>(
        id: \.name,
        [
            ("collection", { .text($0.name) }), ("change", { .text($0.change.rawValue) }),
            ("points_before", { .integer($0.pointCounts.before) }),
            ("points_after", { .integer($0.pointCounts.after) }),
            ("added", { .integer($0.addedCount) }), ("removed", { .integer($0.removedCount) }),
            ("changed", { .integer($0.changedCount) }),
        ]
    )

    private static let answers: [Listing<CollectionDifference>.Column] = [
        ("queries", { .integer($0.queryCount) }),
        ("same_answers", { $0.sameAnswerShare.map { .double($0) } ?? .null }),
    ]
}
