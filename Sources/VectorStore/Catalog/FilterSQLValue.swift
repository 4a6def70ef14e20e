/// A value bound to a `?` in the SQL of filters and payload indexes.
package enum FilterSQLValue: Hashable, Sendable {
    case integer(Int64)
    case real(Double)
    case text(String)
    /// Stands for a text with NUL characters in it, which many bindings would cut off there; the
    /// SQL around it turns it into the text.
    case blob([UInt8])
    /// All values of a long list.
    case list(FilterValueList)

    /// Decoded UTF-8 in the form that survives being bound.
    init(text bytes: [UInt8]) {
        self = bytes.contains(0) ? .blob(bytes) : .text(String(decoding: bytes, as: UTF8.self))
    }

    init(_ number: PayloadNumber) {
        switch number {
        case .integer(let integer): self = .integer(integer)
        case .real(let real): self = .real(real)
        }
    }

    /// What stands in the SQL for this value.
    var placeholder: String {
        if case .blob = self { return "CAST(? AS TEXT)" }
        return "?"
    }
}
