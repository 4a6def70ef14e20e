import VectorStore

/// Where a snapshot is to be read from: a file of our own snapshot folder, and nothing else.
///
/// No other address is opened or even looked for, whatever it names.
struct SnapshotLocation {
    /// The file.
    let path: String

    /// Reads a location.
    ///
    /// - Parameters:
    ///   - text: a `file:` URI.
    ///   - request: who asks, of the store whose folder it must lie in.
    /// - Throws: 400 for another scheme or host, and for a file that is not there; 403 for one
    ///   outside of the folder; 403 and 404 for a snapshot of what the caller does not manage.
    init(_ text: String, _ request: RouteRequest) throws {
        guard text.hasPrefix("file:") else {
            throw RequestError.badRequest("snapshots are taken from `file:` locations only")
        }
        let rest = text.dropFirst("file:".count)
        let place =
            if rest.hasPrefix("//localhost/") {
                rest.dropFirst("//localhost".count)
            } else if rest.hasPrefix("///") {
                rest.dropFirst(2)
            } else {
                Substring()
            }
        guard let path = PercentCode.decode(place, plusIsSpace: false), path.hasPrefix("/"),
            !path.utf8.contains(0)
        else {
            throw RequestError.badRequest(
                "Invalid snapshot URI, file path must be absolute or on localhost"
            )
        }
        let folder = SnapshotFolder(of: request.store, collection: nil).root + "/"
        guard path.hasPrefix(folder) else { throw Self.foreign(path) }
        let parts = path.dropFirst(folder.count).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        guard let name = parts.last, SnapshotFolder.isName(String(name)),
            !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") })
        else { throw Self.foreign(path) }
        switch (parts.count, parts[0]) {
        case (2, "full"): try request.require(.admin, on: nil)
        case (3, "collections"):
            try request.require(.admin, on: CollectionName(String(parts[1])))
        default: throw Self.foreign(path)
        }
        guard DurableFile.isRegularFile(path) else { throw Self.missing(path) }
        self.path = path
    }

    /// A place outside of the folder; whether anything is there is not found out.
    private static func foreign(_ path: String) -> any Error {
        path.hasSuffix(".snapshot")
            ? missing(path)
            : ServerError.forbidden("Snapshot file path must be inside the snapshots directory")
    }

    private static func missing(_ path: String) -> any Error {
        RequestError.badRequest("Snapshot file \(path.debugDescription) does not exist")
    }
}
