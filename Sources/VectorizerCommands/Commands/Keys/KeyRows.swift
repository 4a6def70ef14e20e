import CKernels
import VectorStore

/// Keys as rows of output.
enum KeyRows {
    static let columns = [
        "id", "name", "state", "scopes", "created", "expires", "revoked", "overlap_ends", "rate",
        "burst", "parent", "last_used",
    ]

    /// What a table has room for; `keys show` has the rest.
    static let briefColumns = ["id", "name", "state", "scopes", "expires", "last_used"]

    /// One key in a table: of times only the day.
    static func brief(_ key: KeyInfo, at now: Timestamp = .now) -> OutputRow {
        func day(_ time: Timestamp?) -> OutputValue {
            time.map { .text(String($0.description.prefix(10))) } ?? .null
        }
        let values: [OutputValue] = [
            .text(key.id), .text(key.name), .text(key.state(at: now).rawValue),
            .text(key.scopes.map(\.text).joined(separator: " ")), day(key.expires),
            day(key.lastUsed),
        ]
        let columns = zip(briefColumns, values).map { (name: $0, value: $1) }
        return OutputRow(id: key.id, columns: columns)
    }

    /// One key; its text is nowhere in it.
    static func row(_ key: KeyInfo, at now: Timestamp = .now) -> OutputRow {
        func time(_ time: Timestamp?) -> OutputValue { time.map { .text($0.description) } ?? .null }
        let overlap = key.overlapEnds.flatMap { $0 > now ? $0 : nil }
        let values: [OutputValue] = [
            .text(key.id), .text(key.name), .text(key.state(at: now).rawValue),
            .json(scopes(key.scopes)), time(key.created), time(key.expires), time(key.revoked),
            time(overlap),
            key.rate.map { .text($0.text) } ?? .null,
            key.rate.map { .integer(Int64($0.burst)) } ?? .null,
            key.parent.map { .text($0) } ?? .null, time(key.lastUsed),
        ]
        return OutputRow(id: key.id, columns: zip(columns, values).map { (name: $0, value: $1) })
    }

    private static func scopes(_ scopes: [KeyScope]) -> [UInt8] {
        // Scopes have nothing in them that JSON would escape.
        Array(("[" + scopes.map { "\"\($0.text)\"" }.joined(separator: ",") + "]").utf8)
    }
}

extension CommandContext {
    /// Hands over a key's text: alone on standard output, and everything else beside it.
    ///
    /// What nobody has got is undone: a key that is good and in nobody's hands is of no use, and
    /// after a rotation those who use the key would be locked out.
    func hand(
        over key: IssuedKey,
        _ verb: String,
        _ news: String? = nil,
        of store: Store
    ) -> CommandResult {
        .bytes { writer in
            do throws(OutputFault) {
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

    private func withdraw(_ key: IssuedKey, _ fault: OutputFault, _ store: Store) -> any Error {
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
