import VectorStore

/// JSON of short answers; hot routes write their bytes themselves.
indirect enum PlainJSON: Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([PlainJSON])
    case object([(name: String, value: PlainJSON)])
    /// JSON that is made already.
    case made([UInt8])

    /// An object from names and values; those that are nil are left out.
    static func members(_ members: KeyValuePairs<String, PlainJSON?>) -> PlainJSON {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    /// A whole number.
    static func count(_ number: Int) -> PlainJSON { .integer(Int64(number)) }

    /// A moment, or nothing.
    static func time(_ time: Timestamp?) -> PlainJSON? { time.map { .text($0.description) } }

    /// The text.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends the text.
    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += Array("null".utf8)
        case .flag(let flag): bytes += Array((flag ? "true" : "false").utf8)
        case .integer(let number): bytes += Array(String(number).utf8)
        case .number(let number):
            bytes += Array((number.isFinite ? "\(number)" : "null").utf8)
        case .text(let text): JSONString.append(text, escaping: .required, to: &bytes)
        case .made(let made): bytes += made
        case .list(let values): Self.append(values, "[", "]", to: &bytes) { $0.append(to: &$1) }
        case .object(let members):
            Self.append(members, "{", "}", to: &bytes) { member, bytes in
                JSONString.append(member.name, escaping: .required, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
        }
    }

    private static func append<Element>(
        _ elements: [Element],
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        to bytes: inout [UInt8],
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (place, element) in elements.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            write(element, &bytes)
        }
        bytes.append(UInt8(ascii: close))
    }
}

extension RouteAnswer {
    /// An answer whose `result` is this.
    static func result(_ json: PlainJSON, status: Int = 200) -> RouteAnswer {
        result(json.bytes, status: status)
    }
}
