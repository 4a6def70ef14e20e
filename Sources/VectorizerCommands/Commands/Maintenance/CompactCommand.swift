package import ArgumentParser
import CKernels
import VectorStore

/// `compact`: indexes what is not indexed yet, merges segments, drops dead points.
package struct CompactCommand: VectorizerCommand {
    package static let name = "compact"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Index the tail, merge segments, drop dead points and reclaim space",
        arguments: "[<collection>]",
        discussion: """
            Makes one segment of each collection, or of the given one. Searches, inserts and \
            deletes go on meanwhile; what they change counts. A segment's index is taken over and \
            the other rows are added to it; with --rebuild, and where more than a fifth of its \
            rows are dead, a new one is built. A collection that is one segment without dead rows \
            stays as it is.

            Interrupting it changes nothing and leaves nothing behind. --dry-run tells how many \
            bytes there would be, estimated.

            Examples:
              vectorizer compact
              vectorizer compact docs --threads 2
              vectorizer compact docs --dry-run -o json | jq '.[].bytes_after'
            """,
        exitCodes: [0, 64, 66, 69, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "Compact this collection only", completion: .collection)
    var collection: String?

    @Flag(help: "Build a new index even where the old one could be taken over")
    var rebuild = false

    @OptionGroup var indexing: IndexingOptions

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        vz_signals_install()
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(isDryRun ? .read : .write)
        let names =
            try collection.map { [try CollectionName($0)] }
            ?? store.collections().map(\.name)
        if isDryRun { context.log.note("dry run: nothing is changed") }
        return .rows(columns: Self.listing.names) { sink in
            for name in names {
                let result =
                    isDryRun
                    ? try store.maintenance.wouldCompact(name, rebuilds: rebuild)
                    : try compact(name, of: store, context)
                try sink.write(Self.listing.row(result))
                try sink.flush()
            }
        }
    }

    private func compact(
        _ name: CollectionName,
        of store: Store,
        _ context: CommandContext
    ) throws -> CompactionResult {
        let progress = IndexingProgress(context)
        defer { progress.finish() }
        var options = indexing.compaction(context)
        options.rebuilds = rebuild
        options.willIndex = progress.begin
        options.progress = progress.update
        return try store.maintenance.compact(name, options: options)
    }

    private static let listing = Listing<CompactionResult>(
        id: \.collection.text,
        [
            ("collection", { .text($0.collection.text) }),
            ("segments_before", { .integer($0.segmentCountBefore) }),
            ("segments_after", { .integer($0.segmentCountAfter) }),
            ("bytes_before", { .integer($0.byteCountBefore) }),
            ("bytes_after", { .integer($0.byteCountAfter) }),
        ]
    )
}
