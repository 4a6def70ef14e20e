package import ArgumentParser
import CDemoData
import VectorStore
import VectorizerSettings

/// `demo`: shows the program at work.
package struct DemoCommand: VectorizerCommand {
    package static let name = "demo"
    package static let configuration = CommandConfiguration.command(
        name,
        "Make a throw-away store from real data and search it",
        discussion: """
            Makes a store in a new temporary directory, inserts the descriptions of 300 Debian \
            packages (embedded with all-MiniLM-L6-v2, they ship inside the program), searches for \
            packages like one of them and says what to type next. Your own data directory is not \
            touched.

            Examples:
              vectorizer demo
            """,
        exitCodes: [0, 64, 74, 77]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    private static let queryID = "fonts-freefont-ttf"

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        if context.options.isDryRun {
            context.log.note("would make a store in a new temporary directory and search it")
            return .nothing
        }
        let directory = try TemporaryDirectory.make("vectorizer-demo", context.environment)
        try Store.create(path: directory)
        let store = try Store(
            path: directory,
            options: StoreOptions(access: .write, lockTimeout: context.lockTimeout)
        )
        let name = try CollectionName("packages")
        try store.createCollection(
            name,
            configuration: CollectionConfiguration(dimension: Int(VZ_DEMO_DIMENSION))
        )
        let result = try store.write(try Self.points(), to: name)
        context.log.guide(
            "A store in \(directory) now holds \(result.insertedCount) points (Debian packages)"
                + " in the collection 'packages'."
        )
        let hits = try store.withReader(of: name) { try Self.search($0) }
        context.log.guide("Packages like '\(Self.queryID)':")
        context.log.guide("")
        return .rows(columns: ["rank", "id", "score", "section", "short"]) { sink in
            let fields = try PointColumns(
                fields: "section,short",
                includesVectors: false,
                mode: .table
            )
            for (place, hit) in hits.enumerated() {
                let point = try fields.columns(of: hit.point)
                var columns: OutputColumns = [
                    ("rank", .integer(place + 1)), point[0], ("score", .float(hit.score)),
                ]
                columns.append(contentsOf: point.dropFirst())
                try sink.write(OutputRow(id: hit.point.id.text, columns: columns))
            }
            try sink.flush()
            Self.sayWhatNext(directory, context)
        }
    }

    /// The points that ship inside the program; vectors are stored as millionths.
    private static func points() throws -> PointBatch {
        let dimension = Int(VZ_DEMO_DIMENSION)
        var parser = PointRowParser(dimension: nil)
        var batch = PointBatch(dimension: dimension)
        for row in 0..<Int32(VZ_DEMO_COUNT) {
            let millionths = UnsafeBufferPointer(start: vz_demo_vector(row), count: dimension)
            let line = Array(String(cString: vz_demo_point(row)).utf8)
            var unused: [Float] = []
            var payload: [UInt8] = []
            let id = try parser.parse(line.span, vector: &unused, payload: &payload)
            batch.append(
                id: try PointID(id),
                vector: millionths.map { Float(Double($0) / 1e6) },
                payload: payload
            )
        }
        return batch
    }

    private static func search(_ snapshot: CollectionReader) throws -> [SearchHit] {
        var vector: [Float] = []
        _ = try snapshot.forEachPoint(
            withIDs: [try PointID(queryID)],
            includesVectors: true
        ) { vector = $0.vector ?? [] }
        return try snapshot.search(SearchRequest(vector: vector, neighbourCount: 6))
    }

    private static func sayWhatNext(_ directory: String, _ context: CommandContext) {
        let command = "\(ShellWord.quoted(context.program)) -D \(ShellWord.quoted(directory))"
        context.log.guide("")
        context.log.guide("Now try:")
        for line in [
            "\(command) search packages --id libgda-5.0-postgres --fields section,short",
            "\(command) list-points packages --filter \"section = 'games'\" --fields short",
            "\(command) count packages --filter 'installed_size > 1000'",
            "rm -r \(ShellWord.quoted(directory))",
        ] { context.log.guide("  " + line) }
    }
}
