/// The API keys of a store: ``Store/keys``.
public struct StoreKeys {
    let store: Store

    /// All keys, the oldest first.
    ///
    /// - Complexity: O(keys).
    public func all() throws(VectorStoreError) -> [KeyInfo] {
        try store.read { db in
            guard try CatalogSchema.hasAccess(db) else { return [] }
            let uses = try KeyUse.all(in: db)
            return try KeyRecord.all(in: db).map { $0.info(lastUsed: uses[$0.id]) }
        }
    }

    /// One key.
    ///
    /// - Throws: `.key(.notFound)`.
    public func find(_ id: String) throws(VectorStoreError) -> KeyInfo {
        try store.read { db in try keyRecord(id, in: db).info(lastUsed: try KeyUse.find(id, in: db))
        }
    }

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - request: what it is to be.
    ///   - maker: the key that makes it, for a server; without one the user of this process makes
    ///     it and may make any.
    ///   - now: the time.
    /// - Returns: the key with its text, which can't be asked for again.
    /// - Throws: `.key(.invalid)`, `.key(.exceedsItsMaker)`, `.store(.busy)` and system errors.
    public func create(
        _ request: KeyRequest,
        maker: KeyInfo? = nil,
        now: Timestamp = .now
    ) throws(VectorStoreError) -> IssuedKey {
        try create([request], maker: maker, now: now)[0]
    }

    /// Says what is wrong with a request, and makes nothing.
    ///
    /// - Throws: `.key(.invalid)`.
    public func check(_ request: KeyRequest, now: Timestamp = .now) throws(VectorStoreError) {
        try Self.check(request, now: now)
    }

    /// Makes several keys in one transaction.
    ///
    /// - Parameters:
    ///   - requests: what they are to be.
    ///   - maker: as for one key.
    ///   - now: the time.
    ///   - dryRun: whether to undo it in the end.
    /// - Returns: the keys with their texts; none for a dry run.
    /// - Throws: as for one key; then none is made.
    package func create(
        _ requests: [KeyRequest],
        maker: KeyInfo? = nil,
        now: Timestamp = .now,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> [IssuedKey] {
        for request in requests { try Self.check(request, now: now) }
        let issued = try store.write(checkpoint: .now, dryRun: dryRun) { db in
            try CatalogSchema.migrate(db)
            if let maker {
                let maker = try keyRecord(maker.id, in: db)
                guard try maker.makers(in: db).count + 1 < KeyRequest.generationCountMax else {
                    throw VectorStoreError.key(
                        .exceedsItsMaker(
                            what:
                                "more than \(KeyRequest.generationCountMax) keys one below another"
                        )
                    )
                }
                for request in requests {
                    try Self.check(request, within: maker.info(), now: now)
                }
            }
            _ = try StoreRecord.advance(db)
            return try requests.map { try issue($0, maker: maker, now: now, in: db) }
        }
        return dryRun ? [] : issued
    }

    private func issue(
        _ request: KeyRequest,
        maker: KeyInfo?,
        now: Timestamp,
        in db: CatalogWriter
    ) throws -> IssuedKey {
        var id = KeyText.drawID()
        while try KeyRecord.find(id, in: db) != nil { id = KeyText.drawID() }
        let secret = KeyText.draw(id: id)
        var record = KeyRecord(
            request,
            id: id,
            hash: KeyText(secret.reveal().utf8).hash,
            created: now,
            parent: maker?.id ?? ""
        )
        record.number = try KeyRecord.nextNumber(in: db)
        try record.save(db)
        let scopes = request.scopes.map(\.text).joined(separator: " ")
        try store.audit.record(
            .createKey,
            "key \(id) \(request.name)",
            outcome: "for \(scopes)",
            by: maker,
            in: db
        )
        return IssuedKey(info: record.info(), secret: secret, previous: nil)
    }

    /// Gives a key another text; the one it had stays good for a while, so that its user can
    /// change over under load.
    ///
    /// - Parameters:
    ///   - id: the key.
    ///   - overlapSeconds: how long the old text stays good; one that was old already ends now.
    ///   - maker: the key that rotates it, for a server: it gets the text, so the key must be one
    ///     that was made with it. Without one the user of this process may rotate any.
    ///   - now: the time.
    ///   - dryRun: whether to undo it in the end.
    /// - Returns: the key with its new text; nil for a dry run.
    /// - Throws: `.key(.notFound)`, `.key(.notActive)`, `.key(.exceedsItsMaker)`, `.store(.busy)`
    ///   and system errors.
    public func rotate(
        _ id: String,
        overlapSeconds: Int64,
        maker: KeyInfo? = nil,
        now: Timestamp = .now,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> IssuedKey? {
        let issued = try writeErasing(dryRun: dryRun) { db in
            var record = try keyRecord(id, in: db)
            let state = record.info().state(at: now)
            guard state == .active else {
                throw VectorStoreError.key(.notActive(id: id, state: state))
            }
            if let maker {
                let maker = try keyRecord(maker.id, in: db).info()
                try Self.check(record.request, within: maker, now: now)
                guard try record.makers(in: db).contains(where: { $0.id == maker.id }) else {
                    throw VectorStoreError.key(
                        .exceedsItsMaker(what: "the text of a key that was not made with it")
                    )
                }
            }
            let previous = record.credential
            let secret = KeyText.draw(id: id)
            var ends = now.adding(seconds: overlapSeconds)
            if let expires = record.info().expires { ends = min(ends, expires) }
            let hash = record.credential.hash
            record.credential.oldHash = overlapSeconds > 0 ? hash : KeyCredential.noHash
            record.credential.oldExpires = overlapSeconds > 0 ? ends.seconds : 0
            record.credential.hash = KeyText(secret.reveal().utf8).hash
            try record.save(db)
            let object = "key \(id) \(record.name)"
            let outcome = overlapSeconds > 0 ? "old text good until \(ends)" : "old text ends"
            _ = try StoreRecord.advance(db)
            try store.audit.record(.rotateKey, object, outcome: outcome, by: maker, in: db)
            return IssuedKey(info: record.info(), secret: secret, previous: previous)
        }
        return dryRun ? nil : issued
    }

    /// Undoes the making or the rotation of a key whose text was not delivered.
    ///
    /// A key that was rotated or revoked since stays as it is.
    ///
    /// - Parameter key: what making or rotating it has returned.
    /// - Returns: whether it is undone.
    /// - Throws: `KeyError.notFound`, `.busy` and system errors; then it stays as it is.
    public func withdraw(_ key: IssuedKey) throws(VectorStoreError) -> Bool {
        try writeErasing { db in
            var record = try keyRecord(key.info.id, in: db)
            guard record.credential.hash == KeyText(key.secret.reveal().utf8).hash else {
                return false
            }
            if let previous = key.previous {
                record.credential = previous
            } else {
                record.credential.revoke(at: .now)
            }
            try record.save(db)
            let action: AuditAction = key.previous == nil ? .revokeKey : .rotateKey
            let object = "key \(record.id) \(record.name)"
            _ = try StoreRecord.advance(db)
            try store.audit.record(
                action,
                object,
                outcome: "undone: its text reached nobody",
                in: db
            )
            return true
        }
    }

    /// Takes a key back, and all that were made with it; running processes see it at once.
    ///
    /// The hashes are erased from the catalog; a key that was revoked before stays as it is.
    ///
    /// - Returns: the keys that are revoked now and were not before; the key itself comes first.
    /// - Throws: `.key(.notFound)`, `.store(.busy)` and system errors.
    public func revoke(
        _ id: String,
        now: Timestamp = .now,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> [KeyInfo] {
        try writeErasing(dryRun: dryRun) { db in
            var revoked: [KeyInfo] = []
            let records = try keyRecord(id, in: db).descendants(in: db)
                .filter { $0.credential.revoked == 0 }
            if !records.isEmpty { _ = try StoreRecord.advance(db) }
            for var record in records {
                record.credential.revoke(at: now)
                try record.save(db)
                let outcome = record.id == id ? "done" : "with its maker \(id)"
                try store.audit.record(
                    .revokeKey,
                    "key \(record.id) \(record.name)",
                    outcome: outcome,
                    in: db
                )
                revoked.append(record.info())
            }
            return revoked
        }
    }

    // MARK: What the two share

    private func keyRecord(_ id: String, in db: CatalogReader) throws -> KeyRecord {
        guard try CatalogSchema.hasAccess(db), let record = try KeyRecord.find(id, in: db) else {
            throw VectorStoreError.key(.notFound(id: id, dataDirectory: store.path))
        }
        return record
    }

    /// A write transaction that leaves nothing of what it replaces in the catalog's free space.
    private func writeErasing<Value>(
        dryRun: Bool = false,
        _ body: (CatalogWriter) throws -> Value
    ) throws(VectorStoreError) -> Value {
        try store.write(checkpoint: .now, dryRun: dryRun) { db in
            try KeyCredential.erasing(in: db) { try body(db) }
        }
    }

    private static func check(_ request: KeyRequest, now: Timestamp) throws(VectorStoreError) {
        guard (1...KeyRequest.nameByteCountMax).contains(request.name.utf8.count),
            request.name.unicodeScalars.allSatisfy(Self.isPrintable),
            !request.name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        else {
            throw .key(
                .invalid(
                    "its name takes 1 to \(KeyRequest.nameByteCountMax) bytes of printable text"
                )
            )
        }
        guard !KeyRedaction.holdsKey(request.name),
            !request.scopes.contains(where: { KeyRedaction.holdsKey($0.text) })
        else { throw .key(.invalid("there is the text of a key in its name or scopes")) }
        guard (1...KeyRequest.scopeCountMax).contains(request.scopes.count) else {
            throw .key(.invalid("it takes 1 to \(KeyRequest.scopeCountMax) scopes"))
        }
        if let expires = request.expires, expires <= now {
            throw .key(.invalid("it would have expired at \(expires) already"))
        }
    }

    /// Neither control and format characters, nor what stands for bytes that were none.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: scalar != "\u{fffd}"
        }
    }

    /// A key hands out no more than it has: not another verb or collection, no longer, not faster.
    private static func check(
        _ request: KeyRequest,
        within maker: KeyInfo,
        now: Timestamp
    ) throws(VectorStoreError) {
        guard maker.state(at: now) == .active else {
            throw .key(.notActive(id: maker.id, state: maker.state(at: now)))
        }
        for scope in request.scopes {
            for verb in [scope.verb, .admin] {
                guard maker.scopes.contains(where: { $0.permits(verb, on: scope.collection) })
                else {
                    throw .key(.exceedsItsMaker(what: KeyScope(scope.collection, verb).text))
                }
            }
        }
        if let end = maker.expires, request.expires.map({ $0 > end }) ?? true {
            throw .key(.exceedsItsMaker(what: "expires after \(end)"))
        }
        if let rate = maker.rate, request.rate.map({ !$0.isWithin(rate) }) ?? true {
            throw .key(.exceedsItsMaker(what: "rate above \(rate.text)"))
        }
    }
}
