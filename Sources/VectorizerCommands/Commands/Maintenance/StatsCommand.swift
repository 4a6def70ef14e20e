package import ArgumentParser
import VectorStore

/// `stats`: shows the whole store.
package struct StatsCommand: VectorizerCommand {
    package static let name = "stats"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show counts, sizes, lock holders and settings of the store",
        discussion: """
            locks tells for each lock which process holds it exclusively at this moment.

            Examples:
              vectorizer stats
              vectorizer stats -o json | jq '.locks[] | select(.holder)'
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let store = try context.openStore(.read)
        let facts = try store.statistics()
        return .record(
            OutputRow(columns: [
                ("data_dir", .text(store.path)),
                ("uuid", .text(facts.uuid)),
                ("format", .integer(facts.formatVersion)),
                ("sequence", .integer(facts.sequence)),
                ("collections", .integer(facts.collectionCount)),
                ("points", .integer(facts.pointCount)),
                ("vector_bytes", .integer(facts.vectorByteCount)),
                ("catalog_bytes", .integer(facts.catalogByteCount)),
                ("log_bytes", .integer(facts.logByteCount)),
                ("reclaimable_bytes", .integer(facts.reclaimableByteCount)),
                ("read_only", .boolean(facts.isReadOnlyMedium)),
                ("locks", Self.locks(facts)),
                ("settings", .object(SettingRows.all(context).map { ($0.key, $0.value) })),
            ])
        )
    }

    private static func locks(_ facts: StoreStatistics) -> OutputValue {
        .array(
            facts.locks.map { lock in
                .object([
                    ("lock", .text(lock.name)),
                    ("holder", .integer(ifAny: lock.holder.map { Int($0.processID) })),
                    ("command", .text(ifAny: lock.holder?.command)),
                ])
            }
        )
    }
}
