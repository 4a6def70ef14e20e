/// One pass of a program over one payload.
struct FilterRun: ~Escapable {
    private var scanner: PayloadScanner
    private let nodes: Span<FilterProgram.Node>
    private let children: Span<FilterProgram.Child>
    private let leaves: Span<FilterProgram.Leaf>
    private let operands: Span<FilterProgram.Operand>
    private let text: Span<UInt8>
    private(set) var truths: LeafTruths

    @_lifetime(copy payload, copy nodes, copy children, copy leaves, copy operands, copy text)
    init(
        payload: Span<UInt8>,
        nodes: Span<FilterProgram.Node>,
        children: Span<FilterProgram.Child>,
        leaves: Span<FilterProgram.Leaf>,
        operands: Span<FilterProgram.Operand>,
        text: Span<UInt8>
    ) {
        scanner = PayloadScanner(payload)
        self.nodes = nodes
        self.children = children
        self.leaves = leaves
        self.operands = operands
        self.text = text
        truths = LeafTruths(count: leaves.count)
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
    mutating func readPayload() throws(MalformedPayload) -> Bool {
        guard try scanner.peek() == .openingBrace else { throw scanner.failure }
        return try readObject(nodes[0], isLast: true) != .rejected
    }

    /// Reads the members of an object as far as the filter names them.
    ///
    /// `isLast` is true when nothing behind the object is wanted, so nobody minds where it ends.
    private mutating func readObject(
        _ node: FilterProgram.Node,
        isLast: Bool
    ) throws(MalformedPayload) -> Progress {
        try scanner.take(.openingBrace)
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
            guard try readMember(nodes[child], isLast: isLast) else { return .rejected }
        }
        return .stopped
    }

    private func child(
        of node: FilterProgram.Node,
        named name: PayloadText
    ) throws(MalformedPayload) -> Int? {
        for index in node.children where try scanner.equal(name, text, children[index].name) {
            return children[index].node
        }
        return nil
    }

    /// Reads the value of a member that the filter names.
    ///
    /// - Returns: False when a leaf is false that the whole filter depends on.
    private mutating func readMember(
        _ node: FilterProgram.Node,
        isLast: Bool
    ) throws(MalformedPayload) -> Bool {
        switch try scanner.peek() {
        case .openingBrace:
            judge(.object, node.leaves)
            let progress = try readObject(node, isLast: isLast)
            if progress == .rejected { return false }
            if progress == .stopped, !isLast { try scanner.skipToClose() }
        case .openingBracket:
            judge(.array, node.leaves)
            if node.wantsElements {
                try readElements(node)
            } else {
                try scanner.skipValue()
            }
        default:
            try judge(try scanner.scalar(), node.leaves)
        }
        for leaf in node.leaves where leaves[leaf].isRequired && !truths[leaf] {
            return false
        }
        return true
    }

    private mutating func readElements(
        _ node: FilterProgram.Node
    ) throws(MalformedPayload) {
        try scanner.take(.openingBracket)
        var isFirst = true
        while try scanner.nextElement(isFirst: isFirst) {
            isFirst = false
            let first = try scanner.peek()
            if first == .openingBrace || first == .openingBracket {
                try scanner.skipValue()
                continue
            }
            let element = try scanner.scalar()
            for leaf in node.leaves where leaves[leaf].operation == .contains {
                if try isAmong(leaves[leaf].operands, element) { truths.set(leaf) }
            }
        }
    }
}

// MARK: - Leaves

extension FilterRun {
    private enum Container {
        case object, array
    }

    private mutating func judge(_ container: Container, _ range: Range<Int>) {
        for leaf in range where leaves[leaf].operation == .exists {
            truths.set(leaf)
        }
    }

    private mutating func judge(
        _ value: PayloadScalar,
        _ range: Range<Int>
    ) throws(MalformedPayload) {
        for leaf in range where try isTrue(leaves[leaf], of: value) {
            truths.set(leaf)
        }
    }

    private func isTrue(
        _ leaf: FilterProgram.Leaf,
        of value: PayloadScalar
    ) throws(MalformedPayload) -> Bool {
        switch leaf.operation {
        case .exists: return true
        case .never, .contains: return false
        case .equal: return try isAmong(leaf.operands, value)
        case .isNull:
            if case .null = value { return true }
            return false
        case .hasPrefix:
            guard case .text(let start) = operands[leaf.operands.lowerBound],
                case .text(let whole) = value
            else { return false }
            return try scanner.starts(whole, with: text, start)
        case .less: return try order(value, leaf).map { $0 < 0 } ?? false
        case .lessOrEqual: return try order(value, leaf).map { $0 <= 0 } ?? false
        case .greater: return try order(value, leaf).map { $0 > 0 } ?? false
        case .greaterOrEqual: return try order(value, leaf).map { $0 >= 0 } ?? false
        }
    }

    /// Orders a value against a leaf's operand; nil when their types differ.
    private func order(
        _ value: PayloadScalar,
        _ leaf: FilterProgram.Leaf
    ) throws(MalformedPayload) -> Int? {
        switch (value, operands[leaf.operands.lowerBound]) {
        case (.number(let number), .number(let operand)):
            PayloadNumber.order(number, operand)
        case (.text(let string), .text(let operand)):
            try scanner.order(string, text, operand)
        default:
            nil
        }
    }

    /// Looks a value up among sorted operands.
    private func isAmong(
        _ range: Range<Int>,
        _ value: PayloadScalar
    ) throws(MalformedPayload) -> Bool {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            let order = try order(value, operands[middle])
            if order == 0 { return true }
            if order < 0 {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return false
    }

    /// Orders any value against an operand as ``FilterValue/order(_:_:)`` sorts operands.
    private func order(
        _ value: PayloadScalar,
        _ operand: FilterProgram.Operand
    ) throws(MalformedPayload) -> Int {
        switch (value, operand) {
        case (.boolean(let value), .boolean(let operand)):
            (value ? 1 : 0) - (operand ? 1 : 0)
        case (.number(let value), .number(let operand)):
            PayloadNumber.order(value, operand)
        case (.text(let value), .text(let operand)):
            try scanner.order(value, text, operand)
        case (.null, _), (.boolean, _), (.number, .text): -1
        case (.number, .boolean), (.text, _): 1
        }
    }
}
