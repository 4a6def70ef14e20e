internal import CKernels
public import Logging
import Synchronization

/// Decides what a key may do: the one place that everything that takes keys must ask.
///
/// Each question looks the key up in the catalog, so that what other processes have changed (a key
/// revoked, rotated, expired) holds from the next question on. Whatever is wrong with a key, the
/// same steps are taken and the same answer is given. Questions never wait for writers: when a key
/// was used last, and which were refused, is remembered and written by ``writeDown(lockTimeout:)``.
public final class KeyAuthority: Sendable {
    /// Refusals that are remembered until they are written; of others only the number.
    static let refusalCountMax = 1000
    /// How often the last use of one key is written.
    static let useIntervalSeconds: Int64 = 60

    private struct Refused: Hashable {
        let object: String
        let reason: String
    }

    private struct Notes {
        var uses: [String: Timestamp] = [:]
        var writtenUses: [String: Double] = [:]
        var refusals: [Refused: Int] = [:]
        var otherRefusalCount = 0
    }

    private let store: Store
    private let clock: KeyClock
    private let logger: Logger?
    private let buckets = TokenBuckets()
    private let notes = Mutex(Notes())

    /// Begins to answer for a store.
    ///
    /// - Parameters:
    ///   - store: where the keys are.
    ///   - clock: the time.
    ///   - logger: told of refusals, with ids and reasons only.
    public init(store: Store, clock: KeyClock = KeyClock(), logger: Logger? = nil) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Says whether a key permits something.
    ///
    /// - Parameters:
    ///   - keyText: the key as it was shown.
    ///   - verb: what is to be done.
    ///   - collection: with which collection; nil for what concerns all of them.
    ///   - now: what the system's clock says.
    /// - Returns: the key, or why not. Tell others no more than ``KeyRefusal/answer``.
    /// - Throws: the catalog's errors; nothing is permitted then.
    /// - Complexity: O(log keys); for a key with a rate, as often as there are keys above it.
    public func authorize(
        keyText: some Collection<UInt8>,
        verb: KeyVerb,
        collection: CollectionName?,
        now: Timestamp = .now
    ) throws(VectorStoreError) -> Authorization {
        try decide(keyText, now) { $0.permits(verb, on: collection) }
    }

    /// Says whether a key is good for anything, and counts that as a use.
    ///
    /// - Parameters:
    ///   - keyText: the key as it was shown.
    ///   - now: what the system's clock says.
    /// - Returns: the key, or why not. Tell others no more than ``KeyRefusal/answer``.
    /// - Throws: the catalog's errors; nothing is permitted then.
    package func admit(
        keyText: some Collection<UInt8>,
        now: Timestamp = .now
    ) throws(VectorStoreError) -> Authorization {
        try decide(keyText, now) { _ in true }
    }

    private func decide(
        _ keyText: some Collection<UInt8>,
        _ now: Timestamp,
        _ permits: (KeyScope) -> Bool
    ) throws(VectorStoreError) -> Authorization {
        let examined = try examine(keyText, now)
        guard let key = examined.key else { return refuse(examined) }
        // What a key makes counts for the key, too, or it could make any number of others.
        let limits = ([key] + examined.makers).compactMap { key in key.rate.map { (key.id, $0) } }
        let wait = limits.isEmpty ? 0 : buckets.take(limits, at: clock.steadySeconds)
        guard wait == 0 else { return refuse(.tooOften(retryAfterSeconds: wait), key.id) }
        guard key.scopes.contains(where: permits) else { return refuse(.notPermitted, key.id) }
        noteUse(of: key.id, clock.corrected(now))
        return .allowed(key.info())
    }

    /// Says whose key a text is, without asking for anything and without counting as a use.
    ///
    /// - Returns: the key, or what is wrong with it.
    /// - Throws: the catalog's errors.
    public func identify(
        keyText: some Collection<UInt8>,
        now: Timestamp = .now
    ) throws(VectorStoreError) -> Authorization {
        let examined = try examine(keyText, now)
        guard let key = examined.key else { return refuse(examined) }
        return .allowed(key.info())
    }

    /// How often a key may be used now; nothing is taken.
    ///
    /// - Parameter key: the key.
    /// - Returns: the uses; nil for a key without a rate of its own.
    package func level(of key: KeyInfo) -> Double? {
        key.rate.map { buckets.level(key.id, $0, at: clock.steadySeconds) }
    }

    // MARK: Looking at a key

    private struct Examined {
        /// The id, when a key has it.
        var id: String?
        var refusal: KeyRefusal?
        /// The key, when it is good.
        var key: KeyRecord?
        /// The keys that made it, if how often it is used counts for them.
        var makers: [KeyRecord] = []
    }

    /// Takes a text through all the steps there are, whatever the first of them finds; only of a
    /// key that is good more is read than what its text is compared with.
    private func examine(
        _ text: some Collection<UInt8>,
        _ now: Timestamp
    ) throws(VectorStoreError) -> Examined {
        let now = clock.corrected(now).seconds
        let text = KeyText(text)
        return try store.read { db in
            let credential =
                try CatalogSchema.hasAccess(db) ? KeyCredential.look(text.id, in: db) : .nobody
            var examined = Examined()
            examined.id = credential.isNobody ? nil : credential.id
            examined.refusal = Self.refusal(of: text, credential, now)
            guard examined.refusal == nil, let key = try KeyRecord.find(credential.id, in: db)
            else { return examined }
            examined.key = key
            // A key without a rate was made by one without a rate.
            if key.rate != nil { examined.makers = try key.makers(in: db) }
            return examined
        }
    }

    private static func refusal(
        of text: KeyText,
        _ credential: KeyCredential,
        _ now: Int64
    ) -> KeyRefusal? {
        let isCurrent = areEqual(text.hash, credential.hash)
        let isOld =
            areEqual(text.hash, credential.oldHash) & (now < credential.oldExpires ? 1 : 0)
        let isRevoked = credential.revoked != 0
        let isExpired = credential.expires != 0 && credential.expires <= now
        let reasons: [(Bool, KeyRefusal)] = [
            (!text.isWellFormed, .malformed), (!text.isChecksumRight, .wrongChecksum),
            (credential.isNobody, .unknown), (isRevoked, .revoked),
            (isCurrent | isOld == 0, .wrongSecret), (isExpired, .expired),
        ]
        return reasons.first { $0.0 }?.1
    }

    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Int32 {
        precondition(one.count == 32 && other.count == 32, "hashes have 32 bytes")
        return unsafe vz_equal_32(one, other)
    }

    // MARK: Remembering

    private func refuse(_ examined: Examined) -> Authorization {
        refuse(examined.refusal ?? .unknown, examined.id)
    }

    private func refuse(_ refusal: KeyRefusal, _ id: String?) -> Authorization {
        let refused = Refused(object: id.map { "key \($0)" } ?? "a key", reason: refusal.words)
        logger?.notice("\(refused.object) is refused: \(refused.reason)")
        notes.withLock { notes in
            if notes.refusals[refused] != nil || notes.refusals.count < Self.refusalCountMax {
                notes.refusals[refused, default: 0] += 1
            } else {
                notes.otherRefusalCount += 1
            }
        }
        return .refused(refusal)
    }

    private func noteUse(of id: String, _ now: Timestamp) {
        let seconds = clock.steadySeconds
        notes.withLock { notes in
            if let written = notes.writtenUses[id],
                seconds - written < Double(Self.useIntervalSeconds)
            {
                return
            }
            notes.uses[id] = now
        }
    }

    /// Writes which keys were used and which were refused, unless another process is writing.
    ///
    /// A server calls this every few seconds from a thread of its own. What could not be written
    /// stays for the next call.
    ///
    /// - Parameter lockTimeout: how long to wait for the write lock; by default not at all.
    /// - Returns: whether nothing is left to be written.
    /// - Throws: system errors.
    @discardableResult
    public func writeDown(
        lockTimeout: LockTimeout = LockTimeout(seconds: 0)
    ) throws(VectorStoreError) -> Bool {
        let taken = notes.withLock { notes in
            let taken = notes
            (notes.uses, notes.refusals, notes.otherRefusalCount) = ([:], [:], 0)
            return taken
        }
        let isIdle =
            taken.uses.isEmpty && taken.refusals.isEmpty && taken.otherRefusalCount == 0
        guard !isIdle else { return true }
        do throws(VectorStoreError) {
            try store.write(checkpoint: .now, lockTimeout: lockTimeout) { db in
                try CatalogSchema.migrate(db)
                for (id, time) in taken.uses { try Self.save(id, time, in: db) }
                for (refused, count) in taken.refusals.sorted(by: Self.isBefore) {
                    let times = count == 1 ? "" : ", \(count) times"
                    try store.audit.record(
                        .refuseKey,
                        refused.object,
                        outcome: "refused: " + refused.reason + times,
                        in: db
                    )
                }
                if taken.otherRefusalCount > 0 {
                    let outcome = "refused: \(taken.otherRefusalCount) times"
                    try store.audit.record(.refuseKey, "other keys", outcome: outcome, in: db)
                }
            }
        } catch {
            giveBack(taken)
            guard case .store(.busy) = error else { throw error }
            return false
        }
        let seconds = clock.steadySeconds
        notes.withLock { notes in
            for id in taken.uses.keys { notes.writtenUses[id] = seconds }
        }
        return true
    }

    private func giveBack(_ taken: Notes) {
        notes.withLock { notes in
            notes.uses.merge(taken.uses) { $1 > $0 ? $1 : $0 }
            notes.refusals.merge(taken.refusals) { $0 + $1 }
            notes.otherRefusalCount += taken.otherRefusalCount
        }
    }

    /// Another process may have written the same minute; a time far from ours is a clock that
    /// jumped.
    private static func save(_ id: String, _ time: Timestamp, in db: CatalogWriter) throws {
        if let known = try KeyUse.find(id, in: db),
            known.seconds.subtractingReportingOverflow(time.seconds).partialValue.magnitude
                < useIntervalSeconds
        {
            return
        }
        try KeyUse.save(id, time, in: db)
    }

    private static func isBefore(
        _ one: (key: Refused, value: Int),
        _ other: (key: Refused, value: Int)
    ) -> Bool {
        (one.key.object, one.key.reason) < (other.key.object, other.key.reason)
    }
}
