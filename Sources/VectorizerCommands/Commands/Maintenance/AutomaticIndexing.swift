import VectorStore
import VectorizerSettings

/// What `insert` does after its acknowledgement: indexes what it and others have written, once that
/// is enough.
///
/// Nothing that happens here changes how `insert` ends: what was acknowledged is durable, and
/// searches find it without an index.
struct AutomaticIndexing {
    let store: Store
    let collection: CollectionName
    let options: CompactionOptions
    let context: CommandContext

    /// Indexes the collection if the settings say so and enough rows wait.
    func run() {
        let settings = context.options
        let isAutomatic = settings.settings.choice(.compaction) == CompactionMode.auto
        guard isAutomatic, !context.lockTimeout.cancellation.isCancelled else { return }
        let policy = MaintenancePolicy(
            indexingThreshold: settings.settings.number(.compactionThreshold) ?? 1
        )
        let progress = IndexingProgress(context)
        defer { progress.finish() }
        var options = options
        options.willIndex = { count in
            context.log.note(
                "indexing \(count) rows of \(collection); everything is written, and interrupting "
                    + "this does no harm"
            )
            progress.begin(rowCount: count)
        }
        options.progress = progress.update
        do throws(VectorStoreError) {
            try store.maintenance.run(policy, after: collection, options: options)
        } catch .cancelled {
            progress.finish()
            context.log.note("indexing was interrupted; a later insert or compact does it")
        } catch {
            progress.finish()
            let reason = Diagnostic(error, lookedIn: settings.dataDirectory.value).message
            context.log.warning(
                "everything is written, but \(collection) is not indexed: \(reason)"
            )
        }
    }
}
