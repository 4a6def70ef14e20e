import GRDB

/// The tables of a catalog, as numbered steps from an empty file.
///
/// A step is for ever: a change of the schema is a new step at the end.
enum CatalogSchema {
    /// "vzST": tells a catalog from any other SQLite file.
    static let applicationID: Int32 = 0x767A_5354

    /// Each step's SQL; a catalog of version n has had the first n.
    static let steps: [String] = [
        """
        CREATE TABLE store (
            singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
            uuid BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            commit_sequence INTEGER NOT NULL,
            crc INTEGER NOT NULL
        );
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            dimension INTEGER NOT NULL,
            metric TEXT NOT NULL,
            quantization TEXT NOT NULL,
            link_count INTEGER NOT NULL,
            ef_construction INTEGER NOT NULL,
            next_key INTEGER NOT NULL,
            point_count INTEGER NOT NULL,
            digest INTEGER NOT NULL,
            content_bytes INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            crc INTEGER NOT NULL
        );
        CREATE TABLE files (
            uuid BLOB PRIMARY KEY,
            collection INTEGER NOT NULL,
            kind TEXT NOT NULL,
            row_count INTEGER NOT NULL,
            dead_count INTEGER NOT NULL,
            first_key INTEGER NOT NULL,
            last_key INTEGER NOT NULL,
            crc INTEGER NOT NULL
        );
        CREATE INDEX files_collection ON files (collection);
        CREATE TABLE dead_slots (
            file BLOB NOT NULL,
            block INTEGER NOT NULL,
            bits BLOB NOT NULL,
            crc INTEGER NOT NULL,
            PRIMARY KEY (file, block)
        ) WITHOUT ROWID;
        CREATE TABLE indexed_fields (
            collection INTEGER NOT NULL,
            field TEXT NOT NULL,
            crc INTEGER NOT NULL,
            PRIMARY KEY (collection, field)
        ) WITHOUT ROWID;
        """,
        // Nothing to change: from here on files may be sealed tails and segments, which programs of
        // the first version take for damage.
        "",
        // Keys, when each was used last, and the audit trail. 0 and '' stand for what there is not.
        """
        CREATE TABLE keys (
            id TEXT PRIMARY KEY,
            hash BLOB NOT NULL,
            old_hash BLOB NOT NULL,
            old_expires INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            revoked INTEGER NOT NULL,
            credential_crc INTEGER NOT NULL,
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            created INTEGER NOT NULL,
            rate_count INTEGER NOT NULL,
            rate_seconds INTEGER NOT NULL,
            burst INTEGER NOT NULL,
            parent TEXT NOT NULL,
            number INTEGER NOT NULL,
            crc INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX keys_parent ON keys (parent) WHERE parent <> '';
        CREATE TABLE key_uses (
            id TEXT PRIMARY KEY,
            time INTEGER NOT NULL,
            crc INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY,
            commit_sequence INTEGER NOT NULL,
            time INTEGER NOT NULL,
            actor TEXT NOT NULL,
            process INTEGER NOT NULL,
            command TEXT NOT NULL,
            action TEXT NOT NULL,
            object TEXT NOT NULL,
            outcome TEXT NOT NULL,
            crc INTEGER NOT NULL
        );
        CREATE INDEX audit_time ON audit (time);
        CREATE TABLE settings_file (
            singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
            sha256 BLOB NOT NULL,
            crc INTEGER NOT NULL
        );
        """,
        // Other names of collections, and what hosts keep with them. From here on a collection may
        // have named vector fields, and points without a vector, whose keys are negative.
        """
        CREATE TABLE aliases (
            name TEXT PRIMARY KEY,
            collection INTEGER NOT NULL,
            crc INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE notes (
            collection INTEGER NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            crc INTEGER NOT NULL,
            PRIMARY KEY (collection, name)
        ) WITHOUT ROWID;
        """,
    ]

    /// The version from which on a catalog has keys and an audit trail.
    static let accessVersion = 3

    /// The version from which on there are aliases, notes and points without a vector.
    static let fieldsVersion = 4

    /// The version that this program writes and the newest that it reads.
    static var currentVersion: Int { steps.count }

    /// Refuses what is no catalog and what a later program has written.
    static func checkVersion(_ catalog: CatalogReader) throws {
        let version = try catalog.formatVersion()
        let application = try Int32.fetchOne(catalog.database, sql: "PRAGMA application_id") ?? 0
        let path = catalog.path
        guard application == applicationID || (application == 0 && version == 0) else {
            throw VectorStoreError.corrupt(path, at: 68, "it is not a catalog of vectorizer")
        }
        guard version >= 0 else {
            throw VectorStoreError.corrupt(path, at: 60, "its version is \(version)")
        }
        guard version <= currentVersion else {
            throw VectorStoreError.file(
                .newerFormat(path: path, found: version, supported: currentVersion)
            )
        }
    }

    /// Refuses a file that is no catalog yet: empty ones are only for ``migrate(_:steps:)``.
    static func checkIsCatalog(_ catalog: CatalogReader) throws {
        guard try catalog.formatVersion() != 0 else {
            throw VectorStoreError.corrupt(catalog.path, at: 60, "the catalog is empty")
        }
    }

    /// Whether a catalog has keys and an audit trail: those of earlier programs do not.
    static func hasAccess(_ catalog: CatalogReader) throws -> Bool {
        try catalog.formatVersion() >= accessVersion
    }

    /// Whether a catalog has aliases and notes: those of earlier programs do not.
    static func hasNotes(_ catalog: CatalogReader) throws -> Bool {
        try catalog.formatVersion() >= fieldsVersion
    }

    /// Brings a catalog to this program's version inside the caller's write transaction.
    ///
    /// - Returns: the version it had.
    @discardableResult
    static func migrate(_ catalog: CatalogWriter, steps: [String] = steps) throws -> Int {
        let version = try catalog.formatVersion()
        for (number, sql) in steps.enumerated() where number >= version {
            try catalog.database.execute(sql: sql)
        }
        if version < steps.count {
            try catalog.database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try catalog.database.execute(sql: "PRAGMA user_version = \(steps.count)")
        }
        return version
    }

    /// The tables that each collection has for itself.
    static func createCollectionTables(_ catalog: CatalogWriter, collection: Int64) throws {
        try catalog.database.execute(
            sql: """
                CREATE TABLE points_\(collection) (
                    key INTEGER PRIMARY KEY,
                    id TEXT NOT NULL,
                    payload NOT NULL,
                    crc INTEGER NOT NULL
                );
                CREATE UNIQUE INDEX points_\(collection)_id ON points_\(collection) (id);
                """
        )
        for sql in PayloadIndex.createTableSQL(collection: collection) {
            try catalog.database.execute(sql: sql)
        }
    }

    /// Takes them away again.
    static func dropCollectionTables(_ catalog: CatalogWriter, collection: Int64) throws {
        try catalog.database.execute(
            sql: "DROP TABLE points_\(collection); DROP TABLE index_\(collection);"
        )
    }
}
