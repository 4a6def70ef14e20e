import Glibc

/// Who acts in this task; without a word it is the user that the process belongs to.
package enum AuditActor {
    /// The id of the key that a request was made with.
    @TaskLocal package static var key: String?

    /// The actor as it stands in the audit trail.
    static var text: String {
        key.map(text(key:)) ?? "user:" + OperatingSystemUser.name
    }

    /// A key as actor.
    static func text(key id: String) -> String { "key:" + id }
}

/// Writes the audit trail: who changed what, in the same transaction as the change.
///
/// Whoever changes something that belongs there calls ``record(action:object:outcome:in:)`` inside
/// the transaction that changes it; the entry is then durable if and only if the change is. A
/// backup, which changes nothing, opens a transaction of its own for it, with
/// ``Store/recordAudit(action:object:outcome:)``; a restore records into the restored catalog.
/// The actor is the operating system's user, or the key in ``AuditActor/key``; the command is the
/// one in ``ProcessName/current``.
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
    ///   - actor: who did it.
    ///   - db: the catalog, in a write transaction.
    /// - Throws: the catalog's errors.
    static func record(
        action: AuditAction,
        object: String,
        outcome: String = "done",
        actor: String = AuditActor.text,
        in db: CatalogWriter
    ) throws {
        try CatalogSchema.migrate(db)
        try AuditEntry.append(
            time: Timestamp.now,
            actor: actor,
            processID: getpid(),
            command: ProcessName.current,
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
