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

    @Argument(help: "The repository's directory", completion: .directory)
    var repository: String

    @Argument(help: "The snapshot that is compared with")
    var before: String

    @Argument(help: "The other snapshot")
    var after: String

    @Flag(help: "Compare the answers to searches, too")
    var topk = false

    package init() {}

    package func validate() throws {
        try BackupName.check(path: repository, "the repository's name")
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        vz_signals_install()
        let repository = try BackupRepository(path: repository)
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
        return .rows(columns: columns) { sink in
            for difference in differences { try sink.write(row(difference)) }
            if differences.contains(where: { $0.change != .same }) {
                throw NegativeAnswer(message: nil)
            }
        }
    }

    private var columns: [String] {
        ["collection", "change", "points_before", "points_after", "added", "removed", "changed"]
            + (topk ? ["queries", "same_answers"] : [])
    }

    private func row(_ difference: CollectionDifference) -> OutputRow {
        var values: [OutputValue] = [
            .text(difference.name), .text(difference.change.rawValue),
            .integer(Int64(difference.pointCounts.before)),
            .integer(Int64(difference.pointCounts.after)),
            .integer(Int64(difference.addedCount)), .integer(Int64(difference.removedCount)),
            .integer(Int64(difference.changedCount)),
        ]
        if topk {
            values.append(.integer(Int64(difference.queryCount)))
            values.append(difference.sameAnswerShare.map { .double($0) } ?? .null)
        }
        return OutputRow(
            id: difference.name,
            columns: zip(columns, values).map { (name: $0, value: $1) }
        )
    }
}
