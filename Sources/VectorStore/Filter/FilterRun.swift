/// One pass of a program over one payload.
struct FilterRun: ~Escapable {
    private var scanner: PayloadScanner
    private let parts: FilterParts
    private(set) var truths: LeafTruths

    /// Begins with what is known of the id's leaves.
    @_lifetime(copy payload, copy parts)
    init(payload: Span<UInt8>, parts: FilterParts, truths: LeafTruths) {
        scanner = PayloadScanner(payload)
        self.parts = parts
        self.truths = truths
    }

    /// How far an object was read.
    private enum Progress {
        /// To its closing brace.
        case closed
        /// Past the last member that was wanted.
        case stopped
        /// As far as was needed to know that the filter is false.
        case rejected
    }

    /// Finds out which leaves are true; false when the filter is false whatever the others are.
    mutating func readPayload() throws(MalformedPayloadError) -> Bool {
        guard try scanner.peek() == JSONByte.openBrace else { throw scanner.failure }
        return try readObject(parts.nodes[0], isLast: true) != .rejected
    }

    /// Takes the bytes for an id, and finds out which of its leaves are true.
    ///
    /// - Returns: False when the filter is false whatever the payload is.
    mutating func readID(_ leaves: Range<Int>) throws(MalformedPayloadError) -> Bool {
        let id = PayloadText(start: 0, end: scanner.bytes.count, hasEscapes: false)
        try judge(.text(id), leaves)
        for leaf in leaves where parts.leaves[leaf].isRequired && !truths[leaf] {
            return false
        }
        return true
    }

    /// Reads the members of an object as far as the filter names them.
    ///
    /// `isLast` is true when nothing behind the object is wanted, so it does not matter where it
    /// ends.
    private mutating func readObject(
        _ node: FilterProgram.Node,
        isLast: Bool
    ) throws(MalformedPayloadError) -> Progress {
        try scanner.take(JSONByte.openBrace)
        var wanted = node.children.count
        var isFirst = true
        while wanted > 0 {
            guard let name = try scanner.nextName(isFirst: isFirst) else { return .closed }
            isFirst = false
            guard let child = try child(of: node, named: name) else {
                try scanner.skipValue()
                continue
            }
            wanted -= 1
            let isLast = isLast && wanted == 0
            guard try readValue(parts.nodes[child], isLast: isLast) else { return .rejected }
        }
        return .stopped
    }

    private func child(
        of node: FilterProgram.Node,
        named name: PayloadText
    ) throws(MalformedPayloadError) -> Int? {
        for index in node.children
        where try scanner.equal(
            name,
            parts.text,
            parts.children[index].name
        ) {
            return parts.children[index].node
        }
        return nil
    }

    /// Reads a value that the filter asks about.
    ///
    /// - Returns: False when a leaf is false that the whole filter depends on.
    private mutating func readValue(
        _ node: FilterProgram.Node,
        isLast: Bool
    ) throws(MalformedPayloadError) -> Bool {
        switch try scanner.peek() {
        case JSONByte.openBrace:
            judgeContainer(node.leaves)
            let progress = try readObject(node, isLast: isLast)
            if progress == .rejected { return false }
            if progress == .stopped, !isLast { try scanner.skipToClose() }
        case JSONByte.openBracket:
            judgeContainer(node.leaves)
            if node.elements.isEmpty {
                try scanner.skipValue()
            } else {
                try readElements(node)
            }
        default:
            try judge(try scanner.scalar(), node.leaves)
        }
        for index in node.required where !truths[parts.required[index]] {
            return false
        }
        return true
    }

    /// Reads an array, each element as often as it is a node of its own.
    private mutating func readElements(_ node: FilterProgram.Node) throws(MalformedPayloadError) {
        try scanner.take(JSONByte.openBracket)
        var number = 0
        while try scanner.nextElement(isFirst: number == 0) {
            let start = scanner.position
            var isRead = false
            for index in node.elements {
                let element = parts.elements[index]
                guard element.number ?? number == number else { continue }
                scanner.goBack(to: start)
                _ = try readValue(parts.nodes[element.node], isLast: false)
                isRead = true
            }
            if !isRead { try scanner.skipValue() }
            number += 1
        }
    }
}

// MARK: - Leaves

extension FilterRun {
    /// An object or an array is there, and nothing else is true of it.
    private mutating func judgeContainer(_ range: Range<Int>) {
        for leaf in range where parts.leaves[leaf].operation == .exists {
            truths.set(leaf)
        }
    }

    private mutating func judge(
        _ value: PayloadScalar,
        _ range: Range<Int>
    ) throws(MalformedPayloadError) {
        for leaf in range where try isTrue(parts.leaves[leaf], of: value) {
            truths.set(leaf)
        }
    }

    private func isTrue(
        _ leaf: FilterProgram.Leaf,
        of value: PayloadScalar
    ) throws(MalformedPayloadError) -> Bool {
        let first = leaf.operands.lowerBound
        switch leaf.operation {
        case .exists: return true
        case .never, .test: return false
        case .equalInteger:
            guard case .number(.integer) = value else { return false }
            return try isAmong(leaf.operands, value)
        case .range(let lower, let upper):
            guard case .number(let number) = value else { return false }
            return isIn(leaf.operands, number, lower, upper)
        case .equal: return try isAmong(leaf.operands, value)
        case .isNull:
            if case .null = value { return true }
            return false
        case .hasPrefix:
            guard case .text(let start) = parts.operands[first], case .text(let whole) = value
            else { return false }
            return try scanner.starts(whole, with: parts.text, start)
        case .like(let ignoresCase):
            guard case .pattern(let codes) = parts.operands[first], case .text(let text) = value
            else { return false }
            return try fits(text, codes, ignoresCase)
        case .between:
            guard let lower = try order(value, beside: first), lower >= 0,
                let upper = try order(value, beside: first + 1)
            else { return false }
            return upper <= 0
        case .less: return try order(value, beside: first).map { $0 < 0 } ?? false
        case .lessOrEqual: return try order(value, beside: first).map { $0 <= 0 } ?? false
        case .greater: return try order(value, beside: first).map { $0 > 0 } ?? false
        case .greaterOrEqual: return try order(value, beside: first).map { $0 >= 0 } ?? false
        }
    }

    private func isIn(
        _ ends: Range<Int>,
        _ number: PayloadNumber,
        _ lower: FilterProgram.Operation.End,
        _ upper: FilterProgram.Operation.End
    ) -> Bool {
        var place = ends.lowerBound
        if lower != .none {
            guard case .number(let end) = parts.operands[place] else { return false }
            let order = PayloadNumber.order(number, end)
            guard order > 0 || order == 0 && lower == .included else { return false }
            place += 1
        }
        guard upper != .none else { return true }
        guard case .number(let end) = parts.operands[place] else { return false }
        let order = PayloadNumber.order(number, end)
        return order < 0 || order == 0 && upper == .included
    }

    private func fits(
        _ text: PayloadText,
        _ codes: Range<Int>,
        _ ignoresCase: Bool
    ) throws(MalformedPayloadError) -> Bool {
        guard text.hasEscapes else {
            return PatternMatch(codes: parts.codes, ignoresCase: ignoresCase, text: scanner.bytes)
                .fits(codes, text.start..<text.end)
        }
        let decoded = try scanner.decoded(text)
        return PatternMatch(codes: parts.codes, ignoresCase: ignoresCase, text: decoded.span)
            .fits(codes, decoded.indices)
    }

    /// Orders a value against an operand; nil when their types differ.
    private func order(
        _ value: PayloadScalar,
        beside operand: Int
    ) throws(MalformedPayloadError) -> Int? {
        switch (value, parts.operands[operand]) {
        case (.number(let number), .number(let operand)):
            PayloadNumber.order(number, operand)
        case (.text(let string), .text(let operand)):
            try scanner.order(string, parts.text, operand)
        default:
            nil
        }
    }

    /// Looks a value up among sorted operands.
    private func isAmong(
        _ range: Range<Int>,
        _ value: PayloadScalar
    ) throws(MalformedPayloadError) -> Bool {
        var isThere = false
        _ = try range.partitionPoint { place throws(MalformedPayloadError) in
            let order = try order(value, parts.operands[place])
            isThere = isThere || order == 0
            return order <= 0
        }
        return isThere
    }

    /// Orders any value against an operand as ``FilterValue/order(_:_:)`` sorts operands.
    private func order(
        _ value: PayloadScalar,
        _ operand: FilterProgram.Operand
    ) throws(MalformedPayloadError) -> Int {
        switch (value, operand) {
        case (.boolean(let value), .boolean(let operand)):
            (value ? 1 : 0) - (operand ? 1 : 0)
        case (.number(let value), .number(let operand)):
            PayloadNumber.order(value, operand)
        case (.text(let value), .text(let operand)):
            try scanner.order(value, parts.text, operand)
        case (.null, _), (.boolean, _), (.number, .text), (_, .pattern): -1
        case (.number, .boolean), (.text, _): 1
        }
    }
}
