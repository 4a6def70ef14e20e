import Testing
import VectorStore

/// Keys that were made with other keys, as a server makes them.
@Suite("Keys made with keys")
struct KeyDescentTests {
    @Test("What is done with the keys that a key has made counts for its own rate, too")
    func sharedRate() throws {
        let test = try TestStore()
        let (clock, rate) = (AccessClock(), KeyRate(count: 3, periodSeconds: 60))
        let authority = KeyAuthority(store: test.store, clock: clock.keys())
        let maker = try test.store.issue("docs:admin", "docs:read", rate: rate)
        let children = try (0..<3).map { _ in
            try test.store.issue("docs:admin", "docs:read", rate: rate, maker: maker.info)
        }
        let grandchild = try test.store.issue("docs:read", rate: rate, maker: children[0].info)
        for key in [children[0], children[1], grandchild] {
            #expect(try authority.ask(key.secret.reveal()).isAllowed)
        }
        for key in [maker, grandchild] + children {
            #expect(
                try authority.ask(key.secret.reveal()).refusal == .tooOften(retryAfterSeconds: 20)
            )
        }
        clock.pass(20)
        #expect(try authority.ask(children[2].secret.reveal()).isAllowed)
        #expect(try authority.ask(maker.secret.reveal()).isAllowed == false)
    }

    @Test("A use that is refused above costs nothing below")
    func refusedAbove() throws {
        let test = try TestStore()
        let (clock, fast) = (AccessClock(), KeyRate(count: 3, periodSeconds: 60))
        let authority = KeyAuthority(store: test.store, clock: clock.keys())
        let maker = try test.store.issue("docs:admin", "docs:read", rate: fast)
        let slow = KeyRate(count: 3, periodSeconds: 86_400)
        let child = try test.store.issue("docs:read", rate: slow, maker: maker.info)
        for _ in 0..<3 { #expect(try authority.ask(maker.secret.reveal()).isAllowed) }
        for _ in 0..<5 { #expect(try !authority.ask(child.secret.reveal()).isAllowed) }
        clock.pass(60)
        for _ in 0..<3 { #expect(try authority.ask(child.secret.reveal()).isAllowed) }
        clock.pass(60)
        #expect(try !authority.ask(child.secret.reveal()).isAllowed, "its own rate")
        #expect(try authority.ask(maker.secret.reveal()).isAllowed)
    }

    @Test("So many keys one below another can be made, and no more")
    func generations() throws {
        let test = try TestStore()
        var key = try test.store.issue("docs:admin").info
        for _ in 1..<KeyRequest.generationCountMax {
            key = try test.store.issue("docs:admin", maker: key).info
        }
        let reason = "more than \(KeyRequest.generationCountMax) keys one below another"
        #expect(throws: VectorStoreError.key(.exceedsItsMaker(what: reason))) {
            try test.store.issue("docs:admin", maker: key)
        }
        let first = try #require(try test.store.keys.all().first)
        #expect(try test.store.keys.revoke(first.id).count == KeyRequest.generationCountMax)
    }

    @Test("A key rotates only what was made with it: it gets the text")
    func rotation() throws {
        let test = try TestStore()
        let maker = try test.store.issue("docs:admin", "docs:read").info
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        func rotate(_ id: String) throws -> IssuedKey {
            let now = AccessClock.start
            return try #require(
                try test.store.keys.rotate(id, overlapSeconds: 0, maker: maker, now: now)
            )
        }
        let child = try test.store.issue("docs:read", maker: maker)
        let rotated = try rotate(child.info.id)
        #expect(try authority.ask(rotated.secret.reveal()).isAllowed)
        let (alike, strong) = (try test.store.issue("docs:read"), try test.store.issue("*:read"))
        for (key, what) in [
            (alike, "the text of a key that was not made with it"), (strong, "*:read"),
        ] {
            #expect(throws: VectorStoreError.key(.exceedsItsMaker(what: what))) {
                try rotate(key.info.id)
            }
            #expect(try authority.ask(key.secret.reveal()).isAllowed)
        }
    }

    @Test("The audit trail says which key has made and rotated others")
    func actor() throws {
        let test = try TestStore()
        let maker = try test.store.issue("docs:admin", "docs:read").info
        let made = try test.store.issue("docs:read", maker: maker).info
        _ = try test.store.keys.rotate(
            made.id,
            overlapSeconds: 0,
            maker: maker,
            now: AccessClock.start
        )
        let entries = try test.store.auditEntries().suffix(2)
        #expect(entries.map(\.action) == ["key.create", "key.rotate"])
        #expect(entries.allSatisfy { $0.actor == "key:" + maker.id })
        #expect(entries.allSatisfy { $0.object == "key \(made.id) test" })
    }
}
