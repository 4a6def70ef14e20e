import GRDBSQLite
import Testing
import VectorStore

@Suite("The SQL function that reads payloads")
struct PayloadMatcherTests {
    private let filter = PayloadFilter(.exists(FilterField(FieldPath(components: ["a"]))))

    private func failure(_ code: Int32, _ message: String) -> FilterDatabase.Failure {
        FilterDatabase.Failure(code: code, message: message)
    }

    @Test(
        "A payload that can't be read is corruption",
        arguments: [
            .text("{"), .text(""), .blob([]), .blob([1, 2, 3]), .integer(5),
        ] as [FilterSQLValue]
    )
    func malformed(stored: FilterSQLValue) throws {
        let database = try FilterDatabase()
        try database.insert(stored: stored, key: 1)
        try database.register([filter])
        #expect(throws: failure(SQLITE_CORRUPT, "malformed payload")) {
            try database.integers("SELECT payload_matches(0, payload) FROM points_7")
        }
    }

    @Test("A missing payload is corruption")
    func null() throws {
        let database = try FilterDatabase()
        try database.register([filter])
        #expect(throws: failure(SQLITE_CORRUPT, "malformed payload")) {
            try database.integers("SELECT payload_matches(0, NULL)")
        }
    }

    @Test("A filter that was not registered is an error", arguments: [-1, 1, Int64.max])
    func unknown(number: Int64) throws {
        let database = try FilterDatabase()
        try database.register([filter])
        #expect(throws: failure(SQLITE_ERROR, "no such payload filter")) {
            try database.integers("SELECT payload_matches(?, '{}')", [.integer(number)])
        }
    }

    @Test("Filters are replaced by registering others, but not under a running statement")
    func replacing() throws {
        let database = try FilterDatabase()
        try database.insert(stored: .text(#"{"a":1}"#), key: 1)
        try database.insert(stored: .text(#"{"a":2}"#), key: 2)
        let other = PayloadFilter(.exists(FilterField(FieldPath(components: ["b"]))))
        try database.register([filter])
        try database.whileMatching {
            let error = #expect(throws: PayloadMatcherError.self) {
                try database.register([other])
            }
            #expect(error?.resultCode == SQLITE_BUSY)
        }
        let sql = "SELECT count(*) FROM points_7 WHERE payload_matches(0, payload)"
        #expect(try database.integers(sql) == [2])
        try database.register([other])
        #expect(try database.integers(sql) == [0])
    }
}
