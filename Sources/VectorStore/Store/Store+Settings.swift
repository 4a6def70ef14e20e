import Crypto
import Glibc

extension Store {
    /// Replaces `config.yaml` in one step, and records that in the audit trail.
    ///
    /// - Parameters:
    ///   - known: what the caller has read; empty when there was no file.
    ///   - contents: what is to be there.
    ///   - object: what was changed, for the audit trail.
    ///   - outcome: what it is now.
    /// - Returns: false, and nothing is changed, when the file is no longer what the caller read.
    /// - Throws: `.busy` and system errors; then the file is what it was. Could that not be brought
    ///   about, the store's log says so, and the next entry of the audit trail what it found.
    package func replaceSettings(
        _ known: [UInt8],
        with contents: [UInt8],
        object: String,
        outcome: String
    ) throws(VectorStoreError) -> Bool {
        let path = directory.settingsPath
        var isReplaced = false
        // The entry did not become durable, so the change must not stay either.
        func undo() throws(VectorStoreError) {
            guard isReplaced, try Self.settings(path) != known else { return }
            try Self.replaceSettings(path, with: known)
        }
        return try write(checkpoint: .now, undo: undo) { db in
            guard try Self.settings(path) == known else { return false }
            _ = try StoreRecord.advance(db)
            try audit(.changeSettings, object, outcome: outcome, in: db)
            try SettingsDigest.save(Array(SHA256.hash(data: contents)), in: db)
            isReplaced = true
            try Self.replaceSettings(path, with: contents)
            return true
        }
    }

    /// Adds an entry when the file is not as the last entry has left it.
    ///
    /// Somebody has edited it, or a kill came between its change and the commit of its entry.
    func auditSettingsFile(in db: CatalogWriter) throws {
        try CatalogSchema.migrate(db)
        guard let bytes = Self.readableSettings(directory.settingsPath) else { return }
        let hash = Array(SHA256.hash(data: bytes))
        let known = try SettingsDigest.find(in: db)
        guard hash != known else { return }
        try SettingsDigest.save(hash, in: db)
        // Nobody has said anything of it yet, and there is nothing to say.
        if known == nil, bytes.isEmpty { return }
        try AuditLog.record(
            action: .changeSettings,
            object: "config.yaml",
            outcome: "found changed otherwise",
            by: options.context,
            in: db
        )
    }

    /// The file's bytes; none when there is no file, nil when it is nothing that commands read.
    private static func readableSettings(_ path: String) -> [UInt8]? {
        guard DurableFile.isRegularFile(path) else {
            return unsafe access(path, F_OK) == 0 ? nil : []
        }
        do throws(VectorStoreError) {
            return try settings(path)
        } catch {
            return nil
        }
    }

    /// The file's bytes; none when there is no file.
    private static func settings(_ path: String) throws(VectorStoreError) -> [UInt8] {
        do {
            return try DurableFile.read(path, byteCountMax: settingsByteCountMax)
        } catch .file(.system(_, _, ENOENT)) {
            return []
        }
    }

    /// More than a settings file may have.
    private static let settingsByteCountMax = 1 << 20

    private static func replaceSettings(
        _ path: String,
        with contents: [UInt8]
    ) throws(VectorStoreError) {
        guard !contents.isEmpty else {
            try DurableFile.remove(path)
            return try DurableFile.synchronizeDirectory(DurableFile.parent(of: path))
        }
        let scratch = path + ".tmp"
        try DurableFile.remove(scratch)
        do {
            let file = try DurableFile.create(scratch)
            try file.write(contents, at: 0)
            try file.synchronize()
            _ = try SystemCall.run(.rename, path: scratch) { unsafe rename(scratch, path) }
        } catch {
            try DurableFile.remove(scratch)
            throw error
        }
        try DurableFile.synchronizeDirectory(DurableFile.parent(of: path))
    }
}
