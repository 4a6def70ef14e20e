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

    /// Tells whether a payload, a minified JSON object, passes the filter.
    ///
    /// What lies behind the last byte needed is not looked at, so a payload that is malformed only
    /// there is not noticed here.
    package func matches(_ payload: Span<UInt8>) throws(MalformedPayload) -> Bool {
        var run = FilterRun(
            payload: payload,
            nodes: program.nodes.span,
            children: program.children.span,
            leaves: program.leaves.span,
            operands: program.operands.span,
            text: program.text.span
        )
        guard try run.readPayload() else { return false }
        return decide(by: run.truths)
    }

    private func decide(by truths: LeafTruths) -> Bool {
        var step = program.firstStep
        while step >= 0 {
            let current = program.steps[step]
            step = truths[current.leaf] ? current.onTrue : current.onFalse
        }
        return step == FilterProgram.accept
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
