import VectorStore

/// Reads a JSON text into nodes, from front to back.
///
/// Open containers are kept on a list and not on the call stack.
struct JSONDocumentReader {
    private let nodeCountMax: Int
    private(set) var nodes: [JSONNode] = []
    private(set) var floats: [Float] = []
    /// The nodes of the containers that are open, outermost first.
    private var open: [Int] = []
    private var position = 0
    /// Whether reading ended because there are too many values.
    private(set) var hasTooManyValues = false

    init(nodeCountMax: Int) {
        self.nodeCountMax = nodeCountMax
    }

    /// Reads the whole text.
    mutating func read(_ text: Span<UInt8>) throws(JSONError) {
        guard text.count <= Int(Int32.max) else { throw tooMany() }
        nodes.reserveCapacity(min(text.count / 16, 1 << 16) + 8)
        JSONTokens.skipWhitespace(text, &position)
        repeat {
            let entered = try value(text)
            if !entered { try close(text) }
        } while !open.isEmpty
        JSONTokens.skipWhitespace(text, &position)
        guard position == text.count else {
            throw JSONError(offset: position, problem: .trailingContent)
        }
    }

    /// Reads a scalar or an empty container, or enters a container up to its first value.
    ///
    /// - Returns: whether a container was entered.
    private mutating func value(_ text: Span<UInt8>) throws(JSONError) -> Bool {
        guard position < text.count else { throw .unexpected(text, at: position) }
        let start = position
        switch text[position] {
        case UInt8(ascii: "\""):
            try string(text)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try JSONTokens.number(text, &position)
            try append(.number, from: start)
        case UInt8(ascii: "["):
            return try enterArray(text)
        case UInt8(ascii: "{"):
            return try enterObject(text)
        case let byte:
            try JSONTokens.literal(text, &position)
            try append(byte == UInt8(ascii: "n") ? .null : .boolean, from: start)
        }
        return false
    }

    private mutating func append(
        _ kind: JSONNode.Kind,
        from start: Int,
        hasEscapes: Bool = false
    ) throws(JSONError) {
        guard nodes.count < nodeCountMax else { throw tooMany() }
        nodes.append(
            JSONNode(
                kind: kind,
                hasEscapes: hasEscapes,
                start: UInt32(start),
                end: UInt32(position),
                next: UInt32(nodes.count + 1)
            )
        )
    }

    private mutating func tooMany() -> JSONError {
        hasTooManyValues = true
        return JSONError(offset: position, problem: .unexpectedEnd)
    }

    private mutating func string(_ text: Span<UInt8>) throws(JSONError) {
        let start = position
        let hasEscapes = try JSONTokens.string(text, &position)
        try append(.string, from: start, hasEscapes: hasEscapes)
    }

    private mutating func enterArray(_ text: Span<UInt8>) throws(JSONError) -> Bool {
        let start = position
        try checkDepth()
        let firstFloat = floats.count
        if JSONTokens.numbers(text, &position, into: &floats) {
            try append(.numbers, from: start)
            nodes[nodes.count - 1].count = UInt32(floats.count - firstFloat)
            nodes[nodes.count - 1].firstFloat = UInt32(firstFloat)
            return false
        }
        position += 1
        try append(.array, from: start)
        JSONTokens.skipWhitespace(text, &position)
        return try enter(text, closing: UInt8(ascii: "]"))
    }

    private mutating func enterObject(_ text: Span<UInt8>) throws(JSONError) -> Bool {
        let start = position
        try checkDepth()
        position += 1
        try append(.object, from: start)
        JSONTokens.skipWhitespace(text, &position)
        let isEntered = try enter(text, closing: UInt8(ascii: "}"))
        if isEntered { try name(text) }
        return isEntered
    }

    /// Opens the container of the last node, or ends it where nothing is in it.
    private mutating func enter(
        _ text: Span<UInt8>,
        closing: UInt8
    ) throws(JSONError) -> Bool {
        guard position < text.count else { throw .unexpected(text, at: position) }
        guard text[position] == closing else {
            open.append(nodes.count - 1)
            return true
        }
        position += 1
        nodes[nodes.count - 1].end = UInt32(position)
        return false
    }

    private func checkDepth() throws(JSONError) {
        guard open.count < JSONDocument.depthMax else {
            throw JSONError(offset: position, problem: .tooDeep(limit: JSONDocument.depthMax))
        }
    }

    /// Reads a member's name and the colon behind it.
    private mutating func name(_ text: Span<UInt8>) throws(JSONError) {
        try string(text)
        JSONTokens.skipWhitespace(text, &position)
        guard position < text.count, text[position] == UInt8(ascii: ":") else {
            throw .unexpected(text, at: position)
        }
        position += 1
        JSONTokens.skipWhitespace(text, &position)
    }

    /// Behind a value: ends the containers that end here, and goes on to the next value if any.
    private mutating func close(_ text: Span<UInt8>) throws(JSONError) {
        while let container = open.last {
            nodes[container].count += 1
            let isObject = nodes[container].kind == .object
            JSONTokens.skipWhitespace(text, &position)
            guard position < text.count else { throw .unexpected(text, at: position) }
            if text[position] == UInt8(ascii: ",") {
                position += 1
                JSONTokens.skipWhitespace(text, &position)
                if isObject { try name(text) }
                return
            }
            guard text[position] == UInt8(ascii: isObject ? "}" : "]") else {
                throw .unexpected(text, at: position)
            }
            position += 1
            open.removeLast()
            nodes[container].end = UInt32(position)
            nodes[container].next = UInt32(nodes.count)
        }
    }
}
