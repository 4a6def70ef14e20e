package import ArgumentParser
import CKernels
import VectorStore

/// `verify-backup`: checks a repository.
package struct VerifyBackupCommand: VectorizerCommand {
    package static let name = "verify-backup"
    package static let configuration = CommandConfiguration.command(
        name,
        "Check a backup repository for damage",
        arguments: "<repository>",
        discussion: """
            Reads every file of the repository and checks every byte. Each finding names a file; \
            the last row counts files and problems. With --read-data-subset only some of the \
            pieces are read, the first of seven parts or about a tenth; of the others length and \
            presence are checked. Nothing is changed.

            A damaged piece can be removed by hand: the next backup writes it again if the store \
            still has what is in it. More: man 7 vectorizer-backup.

            Examples:
              vectorizer verify-backup /mnt/backup/vectors
              vectorizer verify-backup /mnt/backup/vectors --read-data-subset 1/7
            """,
        exitCodes: [0, 64, 65, 66, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var place: RepositoryArgument

    @Option(help: ArgumentHelp("Check this snapshot only: its id, or latest", valueName: "id"))
    var snapshot: String?

    @Option(
        help: ArgumentHelp("Read only some of the pieces: 1/7, 10%", valueName: "part"),
        transform: ChunkSubset.init(text:)
    )
    var readDataSubset: ChunkSubset?

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        vz_signals_install()
        let repository = try BackupRepository(path: place.repository)
        let choice = snapshot.map { SnapshotChoice(text: $0) }
        return .rows(columns: []) { sink in
            var problems = 0
            let check = try context.restoring("verify") { options in
                try repository.verify(
                    choice,
                    subset: readDataSubset ?? .all,
                    options: options
                ) { file, problem in
                    problems += 1
                    try sink.write(
                        OutputRow(
                            id: file,
                            columns: [("file", .text(file)), ("problem", .text(problem))]
                        )
                    )
                }
            }
            try sink.write(
                OutputRow(columns: [
                    ("checked_files", .integer(check.checkedFileCount)),
                    ("read_bytes", .integer(check.readByteCount)),
                    ("problems", .integer(problems)),
                ])
            )
            guard problems == 0 else {
                throw Diagnostic(
                    code: 76,
                    kind: "corrupt_repository",
                    message: "\(CountText.of(problems, "problem")) found in \(repository.path)",
                    file: repository.path
                )
            }
        }
    }
}

extension SnapshotChoice {
    /// What `--snapshot` takes.
    init(text: String) {
        self = text == "latest" ? .latest : .named(text)
    }
}
