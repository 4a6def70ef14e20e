import Foundation
import Testing
import VectorStore

/// Making, rotating and revoking keys, and what of them is where.
@Suite("Life of keys")
struct KeyLifeTests {
    private static let now = AccessClock.start

    @Test("A key is vz_, an id, a secret and a checksum, and no two are alike")
    func text() throws {
        let test = try TestStore()
        let keys = try (0..<20).map { _ in try test.store.issue("docs:read") }
        for key in keys {
            let text = key.secret.reveal()
            #expect(text.wholeMatch(of: /vz_[0-9a-f]{16}_[0-9a-f]{64}_[0-9a-f]{8}/) != nil)
            #expect(text.dropFirst(3).prefix(16) == key.info.id)
        }
        #expect(Set(keys.map { $0.secret.reveal().dropFirst(20).prefix(64) }).count == 20)
    }

    @Test("A secret does not print itself")
    func secret() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key.secret)", String(reflecting: key.secret), "\(key)", dumped] {
            #expect(!text.contains(key.secret.reveal().dropFirst(20).prefix(8)))
        }
    }

    @Test("A key's text is in no file of the store, whatever is done with the key")
    func nowhere() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read")
        let second = try #require(try test.store.keys.rotate(key.info.id, overlapSeconds: 60))
        let authority = KeyAuthority(store: test.store)
        _ = try authority.ask(key.secret.reveal())
        _ = try authority.ask(String(second.secret.reveal().dropLast()))
        try authority.writeDown()
        let texts = [key, second].map { $0.secret.reveal().dropFirst(20).prefix(64) }
        for (name, bytes) in try contents(test.path) {
            for text in texts { #expect(bytes.range(of: Data(text.utf8)) == nil, "\(name)") }
        }
    }

    @Test("Revoking erases the hash from the catalog's file")
    func erased() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read")
        let raw = try RawCatalog(test.catalogPath)
        let hash = try #require(try raw.run("SELECT hex(hash) FROM keys").first)
        #expect(try holds(hash, in: test.path))
        _ = try test.store.keys.revoke(key.info.id)
        #expect(try !holds(hash, in: test.path))
    }

    @Test("Revoking a key revokes those that it has made, and those that they have made")
    func family() throws {
        let test = try TestStore()
        let store = test.store
        let parent = try store.issue("*:admin", "*:read", now: Self.now)
        let child = try store.issue("*:admin", "*:read", maker: parent.info)
        let grandchild = try store.issue("docs:read", maker: child.info)
        let stranger = try store.issue("docs:read")
        let expected = [parent, child, grandchild].map(\.info.id)
        #expect(try store.keys.revoke(parent.info.id, dryRun: true).map(\.id) == expected)
        #expect(try store.keys.find(parent.info.id).revoked == nil)
        #expect(try store.keys.revoke(parent.info.id).map(\.id) == expected)
        #expect(try store.keys.revoke(parent.info.id) == [], "once more is no error")
        #expect(try store.keys.find(stranger.info.id).state(at: Self.now) == .active)
        #expect(try store.keys.find(grandchild.info.id).parent == child.info.id)
    }

    @Test(
        "A key can't hand out more than it has",
        arguments: [
            (["docs:admin", "docs:read"], ["docs:read"], true),
            (["docs:admin", "docs:read"], ["docs:admin"], true),
            (["docs:admin", "docs:read"], ["docs:write"], false),
            (["docs:admin", "docs:read"], ["other:read"], false),
            (["docs:admin", "docs:read"], ["*:read"], false),
            (["docs:read"], ["docs:read"], false),
            (["*:admin", "*:read"], ["docs:read", "*:read"], true),
            (["*:admin"], ["docs:read"], false),
            (["*:read", "docs:admin"], ["docs:read"], true),
            (["*:read", "docs:admin"], ["*:read"], false),
        ]
    )
    func minting(parent: [String], child: [String], isAllowed: Bool) throws {
        let test = try TestStore()
        func request(_ texts: [String]) throws -> KeyRequest {
            KeyRequest(
                name: "k",
                scopes: try texts.map { try #require(KeyScope(text: $0)) },
                expires: nil
            )
        }
        let maker = try test.store.keys.create(request(parent)).info
        let made = Result { try test.store.keys.create(request(child), maker: maker) }
        switch made {
        case .success(let key):
            #expect(isAllowed)
            #expect(key.info.parent == maker.id)
        case .failure(let error):
            #expect(!isAllowed)
            guard case VectorStoreError.key(.exceedsItsMaker) = error else { throw error }
        }
    }

    @Test(
        "A key hands out no key that lives longer or may be used more often, and none when revoked"
    )
    func mintingLimits() throws {
        let test = try TestStore()
        let store = test.store
        let (end, rate) = (Self.now.adding(seconds: 1000), KeyRate(count: 10, periodSeconds: 60))
        let maker = try store.issue("*:admin", "*:read", expires: end, rate: rate).info
        func mint(_ expires: Timestamp?, _ rate: KeyRate?) throws {
            _ = try store.issue("docs:read", expires: expires, rate: rate, maker: maker)
        }
        try mint(end, rate)
        try mint(end.adding(seconds: -1), KeyRate(count: 1, periodSeconds: 6, burst: 10))
        for (expires, rate, what) in [
            (nil, rate, "expires after \(end)"),
            (end.adding(seconds: 1), rate, "expires after \(end)"),
            (end, nil, "rate above 10/min"),
            (end, KeyRate(count: 11, periodSeconds: 60, burst: 1), "rate above 10/min"),
            (end, KeyRate(count: 10, periodSeconds: 60, burst: 11), "rate above 10/min"),
        ] {
            #expect(throws: VectorStoreError.key(.exceedsItsMaker(what: what))) {
                try mint(expires, rate)
            }
        }
        _ = try store.keys.revoke(maker.id)
        #expect(throws: VectorStoreError.key(.notActive(id: maker.id, state: .revoked))) {
            try mint(end, rate)
        }
    }

    @Test("What makes no key is refused, and nothing is written")
    func refusedRequests() throws {
        let test = try TestStore()
        let scope = try #require(KeyScope(text: "docs:read"))
        let key = try test.store.issue("docs:read").secret.reveal()
        let requests = [
            KeyRequest(name: "", scopes: [scope], expires: nil),
            KeyRequest(name: " \u{a0} ", scopes: [scope], expires: nil),
            KeyRequest(name: String(repeating: "x", count: 129), scopes: [scope], expires: nil),
            KeyRequest(name: "a\u{1b}[31m", scopes: [scope], expires: nil),
            KeyRequest(name: key, scopes: [scope], expires: nil),
            KeyRequest(name: "k", scopes: [], expires: nil),
            KeyRequest(name: "k", scopes: [scope], expires: Self.now),
            KeyRequest(name: "k", scopes: Array(repeating: scope, count: 257), expires: nil),
        ]
        let before = try test.store.commitSequence()
        for request in requests {
            #expect(throws: VectorStoreError.self) {
                try test.store.keys.create(request, now: Self.now)
            }
        }
        #expect(try test.store.commitSequence() == before)
        #expect(try test.store.keys.all().count == 1)
    }

    @Test("Only a key that is good can be rotated, and a dry run changes nothing")
    func rotating() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read", expires: Self.now.adding(seconds: 10))
        let id = key.info.id
        let before = try test.store.commitSequence()
        #expect(
            try test.store.keys.rotate(id, overlapSeconds: 1, now: Self.now, dryRun: true) == nil
        )
        #expect(try test.store.commitSequence() == before)
        #expect(throws: VectorStoreError.key(.notActive(id: id, state: .expired))) {
            try test.store.keys.rotate(
                id,
                overlapSeconds: 1,
                now: Self.now.adding(seconds: 10)
            )
        }
        _ = try test.store.keys.revoke(id)
        #expect(throws: VectorStoreError.key(.notActive(id: id, state: .revoked))) {
            try test.store.keys.rotate(id, overlapSeconds: 1, now: Self.now)
        }
    }

    @Test(
        "A flipped value in a key's row is found and never followed",
        arguments: [
            "name = 'x'", "scopes = '*:admin'", "expires = 0", "hash = zeroblob(32)",
            "scopes = 'nonsense'", "hash = x'00'", "rate_count = 1", "revoked = 1",
        ]
    )
    func damage(change: String) throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read", expires: Self.now.adding(seconds: 10))
        try RawCatalog(test.catalogPath).run("UPDATE keys SET \(change)")
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        let error = #expect(throws: VectorStoreError.self) {
            try authority.ask(key.secret.reveal(), .admin)
        }
        guard case .file(.corrupt) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try test.store.findings().count == 1)
    }

    @Test("Keys are listed in the order they were made, though clocks do not tell which that is")
    func order() throws {
        let test = try TestStore()
        let ids = try (0..<20).map { number in
            let now = AccessClock.start.adding(seconds: Int64(-number))
            return try test.store.issue("docs:read", now: now).info.id
        }
        #expect(try test.store.keys.all().map(\.id) == ids)
    }

    @Test("A text that was rotated away ends with its key, if that is sooner than the overlap")
    func overlapEnd() throws {
        let test = try TestStore()
        let end = AccessClock.start.adding(seconds: 600)
        let id = try test.store.issue("docs:read", expires: end).info.id
        let rotated = try test.store.keys.rotate(id, overlapSeconds: 86_400, now: AccessClock.start)
        #expect(rotated?.info.overlapEnds == end)
    }

    @Test("A key whose text reached nobody is undone: made ones are revoked, texts are as before")
    func withdrawn() throws {
        let test = try TestStore()
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        let made = try test.store.issue("docs:read")
        let other = try test.store.issue("docs:read")
        #expect(try test.store.keys.withdraw(other))
        #expect(try authority.ask(other.secret.reveal()).refusal == .revoked)
        let now = AccessClock.start
        let once = try #require(
            try test.store.keys.rotate(made.info.id, overlapSeconds: 60, now: now)
        )
        let twice = try #require(
            try test.store.keys.rotate(made.info.id, overlapSeconds: 0, now: now)
        )
        #expect(try test.store.keys.withdraw(twice))
        #expect(try authority.ask(twice.secret.reveal()).refusal == .wrongSecret)
        #expect(try authority.ask(once.secret.reveal()).isAllowed)
        #expect(try authority.ask(made.secret.reveal()).isAllowed, "its overlap goes on")
        #expect(try test.store.findings() == [])
    }

    @Test("Undoing a key leaves what others have done with it since", arguments: [true, false])
    func overtaken(isRevoked: Bool) throws {
        let test = try TestStore()
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        let leaked = try test.store.issue("docs:read")
        func rotate() throws -> IssuedKey {
            try #require(
                try test.store.keys.rotate(
                    leaked.info.id,
                    overlapSeconds: 0,
                    now: AccessClock.start
                )
            )
        }
        let stalled = try rotate()
        let next = isRevoked ? nil : try rotate()
        if isRevoked { _ = try test.store.keys.revoke(leaked.info.id, now: AccessClock.start) }
        let hashes = try test.keyHashes()
        #expect(try test.store.keys.withdraw(stalled) == false)
        #expect(try test.keyHashes() == hashes)
        #expect(try !authority.ask(leaked.secret.reveal()).isAllowed)
        if let next { #expect(try authority.ask(next.secret.reveal()).isAllowed) }
        #expect(try test.store.auditEntries().allSatisfy { !$0.outcome.hasPrefix("undone") })
    }

    @Test("Only of a good key more is read than what its text is compared with")
    func credential() throws {
        let test = try TestStore()
        let key = try test.store.issue("docs:read")
        let text = key.secret.reveal()
        let other = try test.store.issue("docs:read").secret.reveal()
        let authority = KeyAuthority(store: test.store, clock: AccessClock().keys())
        try RawCatalog(test.catalogPath).run(
            "UPDATE keys SET scopes = 'damaged' WHERE id = '\(key.info.id)'"
        )
        let wrong = try wrongSecret(text)
        #expect(try authority.ask(wrong).refusal == .wrongSecret)
        #expect(throws: VectorStoreError.self) { try authority.ask(text) }
        #expect(try authority.ask(other).isAllowed)
    }

    @Test("A catalog crafted to have no number left is told, and nothing is written")
    func noNumberLeft() throws {
        let test = try TestStore()
        _ = try test.store.issue("docs:read")
        let raw = try RawCatalog(test.catalogPath)
        for (statement, what) in [
            ("UPDATE keys SET number = \(Int64.max)", "number of a key's row"),
            (
                "INSERT INTO audit VALUES (\(Int64.max), 0, 0, '', 0, '', '', '', '', 0)",
                "sequence of a row of the audit trail"
            ),
        ] {
            try raw.run(statement)
            let error = #expect(throws: VectorStoreError.self) {
                try test.store.issue("docs:read")
            }
            guard case .file(.corrupt(_, _, let reason)) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains(what))
            try raw.run("UPDATE keys SET number = 1")
        }
        #expect(try raw.run("SELECT count(*) FROM keys") == ["1"])
    }

    @Test("A key's text names no collection and no key, and is no scope")
    func noName() throws {
        let test = try TestStore()
        let text = try test.store.issue("docs:read").secret.reveal()
        let name = try CollectionName(text)
        let before = try test.store.auditEntries()
        #expect(throws: VectorStoreError.collection(.invalidName(text))) {
            try test.store.createCollection(
                name,
                configuration: CollectionConfiguration(dimension: 2)
            )
        }
        #expect(throws: VectorStoreError.collection(.invalidName(text))) {
            try test.store.renameCollection(TestStore.collection, to: name)
        }
        for request in [
            KeyRequest(name: text, scopes: [KeyScope(nil, .read)], expires: nil),
            KeyRequest(name: "n", scopes: [KeyScope(name, .read)], expires: nil),
        ] {
            #expect(throws: VectorStoreError.self) { try test.store.keys.create(request) }
        }
        #expect(try test.store.auditEntries() == before)
    }
}
