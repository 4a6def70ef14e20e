import Logging
import VectorStore

/// Backups that a server makes: into the one repository that the settings name.
enum BackupJob {
    /// The repository.
    ///
    /// - Throws: 400 when the settings name none.
    static func repository(_ request: RouteRequest) throws(ServerError) -> String {
        let place = request.server.rules.backups
        guard place.hasPrefix("/") else {
            throw .wrongInput("no backup repository is set: server.backups takes a whole path")
        }
        return place
    }

    /// The snapshots in the repository, the oldest first.
    static func list(_ request: RouteRequest) throws -> PlainJSON {
        let place = try repository(request)
        let snapshots = try snapshots(in: place)
        return .list(snapshots.map { json($0.manifest) })
    }

    /// The snapshots in a repository; none where there is no repository yet.
    private static func snapshots(in place: String) throws(VectorStoreError) -> [Snapshot] {
        let repository: BackupRepository
        do throws(VectorStoreError) {
            repository = try BackupRepository(path: place)
        } catch {
            guard case .backup(.repositoryNotFound) = error else { throw error }
            return []
        }
        return try repository.listing().snapshots
    }

    /// Makes a backup, and writes it into the audit trail.
    static func run(
        _ job: Job,
        _ store: Store,
        place: String,
        tag: String?,
        version: String,
        logger: Logger
    ) throws -> PlainJSON {
        var options = BackupOptions(tool: "vectorizer \(version)")
        options.tag = tag
        options.progress = { job.progress($0, $1) }
        options.threadCount = 1
        let summary = try store.backups.make(in: place, options: options)
        record(summary.manifest, place, store, logger)
        return json(summary.manifest)
    }

    /// The backup is made whether that can be written down or not.
    private static func record(
        _ manifest: SnapshotManifest,
        _ place: String,
        _ store: Store,
        _ logger: Logger
    ) {
        do throws(VectorStoreError) {
            try store.audit.record(
                action: .createBackup,
                object: "snapshot \(manifest.id) in \(BackupRepository.absolutePath(place))",
                outcome: "the commit \(manifest.sequence)"
            )
        } catch {
            logger.warning("a backup is not in the audit trail", metadata: ["error": "\(error)"])
        }
    }

    private static func json(_ manifest: SnapshotManifest) -> PlainJSON {
        PlainJSON.members([
            "snapshot": .text(manifest.id), "created": .time(manifest.createdAt),
            "sequence": .integer(Int64(clamping: manifest.sequence)),
            "tag": manifest.tag.map { .text($0) }, "points": .count(manifest.pointCount),
            "bytes": .count(manifest.byteCount),
        ])
    }
}
