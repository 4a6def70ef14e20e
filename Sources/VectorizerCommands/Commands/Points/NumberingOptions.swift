package import ArgumentParser
import VectorStore

/// Where the numbering of rows begins.
package enum IDStart: Equatable, Sendable, ExpressibleByArgument {
    case number(Int)
    /// Behind the largest number that is an id already.
    case next

    package init?(argument: String) {
        if argument == "next" {
            self = .next
        } else if !argument.isEmpty, argument.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let number = Int(argument), number <= RowNumbering.firstMax
        {
            self = .number(number)
        } else {
            return nil
        }
    }
}

/// The options that say what ids rows get which have none.
package struct NumberingOptions: ParsableArguments {
    /// The longest prefix: an id has to hold it and the digits of any number.
    static let prefixByteCountMax = Limits.idByteCount - 20

    @Option(
        help: ArgumentHelp(
            "The first row's number where ids are row numbers; next goes on behind the largest (0)",
            valueName: "n|next"
        )
    )
    package var idStart: IDStart?

    @Option(
        help: ArgumentHelp("Text before the number where ids are row numbers", valueName: "text")
    )
    package var idPrefix: String?

    package init() {}

    package func validate() throws {
        guard let idPrefix else { return }
        guard idPrefix.utf8.count <= Self.prefixByteCountMax, !idPrefix.utf8.contains(0) else {
            throw ValidationError(
                "--id-prefix takes up to \(Self.prefixByteCountMax) bytes, "
                    + "got \(idPrefix.utf8.count)"
            )
        }
    }

    /// How rows are numbered; nil when nothing was asked for.
    ///
    /// - Throws: a ``Diagnostic`` when the largest number leaves no room behind it.
    func numbering(for collection: CollectionName, in store: Store) throws -> RowNumbering? {
        guard idStart != nil || idPrefix != nil else { return nil }
        let prefix = idPrefix ?? ""
        let first =
            switch idStart {
            case nil: 0
            case .number(let number): number
            case .next: try Self.next(behind: prefix, of: collection, in: store)
            }
        return RowNumbering(first: first, prefix: prefix)
    }

    private static func next(
        behind prefix: String,
        of collection: CollectionName,
        in store: Store
    ) throws -> Int {
        let largest = try store.withReader(of: collection) {
            try $0.largestNumber(behind: prefix)
        }
        guard let largest else { return 0 }
        guard let number = Int(largest), number < RowNumbering.firstMax else {
            throw Diagnostic(
                code: 65,
                kind: "number_too_large",
                message: "the id \(InputError.quoted(prefix + largest)) leaves no numbers for rows",
                hint: "--id-prefix TEXT numbers rows beside it"
            )
        }
        return number + 1
    }
}
