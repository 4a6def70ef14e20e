import Foundation
import Testing
import VectorStore

extension HostileRepositoryTests {
    private static func catalog(
        _ description: String,
        _ verdict: Verdict,
        _ sql: String...
    ) -> Craft {
        Craft(description, verdict) { document, repository in
            try document.changeCatalog(in: repository) { catalog in
                for sql in sql { try catalog.run(sql) }
            }
        }
    }

    static let catalogs: [Craft] = [
        catalog(
            "a trigger",
            .malformed,
            "CREATE TRIGGER t AFTER INSERT ON store BEGIN DELETE FROM collections; END"
        ),
        catalog("a view", .malformed, "CREATE VIEW v AS SELECT * FROM store"),
        catalog("a table more", .malformed, "CREATE TABLE more (a)"),
        catalog("an index more", .malformed, "CREATE INDEX i ON store (epoch)"),
        catalog("an index on an expression", .malformed, "CREATE INDEX i ON store (abs(epoch))"),
        catalog(
            "a generated column",
            .malformed,
            "ALTER TABLE store ADD COLUMN g AS (abs(epoch))"
        ),
        catalog(
            "another check",
            .malformed,
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET sql = replace(sql, 'singleton = 1', 'singleton < 9')"
        ),
        catalog("a table less", .malformed, "DROP TABLE dead_slots"),
        catalog("an index less", .malformed, "DROP INDEX files_collection"),
        catalog("a virtual table", .malformed, "CREATE VIRTUAL TABLE f USING fts5(a)"),
        catalog("statistics", .malformed, "ANALYZE"),
        catalog(
            "an endless view in the place of the collections",
            .malformed,
            "ALTER TABLE collections RENAME TO hidden",
            """
            CREATE VIEW collections AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1
            FROM c) SELECT n AS id, * FROM hidden, c
            """
        ),
        catalog(
            "an endless view in the place of the store's row",
            .malformed,
            "ALTER TABLE store RENAME TO hidden",
            """
            CREATE VIEW store AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)
            SELECT hidden.* FROM hidden, c WHERE n < 0
            """
        ),
        catalog("another program's number", .corrupt, "PRAGMA application_id = 7"),
        catalog("a later version", .newer, "PRAGMA user_version = 5"),
        catalog("no version", .corrupt, "PRAGMA user_version = 0"),
        catalog("a version below none", .corrupt, "PRAGMA user_version = -1"),
        catalog("the least version", .corrupt, "PRAGMA user_version = -2147483648"),
        catalog("a store's row that is damaged", .corrupt, "UPDATE store SET epoch = 7"),
        catalog("no store's row", .corrupt, "DELETE FROM store"),
        catalog("a collection's row that is damaged", .corrupt, "UPDATE collections SET crc = 1"),
        catalog("a collection less", .malformed, "DELETE FROM collections WHERE id = 2"),
        catalog("a file's row that is damaged", .corrupt, "UPDATE files SET row_count = -7"),
        catalog("a file less", .malformed, "DELETE FROM files WHERE kind = 'tail'"),
        catalog("a point's row that is damaged", .corrupt, "UPDATE points_1 SET crc = crc + 1"),
        catalog("points less", .corrupt, "DELETE FROM points_1 WHERE key = 3"),
        catalog(
            "a point's id of another type",
            .corrupt,
            "UPDATE points_1 SET id = x'00FF' WHERE key = 3"
        ),
        Craft("a tail of more rows than there are numbers", .malformed) { document, repository in
            try document.changeCatalog(in: repository) { catalog in
                try RawRows.setTailRowCount(1 << 61, in: catalog)
            }
        },
        Craft("a tail of fewer rows than none", .malformed) { document, repository in
            try document.changeCatalog(in: repository) { catalog in
                try RawRows.setTailRowCount(-1, in: catalog)
            }
        },
        Craft("the last epoch of all", .malformed) { document, repository in
            try document.changeCatalog(in: repository) { catalog in
                try RawRows.setStore(epoch: .max, in: catalog)
            }
            document.members["epoch"] = Int.max
        },
        Craft("no database", .corrupt) { document, repository in
            let text = Array(String(repeating: "no database\n", count: 9000).utf8)
            try document.replaceFile("catalog.sqlite", with: text, in: repository)
        },
        Craft("a byte of a database", .corrupt) { document, repository in
            try document.replaceFile("catalog.sqlite", with: [83], in: repository)
        },
        Craft("a catalog cut short", .corrupt) { document, repository in
            let content = try document.content(ofFile: "catalog.sqlite", in: repository)
            let part = Array(content.prefix(content.count / 2 + 100))
            try document.replaceFile("catalog.sqlite", with: part, in: repository)
        },
        Craft("a catalog with a page of noise", .corrupt) { document, repository in
            var content = try document.content(ofFile: "catalog.sqlite", in: repository)
            for offset in 4096..<8192 { content[offset] = UInt8(offset * 7 & 0xFF) }
            try document.replaceFile("catalog.sqlite", with: content, in: repository)
        },
        Craft("a catalog with a rollback journal's mode", .refused) { document, repository in
            var content = try document.content(ofFile: "catalog.sqlite", in: repository)
            (content[18], content[19]) = (3, 3)
            try document.replaceFile("catalog.sqlite", with: content, in: repository)
        },
    ]
}

/// Rows of a catalog with values that no store writes and checksums that are right.
enum RawRows {
    private static func add(_ number: Int64, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count, by: 2).compactMap { offset in
            let start = hexadecimal.index(hexadecimal.startIndex, offsetBy: offset)
            return UInt8(hexadecimal[start..<hexadecimal.index(start, offsetBy: 2)], radix: 16)
        }
    }

    static func setStore(epoch: Int64, in catalog: RawCatalog) throws {
        let uuid = bytes(try catalog.run("SELECT hex(uuid) FROM store")[0])
        let sequence = try catalog.integer("SELECT commit_sequence FROM store")
        var row: [UInt8] = []
        add(Int64(uuid.count), &row)
        row += uuid
        add(epoch, &row)
        add(Int64(sequence), &row)
        try catalog.run("UPDATE store SET epoch = \(epoch), crc = \(crc32c(row))")
    }

    static func setTailRowCount(_ count: Int64, in catalog: RawCatalog) throws {
        let columns = ["collection", "dead_count", "first_key", "last_key"]
        let condition = "FROM files WHERE kind = 'tail'"
        let values = try columns.map { Int64(try catalog.integer("SELECT \($0) \(condition)")) }
        let uuid = bytes(try catalog.run("SELECT hex(uuid) \(condition)")[0])
        var row: [UInt8] = []
        add(Int64(uuid.count), &row)
        row += uuid
        add(values[0], &row)
        add(4, &row)
        row += Array("tail".utf8)
        for value in [count, values[1], values[2], values[3]] { add(value, &row) }
        try catalog.run(
            "UPDATE files SET row_count = \(count), crc = \(crc32c(row)) WHERE kind = 'tail'"
        )
    }
}
