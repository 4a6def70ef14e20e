import CKernels
import VectorStore

/// Keys as rows of output.
enum KeyRows {
    static let listing = Listing<KeyInfo>(
        id: \.id,
        [
            ("id", { .text($0.id) }), ("name", { .text($0.name) }),
            ("state", { .text($0.state(at: .now).rawValue) }),
            ("scopes", { .array($0.scopes.map { .text($0.text) }) }),
            ("created", { .time(ifAny: $0.created) }), ("expires", { .time(ifAny: $0.expires) }),
            ("revoked", { .time(ifAny: $0.revoked) }),
            ("overlap_ends", { .time(ifAny: $0.overlapEnds.flatMap { $0 > .now ? $0 : nil }) }),
            ("rate", { .text(ifAny: $0.rate?.text) }),
            ("burst", { .integer(ifAny: $0.rate?.burst) }),
            ("parent", { .text(ifAny: $0.parent) }), ("last_used", { .time(ifAny: $0.lastUsed) }),
        ]
    )

    /// What a table has room for, of times only the day; `keys show` has the rest.
    static let brief = Listing<KeyInfo>(
        id: \.id,
        [
            ("id", { .text($0.id) }), ("name", { .text($0.name) }),
            ("state", { .text($0.state(at: .now).rawValue) }),
            ("scopes", { .text($0.scopes.map(\.text).joined(separator: " ")) }),
            ("expires", { day($0.expires) }), ("last_used", { day($0.lastUsed) }),
        ]
    )

    private static func day(_ time: Timestamp?) -> OutputValue {
        .text(ifAny: (time?.description.prefix(10)).map(String.init))
    }
}

extension CommandContext {
    /// Hands over a key's text: alone on standard output, and everything else beside it.
    ///
    /// A key that was not delivered is undone: a good key without an owner is of no use, and
    /// after a rotation those who use the key would be locked out.
    func hand(
        over key: IssuedKey,
        _ verb: String,
        _ news: String? = nil,
        of store: Store
    ) -> CommandResult {
        .bytes { writer in
            do throws(OutputError) {
                let signal = vz_signals_pending()
                guard signal == 0 else { throw .interrupted(signal: signal) }
                try writer.write(key.secret.reveal() + "\n")
                // Some file systems say only at the end that there was no room.
                try writer.finish()
            } catch {
                throw withdraw(key, error, store)
            }
            let scopes = key.info.scopes.map(\.text).joined(separator: " ")
            let end = key.info.expires.map { "until \($0)" } ?? "for ever"
            log.note("\(verb) key \(key.info.id) '\(key.info.name)' for \(scopes), good \(end)")
            if let news { log.note(news) }
            log.guide("The line on standard output is the key; it is not shown again.")
        }
    }

    private func withdraw(_ key: IssuedKey, _ fault: OutputError, _ store: Store) -> any Error {
        var outcome = "the key reached nobody and is undone"
        do throws(VectorStoreError) {
            if try !store.keys.withdraw(key) {
                outcome =
                    "this text of key \(key.info.id) reached nobody; somebody has changed "
                    + "the key since, and that holds"
            }
        } catch {
            let reason = Diagnostic(error, lookedIn: store.path).message
            outcome = "the key \(key.info.id) reached nobody, and undoing it failed: \(reason)"
        }
        // In a shell the reader's own end would count.
        let isQuiet = pipeSignalWasIgnored || session != nil
        guard var told = fault.diagnostic(pipeSignalWasIgnored: isQuiet) else {
            log.warning(outcome)
            return fault
        }
        told.message += "; \(outcome)"
        return told
    }
}
