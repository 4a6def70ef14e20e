package import ArgumentParser
import VectorStore
import VectorizerSettings

/// `verify`: checks the store.
package struct VerifyCommand: VectorizerCommand {
    package static let name = "verify"
    package static let configuration = CommandConfiguration.command(
        name,
        "Check the store for damage",
        arguments: "[<collection>]",
        discussion: """
            Checks every checksum and the catalog against the files. --quick leaves out points and \
            vectors; --full also compares everything derived, such as payload indexes and the \
            codes of segments, with what it was derived from; --graph follows the links of each \
            segment and names live points that no search can come to. Each finding names a file \
            and a block (of 64 KiB in a vector file, a point's key in the catalog); the last row \
            counts files and problems. With --repair-plan each finding says what can be done. \
            Nothing is changed.

            Examples:
              vectorizer verify || mail -s "store is damaged" admin@example.org
              vectorizer verify docs --full --graph --repair-plan
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "Check this collection only", completion: .collection)
    var collection: String?

    @Flag(help: "Check structure and files, not points and vectors")
    var quick = false

    @Flag(help: "Check everything that can be checked")
    var full = false

    @Flag(help: "Check that search can come to each live point")
    var graph = false

    @Flag(help: "Say for each finding what can be done")
    var repairPlan = false

    package init() {}

    package func validate() throws {
        if quick, full { throw ValidationError("give either --quick or --full") }
        if quick, graph { throw ValidationError("give either --quick or --graph") }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let names = try collection.map { [try CollectionName($0)] }
        let depth: VerificationDepth = quick ? .quick : full ? .full : .checksums
        let includesGraph = graph
        let showsRepair = repairPlan
        return .rows(columns: []) { sink in
            var problems = 0
            func tell(_ finding: VerificationFinding) throws {
                problems += 1
                var columns: OutputColumns = [
                    ("file", .text(finding.file)),
                    ("block", finding.block.map { .integer($0) } ?? .null),
                    ("problem", .text(finding.problem)),
                ]
                if showsRepair { columns.append(("repair", .text(finding.repair.words))) }
                try sink.write(OutputRow(id: finding.file, columns: columns))
            }
            var files = 0
            do {
                files = try context.openStore(.read)
                    .verify(names, depth: depth, includesGraph: includesGraph, report: tell)
            } catch VectorStoreError.file(.corrupt(let file, let offset, let reason)) {
                // Damage that keeps the store from being opened, or the check from going on.
                try tell(
                    VerificationFinding(
                        file: file,
                        block: offset.map { $0 >> 16 },
                        problem: reason,
                        repair: .restoreStore
                    )
                )
            }
            try sink.write(
                OutputRow(columns: [
                    ("checked_files", .integer(files)),
                    ("problems", .integer(problems)),
                ])
            )
            guard problems == 0 else {
                throw Diagnostic(
                    code: 76,
                    kind: "corrupt",
                    message: "\(problems) problem\(problems == 1 ? "" : "s") found in "
                        + context.options.dataDirectory.value,
                    hint: showsRepair ? nil : "vectorizer verify --repair-plan"
                )
            }
        }
    }
}
