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
                ("format", .integer(Int64(facts.formatVersion))),
                ("sequence", .integer(Int64(facts.sequence))),
                ("collections", .integer(Int64(facts.collectionCount))),
                ("points", .integer(Int64(facts.pointCount))),
                ("vector_bytes", .integer(Int64(facts.vectorByteCount))),
                ("catalog_bytes", .integer(Int64(facts.catalogByteCount))),
                ("log_bytes", .integer(Int64(facts.logByteCount))),
                ("reclaimable_bytes", .integer(Int64(facts.reclaimableByteCount))),
                ("read_only", .boolean(facts.isReadOnlyMedium)),
                ("locks", .json(Self.locks(facts))),
                ("settings", .json(Self.settings(context))),
            ])
        )
    }

    private static func locks(_ facts: StoreStatistics) -> [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for (place, lock) in facts.locks.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            let members: [(name: String, value: OutputValue)] = [
                ("lock", .text(lock.name)),
                ("holder", lock.holder.map { .integer(Int64($0.processID)) } ?? .null),
                ("command", lock.holder.map { .text($0.command) } ?? .null),
            ]
            JSONText.append(object: members, to: &bytes, forTerminal: false)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private static func settings(_ context: CommandContext) -> [UInt8] {
        var bytes: [UInt8] = []
        let members = SettingRows.all(context).map { (name: $0.key, value: $0.value) }
        JSONText.append(object: members, to: &bytes, forTerminal: false)
        return bytes
    }
}
