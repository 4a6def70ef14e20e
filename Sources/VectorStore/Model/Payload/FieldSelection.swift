/// A set of field paths as a tree, to be followed along with a payload's nesting.
struct FieldSelection {
    private(set) var isSelected = false
    private(set) var children: [[UInt8]: FieldSelection] = [:]

    init() {}

    init(_ fields: some Sequence<FieldPath>) {
        for field in fields {
            insert(field.components[...])
        }
    }

    private mutating func insert(_ names: ArraySlice<[UInt8]>) {
        guard let name = names.first else {
            isSelected = true
            return
        }
        children[name, default: FieldSelection()].insert(names.dropFirst())
    }
}
