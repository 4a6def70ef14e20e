import Foundation
import TestSupport
import Testing
import VectorStore

/// What a key permits, and what becomes of one that is no good.
@Suite("Key authority", .timeLimit(.minutes(10)))
struct KeyAuthorityTests {
    private static let collections: [String?] = ["docs", "doc", "Docs", "other", nil]
    private static let scopes = ["docs", "other", "*"].flatMap { name in
        KeyVerb.allCases.map { "\(name):\($0.rawValue)" }
    }

    @Test("Every set of scopes permits its own verbs on its own collections and nothing else")
    func table() throws {
        let test = try TestStore()
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        let subsets = (1..<(1 << Self.scopes.count)).map { bits in
            Self.scopes.indices.filter { bits & (1 << $0) != 0 }.map { Self.scopes[$0] }
        }
        // All of one, two and three scopes, and all but one: larger sets add nothing new.
        let chosen = subsets.filter { $0.count <= 3 || $0.count >= Self.scopes.count - 1 }
        let requests = try chosen.map { texts in
            KeyRequest(
                name: "k",
                scopes: try texts.map { try #require(KeyScope(text: $0)) },
                expires: nil
            )
        }
        let keys = try test.store.keys.create(requests, now: AccessClock.start)
        for (texts, key) in zip(chosen, keys) {
            for verb in KeyVerb.allCases {
                for collection in Self.collections {
                    let isPermitted =
                        texts.contains("*:\(verb.rawValue)")
                        || collection.map { texts.contains("\($0):\(verb.rawValue)") } ?? false
                    let answer = try authority.ask(key.secret.reveal(), verb, collection)
                    #expect(
                        answer.isAllowed == isPermitted,
                        "\(texts) \(verb) \(collection ?? "all")"
                    )
                    if !isPermitted { #expect(answer.refusal == .notPermitted) }
                }
            }
        }
    }

    @Test("Whatever is wrong with a key, others are told the same, and the audit trail the reason")
    func oneAnswer() throws {
        let test = try TestStore()
        let store = test.store
        let key = try store.issue("docs:read").secret.reveal()
        let ended = try store.issue("docs:read", expires: AccessClock.start.adding(seconds: 60))
        let revoked = try store.issue("docs:read")
        _ = try store.keys.revoke(revoked.info.id)
        let id = key.dropFirst(3).prefix(16)
        let other = try store.issue("docs:read").secret.reveal()
        let mixed = "vz_\(id)_\(other.dropFirst(20).prefix(64))"
        let digits = String(crc32c(mixed), radix: 16)
        let forged = mixed + "_" + String(repeating: "0", count: 8 - digits.count) + digits
        let elsewhere = try TestStore()
        let stranger = try elsewhere.store.issue("docs:read").secret.reveal()
        let wrong: [(String, KeyRefusal)] = [
            ("", .malformed), (String(key.dropLast()), .malformed), (key + "0", .malformed),
            (key.uppercased(), .malformed), (key.replacing("_", with: "-"), .malformed),
            (String(repeating: "é", count: 46), .malformed),
            (String(repeating: "x", count: 1 << 20), .malformed),
            (key.dropLast() + (key.last == "0" ? "1" : "0"), .wrongChecksum),
            (stranger, .unknown), (forged, .wrongSecret), (ended.secret.reveal(), .expired),
            (revoked.secret.reveal(), .revoked),
        ]
        let authority = KeyAuthority(store: store, clock: AccessClock().keys())
        let later = AccessClock.start.adding(seconds: 60)
        for (text, reason) in wrong {
            let refusal = try authority.ask(text, now: later).refusal
            #expect(refusal == reason)
            #expect(refusal?.answer == .refused)
        }
        #expect(try authority.ask(key, now: later).isAllowed)
        #expect(try authority.writeDown())
        let outcomes = try store.auditEntries().filter { $0.action == "key.refuse" }.map(\.outcome)
        #expect(
            Set(outcomes) == [
                "refused: malformed, 7 times", "refused: wrong checksum", "refused: unknown",
                "refused: wrong secret", "refused: expired", "refused: revoked",
            ]
        )
        #expect(try authority.writeDown(), "nothing is left to be written")
        #expect(try store.auditEntries().filter { $0.action == "key.refuse" }.count == 6)
    }

    @Test("A key ends at its moment, neither before nor after")
    func expiry() throws {
        let test = try TestStore()
        let end = AccessClock.start.adding(seconds: 100)
        let key = try test.store.issue("*:read", expires: end).secret.reveal()
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        #expect(try authority.ask(key, now: end.adding(seconds: -1)).isAllowed)
        #expect(try authority.ask(key, now: end).refusal == .expired)
    }

    @Test("A clock that is set back revives no key, and one that jumped ahead harms none for good")
    func jumpingClock() throws {
        let test = try TestStore()
        let end = AccessClock.start.adding(seconds: 100)
        let key = try test.store.issue("*:read", expires: end).secret.reveal()
        let clock = AccessClock()
        let authority = KeyAuthority(store: test.store, clock: clock.keys())
        let year: Int64 = 365 * 86_400
        #expect(try authority.ask(key, now: end.adding(seconds: year)).refusal == .expired)
        #expect(try authority.ask(key, now: AccessClock.start).isAllowed)
        clock.pass(200)
        let start = AccessClock.start
        for now in [start, start.adding(seconds: -year), Timestamp(seconds: 0)] {
            #expect(try authority.ask(key, now: now).refusal == .expired)
        }
        #expect(try authority.ask(key, now: Timestamp(seconds: .max)).refusal == .expired)
        #expect(try authority.ask(key, now: Timestamp(seconds: .min)).refusal == .expired)
    }

    @Test("Another process's revocation holds from the next question on")
    func revocation() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read")
        let authority = KeyAuthority(store: try test.reopened(), clock: AccessClock().keys())
        #expect(try authority.ask(key.secret.reveal()).isAllowed)
        _ = try test.store.keys.revoke(key.info.id)
        #expect(try authority.ask(key.secret.reveal()).refusal == .revoked)
    }

    @Test("After a rotation both texts are good for the overlap, and then only the new one")
    func rotation() throws {
        let test = try TestStore()
        let first = try test.store.issue("docs:read")
        let id = first.info.id
        let authority = KeyAuthority(store: try test.reopened(), clock: AccessClock().keys())
        func rotate(_ overlap: Int64) throws -> String {
            let issued = try test.store.keys.rotate(
                id,
                overlapSeconds: overlap,
                now: AccessClock.start
            )
            return try #require(issued).secret.reveal()
        }
        func answers(_ texts: [String], after seconds: Int64) throws -> [Bool] {
            let now = AccessClock.start.adding(seconds: seconds)
            return try texts.map { try authority.ask($0, now: now).isAllowed }
        }
        let second = try rotate(50)
        let texts = [first.secret.reveal(), second]
        #expect(try answers(texts, after: 49) == [true, true])
        #expect(try answers(texts, after: 50) == [false, true])
        let third = try rotate(50)
        #expect(try answers(texts + [third], after: 1) == [false, true, true])
        let fourth = try rotate(0)
        #expect(try answers([second, third, fourth], after: 1) == [false, false, true])
    }

    @Test("A key is used no more often than its rate, by a clock that does not jump")
    func rate() throws {
        let test = try TestStore()
        let rate = try #require(KeyRate(count: 60, periodSeconds: 60, burst: 3))
        let key = try test.store.issue("docs:read", rate: rate).secret.reveal()
        let clock = AccessClock()
        let authority = KeyAuthority(store: test.store, clock: clock.keys())
        for _ in 0..<3 { #expect(try authority.ask(key).isAllowed) }
        let refusal = try authority.ask(key).refusal
        #expect(refusal == .tooOften(retryAfterSeconds: 1))
        #expect(refusal?.answer == .tooOften(retryAfterSeconds: 1))
        // The clock of the day says that a year has passed; the bucket does not believe it.
        #expect(
            !(try authority.ask(key, now: AccessClock.start.adding(seconds: 1 << 25)).isAllowed)
        )
        clock.pass(1)
        #expect(try authority.ask(key).isAllowed)
        #expect(!(try authority.ask(key).isAllowed))
        // What is forbidden counts, too: no key may ask as often as it likes.
        clock.pass(1)
        #expect(try authority.ask(key, .admin).refusal == .notPermitted)
        #expect(!(try authority.ask(key).isAllowed))
        clock.pass(1e6)
        for _ in 0..<3 { #expect(try authority.ask(key).isAllowed) }
        #expect(!(try authority.ask(key).isAllowed))
    }

    @Test("The last use is written once a minute, and never by waiting for a writer")
    func lastUse() throws {
        let test = try TestStore()
        let (key, other) = (try test.store.issue("docs:read"), try test.store.issue("docs:read"))
        let clock = AccessClock()
        let authority = KeyAuthority(store: try test.reopened(), clock: clock.keys())
        func lastUsed() throws -> Timestamp? { try test.store.keys.find(key.info.id).lastUsed }
        _ = try authority.ask(key.secret.reveal())
        #expect(try lastUsed() == nil, "asking writes nothing")
        let raw = try RawCatalog(test.catalogPath)
        func version() throws -> Int { try raw.integer("PRAGMA data_version") }
        let (before, sequence) = (try version(), try test.store.commitSequence())
        #expect(try authority.writeDown())
        #expect(try lastUsed() == AccessClock.start)
        let after = try version()
        #expect(after != before)
        clock.pass(30)
        _ = try authority.ask(key.secret.reveal())
        #expect(try authority.writeDown())
        #expect(try version() == after, "half a minute is too soon")
        #expect(try test.store.commitSequence() == sequence, "nothing that is searched changed")
        clock.pass(31)
        _ = try authority.ask(key.secret.reveal())
        let lock = try HeldLock(test.path + "/LOCK.write")
        #expect(try authority.writeDown() == false)
        #expect(try authority.ask(other.secret.reveal()).isAllowed, "readers do not wait")
        _ = consume lock
        #expect(try authority.writeDown(), "what could not be written is written later")
        #expect(try lastUsed() == AccessClock.start.adding(seconds: 61))
        #expect(try test.store.keys.find(other.info.id).lastUsed != nil)
    }

    @Test("Ten thousand keys are made, listed and asked for")
    func manyKeys() throws {
        let test = try TestStore()
        let scope = try #require(KeyScope(text: "docs:read"))
        let requests = (0..<10_000).map {
            KeyRequest(name: "key \($0)", scopes: [scope], expires: nil)
        }
        let keys = try test.store.keys.create(requests, now: AccessClock.start)
        #expect(Set(keys.map(\.info.id)).count == 10_000)
        #expect(try test.store.keys.all().count == 10_000)
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        for place in stride(from: 0, to: 10_000, by: 97) {
            #expect(try authority.ask(keys[place].secret.reveal()).isAllowed)
        }
    }

    @Test("A flood of wrong keys is counted, and does not fill the audit trail")
    func flood() throws {
        let test = try TestStore()
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        for number in 0..<5000 { _ = try authority.ask("vz_\(number)") }
        #expect(try authority.writeDown())
        let entries = try test.store.auditEntries().filter { $0.action == "key.refuse" }
        #expect(entries.map(\.outcome) == ["refused: malformed, 5000 times"])
    }

    @Test("Of a flood against many keys at once only the first thousand are told apart")
    func wideFlood() throws {
        let test = try TestStore()
        let scope = try #require(KeyScope(text: "docs:read"))
        let request = KeyRequest(name: "k", scopes: [scope], expires: nil)
        let keys = try test.store.keys.create(Array(repeating: request, count: 1003))
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        for _ in 0..<2 {
            for key in keys {
                let text = try wrongSecret(key.secret.reveal())
                #expect(try authority.ask(text).refusal == .wrongSecret)
            }
        }
        #expect(try authority.writeDown())
        let entries = try test.store.auditEntries().filter { $0.action == "key.refuse" }
        let told = entries.filter { $0.object.hasPrefix("key ") }
        #expect(told.count == 1000)
        #expect(told.allSatisfy { $0.outcome == "refused: wrong secret, 2 times" })
        let others = entries.filter { $0.object == "other keys" }
        #expect(others.map(\.outcome) == ["refused: 6 times"])
    }
}
