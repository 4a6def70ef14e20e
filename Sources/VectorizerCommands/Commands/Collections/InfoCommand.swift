package import ArgumentParser
import VectorStore

/// `info`: shows one collection.
package struct InfoCommand: VectorizerCommand {
    package static let name = "info"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show one collection with its counts, sizes and indexes",
        arguments: "<collection>",
        discussion: """
            The fields are those of list-collections, and indexes: the payload fields with an index.
            A collection with named vector fields, which a server makes, has vectors, too: \
            each field
            with its kind, and dim and metric of a dense one. Its dim is that of the vectors without
            a name, 0 where it has none.

            Examples:
              vectorizer info docs
              vectorizer info docs -o json | jq .points
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let info = try context.openStore(.read).collection(CollectionName(collection))
        let listing = CollectionRows.listing.adding([
            ("indexes", { .array($0.indexedFields.map { .text($0) }) })
        ])
        guard !info.fields.isEmpty else { return .record(listing.row(info)) }
        let vectors = listing.adding([("vectors", { .array($0.fields.map(Self.value)) })])
        return .record(vectors.row(info))
    }

    private static func value(_ field: VectorField) -> OutputValue {
        switch field.kind {
        case .sparse:
            .object([("name", .text(field.name)), ("kind", .text("sparse"))])
        case .dense(let configuration):
            .object([
                ("name", .text(field.name)), ("kind", .text("dense")),
                ("dim", .integer(configuration.dimension)),
                ("metric", .text(configuration.metric.rawValue)),
            ])
        }
    }
}
