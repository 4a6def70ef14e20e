package import ArgumentParser
import VectorStore

/// The program's version.
package enum ProgramVersion {
    /// Counted by the rules of semantic versioning.
    package static let text = "0.1.0"
}

/// `version`: shows the program's version and those of what it is made of.
package struct VersionCommand: VectorizerCommand {
    package static let name = "version"
    package static let followsSettings = false
    package static let configuration = CommandConfiguration.command(
        name,
        "Show the version of the program and its libraries",
        discussion: """
            Examples:
              vectorizer version
              vectorizer version -o json | jq -r .version
            """,
        exitCodes: [0, 64, 74]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        .record(
            OutputRow(
                id: ProgramVersion.text,
                columns: [
                    ("version", .text(ProgramVersion.text)),
                    ("format", .integer(EngineVersions.catalogFormat)),
                    ("sqlite", .text(EngineVersions.sqlite)),
                    ("lz4", .text(EngineVersions.lz4)),
                    ("kernels", .text(EngineVersions.kernels)),
                ]
            )
        )
    }
}
