import VectorStore

/// One value of a ``JSONDocument``.
package struct JSONElement: Sendable {
    /// What a value can be.
    package enum Kind: String, Sendable {
        case null = "null"
        case boolean = "a boolean"
        case number = "a number"
        case string = "a string"
        case array = "an array"
        case object = "an object"
    }

    let document: JSONDocument
    /// The number of the node; below 0 for a number in an array of numbers, which has none.
    let index: Int

    var node: JSONNode { index < 0 ? nodeOfNumber : document.nodes[index] }

    /// What the value is.
    package var kind: Kind {
        switch node.kind {
        case .null: .null
        case .boolean: .boolean
        case .number: .number
        case .string: .string
        case .array, .numbers: .array
        case .object: .object
        }
    }

    /// Whether the value is null.
    package var isNull: Bool { node.kind == .null }

    /// Where the value lies in the text.
    package var range: Range<Int> { Int(node.start)..<Int(node.end) }

    /// The value as it was written.
    package var text: String { String(decoding: document.bytes[range], as: UTF8.self) }

    /// The value of a boolean; nil for anything else.
    package var boolean: Bool? {
        node.kind == .boolean ? document.bytes[Int(node.start)] == UInt8(ascii: "t") : nil
    }

    /// The text of a string; nil for anything else.
    package var string: String? {
        guard node.kind == .string else { return nil }
        let inner = Int(node.start) + 1..<Int(node.end) - 1
        guard node.hasEscapes else {
            return String(decoding: document.bytes[inner], as: UTF8.self)
        }
        let bytes = document.bytes
        do throws(JSONError) {
            return try JSONString.decode(bytes.span.extracting(range))
        } catch {
            // The reader has seen that it can be decoded.
            return nil
        }
    }

    /// Whether this is a string with exactly this text.
    func isString(_ wanted: String) -> Bool {
        guard !node.hasEscapes else { return string == wanted }
        let inner = Int(node.start) + 1..<Int(node.end) - 1
        return node.kind == .string && inner.count == wanted.utf8.count
            && document.bytes[inner].elementsEqual(wanted.utf8)
    }
}

// MARK: - Containers

extension JSONElement {
    /// The number of elements or members; 0 for a value that has neither.
    package var count: Int { Int(node.count) }

    /// The elements of an array, each number of an array of numbers among them.
    package var elements: [JSONElement] {
        guard node.kind != .numbers else { return numberElements }
        guard node.kind == .array else { return [] }
        var elements: [JSONElement] = []
        elements.reserveCapacity(count)
        var child = index + 1
        while child < Int(node.next) {
            elements.append(JSONElement(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return elements
    }

    /// The last member with a name; nil where there is none or this is no object.
    package func member(_ name: String) -> JSONElement? {
        guard node.kind == .object else { return nil }
        var found: JSONElement?
        var child = index + 1
        while child < Int(node.next) {
            let isWanted = JSONElement(document: document, index: child).isString(name)
            if isWanted { found = JSONElement(document: document, index: child + 1) }
            child = Int(document.nodes[child + 1].next)
        }
        return found
    }

    /// The members of an object in their order; of several with one name only the last.
    package var members: [(name: String, value: JSONElement)] {
        var members: [(name: String, value: JSONElement)] = []
        members.reserveCapacity(count)
        forEachMember { members.append(($0, $1)) }
        return members.count <= Self.pairwiseLimit
            ? Self.withoutTwins(members) : Self.withoutManyTwins(members)
    }

    /// Up to this many names are compared pair by pair.
    private static let pairwiseLimit = 16

    private static func withoutTwins(
        _ members: [(name: String, value: JSONElement)]
    ) -> [(name: String, value: JSONElement)] {
        var kept = members
        kept.removeAll(keepingCapacity: true)
        for member in members {
            let twin = kept.firstIndex { $0.name.utf8.elementsEqual(member.name.utf8) }
            if let twin { kept[twin].value = member.value } else { kept.append(member) }
        }
        return kept
    }

    private static func withoutManyTwins(
        _ members: [(name: String, value: JSONElement)]
    ) -> [(name: String, value: JSONElement)] {
        var kept: [(name: String, value: JSONElement)] = []
        // Strings are compared by their bytes, as two normal forms of a letter are two names.
        var places: [[UInt8]: Int] = [:]
        for member in members {
            let place = places[Array(member.name.utf8)]
            if let place {
                kept[place].value = member.value
            } else {
                places[Array(member.name.utf8)] = kept.count
                kept.append(member)
            }
        }
        return kept
    }

    /// How many arrays and objects stand in one another here; 0 for a scalar.
    package var depth: Int {
        guard index >= 0 else { return 0 }
        var deepest = 0
        var open: [UInt32] = []
        for index in index..<Int(node.next) {
            while let end = open.last, end <= index { open.removeLast() }
            switch document.nodes[index].kind {
            case .numbers: deepest = max(deepest, open.count + 1)
            case .array, .object:
                open.append(document.nodes[index].next)
                deepest = max(deepest, open.count)
            default: break
            }
        }
        return deepest
    }

    private func forEachMember(_ body: (String, JSONElement) -> Void) {
        guard node.kind == .object else { return }
        var child = index + 1
        while child < Int(node.next) {
            let name = JSONElement(document: document, index: child).string ?? ""
            body(name, JSONElement(document: document, index: child + 1))
            child = Int(document.nodes[child + 1].next)
        }
    }
}
