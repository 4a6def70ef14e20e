/// Turns a filter's tree into a program.
struct FilterCompiler {
    private var program = FilterProgram()
    private var drafts: [Draft] = []
    private var root = FieldNode()
    private var draftsOfID: [Int] = []
    /// Leaves that no value decides.
    private var draftsOfTests: [Int] = []

    static func compile(_ expression: FilterExpression) -> FilterProgram {
        var compiler = FilterCompiler()
        let entry = compiler.steps(
            for: expression,
            onTrue: FilterProgram.accept,
            onFalse: FilterProgram.reject,
            isRequired: true
        )
        compiler.program.firstStep = entry
        compiler.layOutNodes()
        return compiler.program
    }

    /// A leaf that has a number among the steps but no place among the leaves yet.
    private struct Draft {
        let operation: FilterProgram.Operation
        let values: [FilterValue]
        let pattern: TextPattern?
        let isRequired: Bool

        init(_ leaf: FilterExpression, isRequired: Bool) {
            (operation, values) = FilterCompiler.operation(of: leaf)
            pattern = if case .like(_, let pattern) = leaf { pattern } else { nil }
            self.isRequired = isRequired
        }

        init(test: Int) {
            (operation, values) = (.test(test), [])
            (pattern, isRequired) = (nil, false)
        }
    }

    private struct FieldNode {
        var drafts: [Int] = []
        var children: [(step: FilterField.Step, node: FieldNode)] = []

        mutating func insert(_ draft: Int, at steps: ArraySlice<FilterField.Step>) {
            guard let step = steps.first else {
                drafts.append(draft)
                return
            }
            let known = children.firstIndex { $0.step == step }
            let index = known ?? children.endIndex
            if known == nil {
                children.append((step, FieldNode()))
            }
            children[index].node.insert(draft, at: steps.dropFirst())
        }

        /// The leaves here and further in.
        var allDrafts: [Int] { drafts + children.flatMap { $0.node.allDrafts } }
    }
}

// MARK: - Steps

extension FilterCompiler {
    /// Appends the steps that decide an expression and returns the first of them.
    ///
    /// Steps lead only to steps appended before them, so following them always ends.
    private mutating func steps(
        for expression: FilterExpression,
        onTrue: Int,
        onFalse: Int,
        isRequired: Bool
    ) -> Int {
        switch expression {
        case .and(let terms):
            return terms.reversed().reduce(onTrue) { next, term in
                steps(for: term, onTrue: next, onFalse: onFalse, isRequired: isRequired)
            }
        case .or(let terms):
            return terms.reversed().reduce(onFalse) { next, term in
                steps(for: term, onTrue: onTrue, onFalse: next, isRequired: false)
            }
        case .not(let term):
            return steps(for: term, onTrue: onFalse, onFalse: onTrue, isRequired: false)
        default:
            let draft = drafts.count
            if let test = Self.test(expression) {
                drafts.append(Draft(test: program.tests.count))
                program.tests.append(test)
                draftsOfTests.append(draft)
            } else {
                drafts.append(Draft(expression, isRequired: isRequired))
                place(draft, expression)
            }
            program.steps.append(.init(leaf: draft, onTrue: onTrue, onFalse: onFalse))
            return program.steps.count - 1
        }
    }

    /// What decides a leaf in a pass of its own; nil where the values at its field decide it.
    private static func test(_ leaf: FilterExpression) -> FilterProgram.Test? {
        switch leaf {
        case .document(let condition): .document(DocumentProgram(condition))
        case .atLeast(let count, let terms): .atLeast(count, terms.map { PayloadFilter($0) })
        case .isKey(let keys): .keys(keys)
        default: nil
        }
    }

    /// Hangs a leaf on the value that it is about.
    private mutating func place(_ draft: Int, _ leaf: FilterExpression) {
        guard let field = leaf.field, field != .id else {
            draftsOfID.append(draft)
            return
        }
        // What an array contains is what one of its elements equals.
        let isAboutElements = if case .contains = leaf { true } else { false }
        root.insert(draft, at: (isAboutElements ? field.elements : field).steps[...])
    }

    private static func operation(
        of leaf: FilterExpression
    ) -> (FilterProgram.Operation, [FilterValue]) {
        switch leaf {
        case .and, .or, .not, .document, .atLeast, .hasVector, .isKey: (.never, [])
        case .isInteger(_, let integers):
            (.equalInteger, integers.sorted().map { .number(.integer($0)) })
        case .range(_, let range): self.operation(of: range)
        case .comparison(_, .equal, let value): (.equal, [value])
        case .comparison(_, _, .boolean): (.never, [])
        case .comparison(_, .less, let value): (.less, [value])
        case .comparison(_, .lessOrEqual, let value): (.lessOrEqual, [value])
        case .comparison(_, .greater, let value): (.greater, [value])
        case .comparison(_, .greaterOrEqual, let value): (.greaterOrEqual, [value])
        case .between(_, .boolean, _), .between(_, _, .boolean): (.never, [])
        case .between(_, let lower, let upper): (.between, [lower, upper])
        case .isIn(_, let values): (.equal, values.sorted { FilterValue.order($0, $1) < 0 })
        // An id has no elements.
        case .contains(.id, _): (.never, [])
        case .contains(_, let value): (.equal, [value])
        case .hasPrefix(_, let text): (.hasPrefix, [.text(text)])
        case .like(_, let pattern): (.like(ignoresCase: pattern.ignoresCase), [])
        case .exists: (.exists, [])
        case .isNull: (.isNull, [])
        case .isTrue: (.equal, [.boolean(true)])
        }
    }
}

extension FilterCompiler {
    private static func operation(
        of range: FilterRange
    ) -> (FilterProgram.Operation, [FilterValue]) {
        func end(_ end: FilterRange.End?) -> FilterProgram.Operation.End {
            end.map { $0.isIncluded ? .included : .excluded } ?? .none
        }
        let values = [range.lower, range.upper].compactMap {
            $0.map { FilterValue.number($0.value) }
        }
        return (.range(lower: end(range.lower), upper: end(range.upper)), values)
    }
}

// MARK: - Fields

extension FilterCompiler {
    /// Numbers the nodes level by level, so that the children of each lie side by side, and gives
    /// leaves the order of their nodes.
    private mutating func layOutNodes() {
        var places = [Int](repeating: 0, count: drafts.count)
        var queue = [(node: root, isInArray: false)]
        var required: [[Int]] = []
        var next = 0
        while next < queue.count {
            let (node, isInArray) = queue[next]
            let leaves = append(node.drafts, &places)
            let firstChild = program.children.count
            let firstElement = program.elements.count
            for child in node.children {
                switch child.step {
                case .member(let name):
                    program.children.append(.init(name: append(name), node: queue.count))
                    queue.append((child.node, isInArray))
                case .anyElement:
                    program.elements.append(.init(number: nil, node: queue.count))
                    queue.append((child.node, true))
                case .element(let number):
                    program.elements.append(.init(number: number, node: queue.count))
                    queue.append((child.node, true))
                }
            }
            program.nodes.append(
                .init(
                    children: firstChild..<program.children.count,
                    elements: firstElement..<program.elements.count,
                    leaves: leaves,
                    required: 0..<0
                )
            )
            // The next element of an array may still make a leaf true.
            let isDecided = next > 0 && !isInArray
            required.append(isDecided ? node.allDrafts.filter { drafts[$0].isRequired } : [])
            next += 1
        }
        program.leavesOfID = append(draftsOfID, &places)
        _ = append(draftsOfTests, &places)
        for (node, drafts) in required.enumerated() {
            let first = program.required.count
            program.required += drafts.map { places[$0] }
            program.nodes[node].required = first..<program.required.count
        }
        program.steps = program.steps.map {
            .init(leaf: places[$0.leaf], onTrue: $0.onTrue, onFalse: $0.onFalse)
        }
    }

    private mutating func append(_ leaves: [Int], _ places: inout [Int]) -> Range<Int> {
        let first = program.leaves.count
        for draft in leaves {
            places[draft] = program.leaves.count
            append(drafts[draft])
        }
        return first..<program.leaves.count
    }

    private mutating func append(_ draft: Draft) {
        let first = program.operands.count
        for value in draft.values {
            switch value {
            case .boolean(let boolean): program.operands.append(.boolean(boolean))
            case .number(let number): program.operands.append(.number(number))
            case .text(let text): program.operands.append(.text(append(text)))
            }
        }
        if let pattern = draft.pattern {
            let first = program.codes.count
            program.codes += pattern.codes
            program.operands.append(.pattern(first..<program.codes.count))
        }
        program.leaves.append(
            .init(
                operation: draft.operation,
                operands: first..<program.operands.count,
                isRequired: draft.isRequired
            )
        )
    }

    private mutating func append(_ text: [UInt8]) -> Range<Int> {
        let first = program.text.count
        program.text += text
        return first..<program.text.count
    }
}
