/// A filter that is evaluated straight over the bytes of payloads.
///
/// One pass over a payload decides it. Members that the filter does not name are gone past without
/// being read, the pass ends when all named ones were seen, and a filter of up to 64 conditions
/// takes no memory per payload.
package struct PayloadFilter: Sendable {
    private let program: FilterProgram

    /// Compiles a filter; the cost is linear in its size.
    package init(_ expression: FilterExpression) {
        program = FilterCompiler.compile(expression)
    }

    /// Whether the id and the key alone decide.
    var needsNoPayload: Bool {
        program.nodes[0].children.isEmpty && program.tests.allSatisfy(\.needsNoPayload)
    }

    /// Whether the id must be known.
    var needsID: Bool { !program.leavesOfID.isEmpty || program.tests.contains(where: \.needsID) }

    /// Whether the key must be known.
    var needsKey: Bool { program.tests.contains(where: \.needsKey) }

    /// Tells whether a payload passes a filter that does not ask about the id.
    package func matches(_ payload: Span<UInt8>) throws(MalformedPayloadError) -> Bool {
        try matches(payload, id: Span())
    }

    /// Tells whether a point with a payload, a minified JSON object, an id and a key passes the
    /// filter.
    ///
    /// What lies behind the last byte needed is not looked at, so a payload that is malformed only
    /// there is not noticed here.
    package func matches(
        _ payload: Span<UInt8>,
        id: Span<UInt8>,
        key: Int64 = 0
    ) throws(MalformedPayloadError) -> Bool {
        let parts = FilterParts(program)
        var truths = LeafTruths(count: program.leaves.count)
        if !program.leavesOfID.isEmpty {
            var run = FilterRun(payload: id, parts: parts, truths: truths)
            guard try run.readID(program.leavesOfID) else { return false }
            truths = run.truths
        }
        if !program.nodes[0].children.isEmpty {
            var run = FilterRun(payload: payload, parts: parts, truths: truths)
            guard try run.readPayload() else { return false }
            truths = run.truths
        }
        var step = program.firstStep
        while step >= 0 {
            let current = program.steps[step]
            var isTrue = truths[current.leaf]
            // Each leaf is asked for once at most, so its test runs once at most.
            if case .test(let number) = program.leaves[current.leaf].operation {
                isTrue = try program.tests[number].matches(payload, id: id, key: key)
            }
            step = isTrue ? current.onTrue : current.onFalse
        }
        return step == FilterProgram.accept
    }
}

extension FilterProgram.Test {
    fileprivate func matches(
        _ payload: Span<UInt8>,
        id: Span<UInt8>,
        key: Int64
    ) throws(MalformedPayloadError) -> Bool {
        switch self {
        case .document(let condition): return try condition.matches(payload)
        case .keys(let keys): return keys.contains(key)
        case .atLeast(let count, let filters):
            var found = 0
            for filter in filters where found < count {
                if try filter.matches(payload, id: id, key: key) { found += 1 }
            }
            return found >= count
        }
    }

    fileprivate var needsNoPayload: Bool {
        switch self {
        case .document: false
        case .keys: true
        case .atLeast(_, let filters): filters.allSatisfy(\.needsNoPayload)
        }
    }

    fileprivate var needsID: Bool {
        if case .atLeast(_, let filters) = self { return filters.contains(where: \.needsID) }
        return false
    }

    fileprivate var needsKey: Bool {
        switch self {
        case .document: false
        case .keys: true
        case .atLeast(_, let filters): filters.contains(where: \.needsKey)
        }
    }
}

/// The parts of a program where they lie, so that running it counts no references.
struct FilterParts: ~Escapable {
    let nodes: Span<FilterProgram.Node>
    let children: Span<FilterProgram.Child>
    let elements: Span<FilterProgram.Element>
    let leaves: Span<FilterProgram.Leaf>
    let required: Span<Int>
    let operands: Span<FilterProgram.Operand>
    let text: Span<UInt8>
    let codes: Span<UInt32>

    @_lifetime(borrow program)
    init(_ program: borrowing FilterProgram) {
        nodes = program.nodes.span
        children = program.children.span
        elements = program.elements.span
        leaves = program.leaves.span
        required = program.required.span
        operands = program.operands.span
        text = program.text.span
        codes = program.codes.span
    }
}

/// Which leaves of a filter are true; the first 64 lie in place.
struct LeafTruths {
    private var first: UInt64 = 0
    private var others: [Bool] = []

    init(count: Int) {
        if count > UInt64.bitWidth {
            others = [Bool](repeating: false, count: count - UInt64.bitWidth)
        }
    }

    subscript(leaf: Int) -> Bool {
        leaf < UInt64.bitWidth
            ? first & (1 << UInt64(leaf)) != 0
            : others[leaf - UInt64.bitWidth]
    }

    mutating func set(_ leaf: Int) {
        if leaf < UInt64.bitWidth {
            first |= 1 << UInt64(leaf)
        } else {
            others[leaf - UInt64.bitWidth] = true
        }
    }
}
