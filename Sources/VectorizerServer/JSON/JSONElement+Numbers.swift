import VectorStore

extension JSONElement {
    /// The value of a number that is written without sign, point and exponent; nil for others and
    /// from 2⁶⁴ on.
    package var unsigned: UInt64? {
        guard node.kind == .number else { return nil }
        return UInt64(text)
    }

    /// The value of a number that is written without point and exponent; nil for others and
    /// outside of the range of `Int64`.
    package var integer: Int64? {
        guard node.kind == .number else { return nil }
        return Int64(text)
    }

    /// The nearest double to a number; nil for anything else and where none is near enough.
    package var double: Double? {
        guard node.kind == .number, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The nearest float to a number; nil for anything else and where none is near enough.
    package var float: Float? {
        guard node.kind == .number, let value = Float(text), value.isFinite else { return nil }
        return value
    }

    /// The elements of an array of numbers as floats; nil for any other value.
    ///
    /// One for which no finite float is near enough is infinite.
    package var floats: ArraySlice<Float>? {
        let node = node
        switch node.kind {
        case .numbers:
            let first = Int(node.firstFloat)
            return document.floats[first..<first + Int(node.count)]
        case .array where node.count == 0: return []
        default: return nil
        }
    }

    /// The elements of an array of numbers, which have no nodes.
    var numberElements: [JSONElement] {
        let text = document.bytes
        var elements: [JSONElement] = []
        elements.reserveCapacity(count)
        var position = Int(node.start) + 1
        while elements.count < count, position < text.count {
            if Self.isPartOfNumber(text[position]) {
                elements.append(JSONElement(document: document, index: -1 - position))
                while Self.isPartOfNumber(text[position]) { position += 1 }
            } else {
                position += 1
            }
        }
        return elements
    }

    /// What a node would say of a number that has none.
    var nodeOfNumber: JSONNode {
        let start = -1 - index
        let end = document.bytes[start...].firstIndex { !Self.isPartOfNumber($0) } ?? start
        return JSONNode(kind: .number, start: UInt32(start), end: UInt32(end), next: 0)
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
