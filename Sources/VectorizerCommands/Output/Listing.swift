import VectorStore

/// What a listing shows of each of its items: the names of the columns, and their values.
///
/// A row for a table, for csv and for JSON comes of the same definition.
struct Listing<Item>: Sendable {
    typealias Column = (name: String, value: @Sendable (Item) -> OutputValue)

    private let id: @Sendable (Item) -> String
    private let columns: [Column]

    /// Defines a listing.
    ///
    /// - Parameters:
    ///   - id: what `ids` mode prints of an item.
    ///   - columns: the columns in the order they are shown.
    init(id: @escaping @Sendable (Item) -> String, _ columns: [Column]) {
        self.id = id
        self.columns = columns
    }

    /// The names of the columns.
    var names: [String] { columns.map(\.name) }

    /// The same with more columns behind these.
    func adding(_ more: [Column]) -> Self { Self(id: id, columns + more) }

    /// One item as a row.
    func row(_ item: Item) -> OutputRow {
        OutputRow(id: id(item), columns: columns.map { ($0.name, $0.value(item)) })
    }
}

extension CommandResult {
    /// A row for each of some items, and work that may throw behind the last one.
    static func rows<Item>(
        _ items: [Item],
        as listing: Listing<Item>,
        then end: @escaping () throws -> Void = {}
    ) -> CommandResult {
        .rows(columns: listing.names) { sink in
            for item in items { try sink.write(listing.row(item)) }
            try end()
        }
    }
}

extension OutputValue {
    /// A text where there is one.
    static func text(ifAny text: String?) -> Self { text.map { .text($0) } ?? .null }

    /// A number where there is one.
    static func integer(ifAny number: Int?) -> Self { number.map { .integer($0) } ?? .null }

    /// A moment where there is one.
    static func time(ifAny time: Timestamp?) -> Self { .text(ifAny: time?.description) }
}
