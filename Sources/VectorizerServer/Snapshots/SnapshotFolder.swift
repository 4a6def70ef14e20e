import Glibc
import VectorStore

/// The files that snapshots are kept in, below the data directory.
///
/// Names come from requests: only such as this folder gives out lead to a file.
struct SnapshotFolder {
    /// Where all snapshots lie.
    let root: String
    /// Where those of one collection lie, or those of the whole store.
    let path: String

    private static let ending = ".snapshot"
    private static let checksumEnding = ".checksum"

    /// A snapshot as it is listed.
    struct Entry {
        let name: String
        let byteCount: Int
        let created: String
        let checksum: String?
    }

    /// Names the folder of a collection, or that of the whole store.
    init(of store: Store, collection: CollectionName?) {
        root = store.path + "/snapshots"
        path = root + (collection.map { "/collections/\($0.text)" } ?? "/full")
    }

    /// Makes a directory and those above it.
    ///
    /// - Returns: the directory.
    /// - Throws: system errors.
    static func make(_ path: String) throws(VectorStoreError) -> String {
        var facts = stat()
        guard stat(path, &facts) != 0 else { return path }
        _ = try make(DurableFile.parent(of: path))
        try DurableFile.makeDirectory(path)
        return path
    }

    /// Whether a text may be the name of a snapshot.
    static func isName(_ name: String) -> Bool {
        name.hasSuffix(ending) && !name.hasPrefix(".") && name.utf8.count <= 255
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Where a snapshot lies.
    ///
    /// - Throws: 404 where there is none of that name.
    func file(_ name: String) throws(ServerError) -> String {
        let file = path + "/" + name
        guard Self.isName(name), DurableFile.isRegularFile(file) else {
            throw .notFound("Snapshot `\(name.prefix(100))` not found")
        }
        return file
    }

    /// A name for a new snapshot, which no other has.
    ///
    /// - Throws: system errors.
    func newName(_ prefix: String) throws(VectorStoreError) -> String {
        _ = try Self.make(path)
        let moment = Timestamp.now.description.filter { $0.isNumber }.prefix(14)
        let mark = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return "\(prefix.prefix(128))-\(moment)-\(mark)\(Self.ending)"
    }

    /// Packs a collection, or the whole store, as a new snapshot.
    ///
    /// - Throws: what packing throws.
    func create(
        _ collection: CollectionName?,
        of store: Store,
        tool: String
    ) throws(VectorStoreError) -> Entry {
        let name = try newName(collection?.text ?? "full")
        let file = path + "/" + name
        let partial = try Self.make(root + "/tmp") + "/" + name
        let facts = try store.backups.pack(collection, to: partial, tool: tool)
        // Listed last: a client may remove what it sees.
        try write(facts.checksum, to: file + Self.checksumEnding)
        try DurableFile.rename(partial, to: file)
        try DurableFile.synchronizeDirectory(path)
        return Entry(
            name: name,
            byteCount: facts.byteCount,
            created: String(Timestamp.now.description.prefix { $0 != "Z" }),
            checksum: facts.checksum
        )
    }

    private func write(_ text: String, to path: String) throws(VectorStoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path, errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
        else { throw .system("write", path, errno) }
    }

    /// All snapshots, the oldest first.
    ///
    /// - Throws: system errors.
    func entries() throws(VectorStoreError) -> [Entry] {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return [] }
        var entries: [Entry] = []
        for name in try DurableFile.names(in: path).sorted() where Self.isName(name) {
            entries.append(try entry(name))
        }
        return entries
    }

    private func entry(_ name: String) throws(VectorStoreError) -> Entry {
        let file = path + "/" + name
        var facts = stat()
        guard stat(file, &facts) == 0 else { throw .system("stat", file, errno) }
        let created = Timestamp(seconds: Int64(facts.st_mtim.tv_sec)).description
        return Entry(
            name: name,
            byteCount: Int(facts.st_size),
            created: String(created.prefix { $0 != "Z" }),
            checksum: Self.checksum(file)
        )
    }

    private static func checksum(_ file: String) -> String? {
        let descriptor = open(file + checksumEnding, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        guard read(descriptor, &bytes, 64) == 64 else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Removes a snapshot.
    ///
    /// - Throws: 404 where there is none of that name, and system errors.
    func remove(_ name: String) throws {
        let file = try file(name)
        try DurableFile.remove(file)
        try DurableFile.remove(file + Self.checksumEnding)
        try DurableFile.synchronizeDirectory(path)
    }
}
