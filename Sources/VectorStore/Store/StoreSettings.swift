import Crypto
import Glibc

/// The settings' file of a store: ``Store/settings``.
package struct StoreSettings {
    let store: Store

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
    package func replace(
        _ known: [UInt8],
        with contents: [UInt8],
        object: String,
        outcome: String
    ) throws(VectorStoreError) -> Bool {
        let path = store.directory.settingsPath
        var isReplaced = false
        // The entry did not become durable, so the change must not stay either.
        func undo() throws(VectorStoreError) {
            guard isReplaced, try StoreAudit.settings(path) != known else { return }
            try Self.replace(path, with: known)
        }
        return try store.write(checkpoint: .now, undo: undo) { db in
            guard try StoreAudit.settings(path) == known else { return false }
            _ = try StoreRecord.advance(db)
            try store.audit.record(.changeSettings, object, outcome: outcome, in: db)
            try SettingsDigest.save(Array(SHA256.hash(data: contents)), in: db)
            isReplaced = true
            try Self.replace(path, with: contents)
            return true
        }
    }

    private static func replace(_ path: String, with contents: [UInt8]) throws(VectorStoreError) {
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
