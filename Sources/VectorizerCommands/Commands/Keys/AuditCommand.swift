package import ArgumentParser
import CKernels
import Glibc
import VectorStore
import VectorizerSettings

/// `audit`: shows who changed what.
package struct AuditCommand: VectorizerCommand {
    package static let name = "audit"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show who changed collections, keys, settings and backups",
        discussion: """
            Each entry was written in the same transaction as the change it tells of; a backup, \
            which changes nothing here, is told once it is done. Points are not in it: searches, \
            inserts and deletes leave no trace here. Refused keys are, each with the reason that \
            whoever showed it was not told.

            Actions are collection.create, collection.rename, collection.drop, index.create, \
            index.drop, key.create, key.rotate, key.revoke, key.refuse, settings.set, \
            backup.create, backup.forget (for a repository of the store in the data directory) \
            and backup.restore. A restore leaves the trail of the store that it replaces as it is, \
            if that can be read. A config.yaml that was edited by hand is told with the next entry.

            Entries come in their order, which is the sequence and not the time: a clock can jump. \
            The commit_sequence is that of the store. T is a date, a moment such as \
            2026-11-28T06:45:00Z, or a time ago such as 2h; a date is its first second, and \
            without an offset it is in UTC. \
            --follow goes on with new entries until it is interrupted. The setting \
            audit_retention says how long entries are kept. A table has room for some of an entry; \
            -o jsonl has all.

            Examples:
              vectorizer audit --since 7d
              vectorizer audit --action key.refuse --limit 20
              vectorizer audit -o jsonl > audit.jsonl
              vectorizer audit --follow --limit 0
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Option(
        help: ArgumentHelp("Only entries since then", valueName: "t"),
        transform: Moment.init(argument:)
    )
    var since: Moment?

    @Option(
        help: ArgumentHelp("Only entries until then", valueName: "t"),
        transform: Moment.init(argument:)
    )
    var until: Moment?

    @Option(help: ArgumentHelp("Only what a key did, or was done to it", valueName: "id"))
    var key: KeyID?

    @Option(
        help: ArgumentHelp("Only this action, such as collection.drop", valueName: "action"),
        completion: .list(AuditAction.allCases.map(\.rawValue))
    )
    var action: String?

    @Option(help: ArgumentHelp("Only so many, the last ones", valueName: "n"))
    var limit: Int?

    @Flag(help: "Go on with new entries as they come")
    var follow = false

    package init() {}

    package func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit takes 0 or more, got \(limit)") }
        if let action, AuditAction(rawValue: action) == nil {
            let names = AuditAction.allCases.map(\.rawValue)
            let near = Suggestion.nearest(to: action, in: names).map { ", did you mean '\($0)'?" }
            throw ValidationError(
                "unknown action '\(action)'"
                    + (near ?? "; there are " + names.joined(separator: ", "))
            )
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let now = Timestamp.now
        var selection = AuditSelection()
        selection.since = since?.time(now)
        selection.until = until?.time(now)
        selection.key = try key?.checked()
        selection.action = action.flatMap(AuditAction.init(rawValue:))
        selection.limit = limit
        if follow { vz_signals_install() }
        var store = try context.openStore(.read)
        let isFollowing = follow
        let listing = context.options.output.value == .table ? Self.brief : Self.listing
        return .rows(columns: listing.names) { sink in
            var last = try Self.write(selection, of: store, as: listing, to: &sink)
            selection.limit = nil
            while isFollowing, selection.until.map({ $0 >= .now }) ?? true {
                try sink.flush()
                let before = store
                try context.resting(&store) { try Self.pause(context.lockTimeout) }
                // A trail that does not go on from the one that was read begins anew.
                if store !== before, try !Self.has(last, store) { last = nil }
                selection.after = last?.sequence ?? 0
                last = try Self.write(selection, of: store, as: listing, to: &sink) ?? last
            }
        }
    }

    /// Writes what there is.
    ///
    /// - Returns: the last entry that was looked at, of those that are not selected as well.
    private static func write(
        _ selection: AuditSelection,
        of store: Store,
        as listing: Listing<AuditEntry>,
        to sink: inout RowSink
    ) throws -> AuditEntry? {
        var newest = AuditSelection()
        newest.limit = 1
        var last: AuditEntry?
        try store.audit.forEach(newest) { entry in
            last = entry
            return true
        }
        try store.audit.forEach(selection) { entry in
            try sink.write(listing.row(entry))
            if entry.sequence > last?.sequence ?? 0 { last = entry }
            return true
        }
        return last
    }

    /// Whether an entry stands in a store's trail.
    private static func has(_ entry: AuditEntry?, _ store: Store) throws -> Bool {
        guard let entry else { return true }
        var selection = AuditSelection()
        selection.after = entry.sequence - 1
        var found: AuditEntry?
        try store.audit.forEach(selection) { next in
            found = next
            return false
        }
        return found == entry
    }

    /// Waits a moment for others to change something, and ends when the output is closed.
    private static func pause(_ lockTimeout: LockTimeout) throws {
        try lockTimeout.cancellation.check()
        var output = pollfd(fd: 1, events: 0, revents: 0)
        guard poll(&output, 1, pauseMilliseconds) > 0 else { return }
        guard Int32(output.revents) & POLLERR == 0 else { throw OutputError.closedPipe }
        usleep(useconds_t(pauseMilliseconds) * 1000)
    }

    private static let pauseMilliseconds: Int32 = 200

    private static let listing = Listing<AuditEntry>(
        id: { "\($0.sequence)" },
        [
            ("sequence", { .integer($0.sequence) }),
            ("commit_sequence", { .integer(Int64(bitPattern: $0.commitSequence)) }),
            ("time", { .text($0.time.description) }), ("actor", { .text($0.actor) }),
            ("process", { .integer(Int64($0.processID)) }), ("command", { .text($0.command) }),
            ("action", { .text($0.action) }), ("object", { .text($0.object) }),
            ("outcome", { .text($0.outcome) }),
        ]
    )

    /// What a table has room for, times to the minute; who did it is cut off first.
    private static let brief = Listing<AuditEntry>(
        id: { "\($0.sequence)" },
        [
            ("sequence", { .integer($0.sequence) }),
            ("time", { .text(minute($0.time)) }),
            ("action", { .text($0.action) }), ("object", { .text($0.object) }),
            ("outcome", { .text($0.outcome) }), ("actor", { .text($0.actor) }),
        ]
    )

    /// A moment to the minute, as `2026-11-28 06:45`.
    private static func minute(_ time: Timestamp) -> String {
        String(time.description.prefix(16)).replacing("T", with: " ")
    }
}
