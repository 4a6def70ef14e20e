import Logging
import VectorStore

/// Snapshots of collections and of the whole store: backups in single files.
enum SnapshotRoutes {
    private static let collection = CollectionRoutes.path + "/snapshots"

    static let all: [Route] = [
        Route(.get, collection, .collection(.admin), title: "List the snapshots of a collection") {
            .result(list(try folder($0).entries()))
        },
        Route(
            .post,
            collection,
            .collection(.admin),
            body: RouteBody.none,
            isAdministrative: true,
            title: "Make a snapshot of a collection"
        ) { request in try create(try existing(request), request) },
        Route(
            .get,
            collection + "/{snapshot_name}",
            .collection(.admin),
            title: "Download a snapshot of a collection"
        ) { try download(folder($0), $0) },
        Route(
            .delete,
            collection + "/{snapshot_name}",
            .collection(.admin),
            isAdministrative: true,
            title: "Remove a snapshot of a collection"
        ) { try remove(folder($0), $0) },
        Route(
            .post,
            collection + "/upload",
            .collection(.admin),
            body: .upload,
            isAdministrative: true,
            title: "Bring a collection back from a snapshot that is sent",
            handler: upload
        ),
        Route(
            .put,
            collection + "/recover",
            .collection(.admin),
            isAdministrative: true,
            title: "Bring a collection back from a snapshot that is here",
            handler: recover
        ),
        Route(.get, "/snapshots", .store(.admin), title: "List the snapshots of the store") {
            .result(list(try fullFolder($0).entries()))
        },
        Route(
            .post,
            "/snapshots",
            .store(.admin),
            body: RouteBody.none,
            isAdministrative: true,
            title: "Make a snapshot of the store"
        ) { request in try create(nil, request) },
        Route(
            .get,
            "/snapshots/{snapshot_name}",
            .store(.admin),
            title: "Download a snapshot of the store"
        ) { try download(fullFolder($0), $0) },
        Route(
            .delete,
            "/snapshots/{snapshot_name}",
            .store(.admin),
            isAdministrative: true,
            title: "Remove a snapshot of the store"
        ) { try remove(fullFolder($0), $0) },
    ]

    private static func folder(_ request: RouteRequest) throws -> SnapshotFolder {
        SnapshotFolder(of: request.store, collection: try existing(request))
    }

    private static func fullFolder(_ request: RouteRequest) -> SnapshotFolder {
        SnapshotFolder(of: request.store, collection: nil)
    }

    /// The collection in the path, which has to be there.
    private static func existing(_ request: RouteRequest) throws -> CollectionName {
        let name = try request.collection()
        return try request.store.collection(name).name
    }

    // MARK: Making and removing

    private static func create(
        _ collection: CollectionName?,
        _ request: RouteRequest
    ) throws -> RouteAnswer {
        try work(request) { store in
            let folder = SnapshotFolder(of: store, collection: collection)
            let tool = "vectorizer \(request.server.version)"
            var writer = JSONWriter()
            write(try folder.create(collection, of: store, tool: tool), to: &writer)
            return writer.bytes
        }
    }

    private static func remove(
        _ folder: SnapshotFolder,
        _ request: RouteRequest
    ) throws -> RouteAnswer {
        let name = request.path("snapshot_name")
        _ = try folder.file(name)
        return try work(request) { _ in
            try folder.remove(name)
            return Array("true".utf8)
        }
    }

    /// Does work before the answer, or for `wait=false` after it.
    private static func work(
        _ request: RouteRequest,
        _ body: @escaping @Sendable (Store) throws -> [UInt8]
    ) throws -> RouteAnswer {
        guard try request.parameters().waits == false else {
            return .result(try body(request.store))
        }
        let (server, id) = (request.server, request.id)
        // The request's own time ends with its answer.
        let store = server.store.with(
            RequestContext(
                keyID: request.caller.key?.id,
                command: "vectorizer serve: \(request.route.template)",
                logger: server.logger
            )
        )
        let isTaken = server.writeLane.submit(queueLength: server.limits.queueLength) {
            do {
                _ = try body(store)
            } catch {
                server.logger.error(
                    "work after an answer failed",
                    metadata: ["id": "\(id)", "error": "\(error)"]
                )
            }
        }
        guard isTaken else { throw ServerError.busy("too many requests wait already") }
        var answer = RouteAnswer.json(Array(#"{"status":"accepted","time":0.0}"#.utf8))
        answer.status = 202
        return answer
    }

    private static func download(
        _ folder: SnapshotFolder,
        _ request: RouteRequest
    ) throws -> RouteAnswer {
        let name = request.path("snapshot_name")
        var answer = RouteAnswer(
            body: .file(path: try folder.file(name), contentType: "application/octet-stream")
        )
        answer.headers = [("content-disposition", "attachment; filename=\"\(name)\"")]
        return answer
    }

    // MARK: Bringing back

    private static func upload(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        guard let upload = request.upload else {
            throw ServerError.badBody("the form has no file `snapshot`")
        }
        let form = try UploadForm(upload, contentType: request.contentType)
        let name = try request.collection()
        let checksum = request.query["checksum"]?.lowercased()
        let file = try form.takeFile(in: request.store.path)
        return .result(try unpack(file.path, checksum, as: name, request))
    }

    private static func recover(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let wanted = try RecoverRequest(request.json())
        let name = try request.collection()
        let path = try SnapshotLocation(wanted.location, request).path
        return .result(try unpack(path, wanted.checksum, as: name, request))
    }

    private static func unpack(
        _ path: String,
        _ checksum: String?,
        as name: CollectionName,
        _ request: RouteRequest
    ) throws -> String {
        do throws(VectorStoreError) {
            _ = try request.store.backups.unpack(path, checksum: checksum, as: name)
            return "true"
        } catch .backup(let error) {
            request.server.logger.notice(
                "a snapshot is refused",
                metadata: ["id": "\(request.id)", "kind": "\(error.kind)"]
            )
            throw ServerError.wrongInput("the snapshot is damaged, or is none of one collection")
        }
    }

    // MARK: Answers

    private static func list(_ entries: [SnapshotFolder.Entry]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for entry in entries { write(entry, to: &writer) }
        }
        return writer.bytes
    }

    private static func write(_ entry: SnapshotFolder.Entry, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("name")
            writer.value(entry.name)
            writer.name("creation_time")
            writer.value(entry.created)
            writer.name("size")
            writer.value(entry.byteCount)
            guard let checksum = entry.checksum else { return }
            writer.name("checksum")
            writer.value(checksum)
        }
    }
}
