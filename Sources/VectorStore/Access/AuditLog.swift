import Glibc

extension RequestContext {
    /// The actor as it stands in the audit trail: the request's key, or the user of the process.
    var actor: String { keyID.map { "key:" + $0 } ?? "user:" + OperatingSystemUser.name }
}

/// Writes the audit trail: who changed what, in the same transaction as the change.
///
/// A change that belongs there calls ``record(action:object:outcome:in:)`` inside
/// the transaction that changes it; the entry is then durable if and only if the change is. A
/// backup, which changes nothing, opens a transaction of its own for it, with
/// ``Store/recordAudit(action:object:outcome:)``; a restore records into the restored catalog.
/// Who acts, and with what command, stands in the request's context.
enum AuditLog {
    /// The longest object or outcome, in bytes; the rest is cut, and all scopes of a key fit.
    static let textByteCountMax = 64 << 10
    /// Entries that no retention removes, so that a clock that jumps ahead empties nothing.
    static let keptCountMin = 1000

    /// Adds an entry; a catalog of an earlier program gets the table for it first.
    ///
    /// A change that counts the commit sequence up does so before: the entry has it.
    ///
    /// - Parameters:
    ///   - action: what was done.
    ///   - object: what it was done to, such as `collection docs`; no secrets.
    ///   - outcome: what came of it.
    ///   - context: who did it, and with what command.
    ///   - db: the catalog, in a write transaction.
    /// - Throws: the catalog's errors.
    static func record(
        action: AuditAction,
        object: String,
        outcome: String = "done",
        by context: RequestContext,
        in db: CatalogWriter
    ) throws {
        try CatalogSchema.migrate(db)
        try AuditEntry.append(
            time: Timestamp.now,
            actor: context.actor,
            processID: getpid(),
            command: context.command,
            action: action.rawValue,
            object: plain(object),
            outcome: plain(outcome),
            in: db
        )
    }

    /// Removes entries that are older than they have to be.
    ///
    /// - Parameters:
    ///   - seconds: how long entries are kept; nil is for ever.
    ///   - now: the system's clock.
    ///   - db: the catalog, in a write transaction.
    /// - Throws: the catalog's errors.
    static func prune(olderThan seconds: Int64?, now: Timestamp = .now, in db: CatalogWriter) throws
    {
        guard let seconds else { return }
        try AuditEntry.removeAll(
            before: now.adding(seconds: -seconds),
            keeping: keptCountMin,
            in: db
        )
    }

    /// A text with control bytes as `\u{1b}` and keys made unrecognisable, cut to its longest.
    static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in KeyRedaction.redacted(text).unicodeScalars {
            guard plain.utf8.count < textByteCountMax else { return plain + "…" }
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0: plain += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }
}
