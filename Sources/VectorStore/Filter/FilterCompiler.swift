/// Turns a filter's tree into a program.
struct FilterCompiler {
    private var program = FilterProgram()
    private var drafts: [Draft] = []
    private var root = FieldNode()

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
        let isRequired: Bool
    }

    private struct FieldNode {
        var drafts: [Int] = []
        var children: [(name: [UInt8], node: FieldNode)] = []

        mutating func insert(_ draft: Int, at names: ArraySlice<[UInt8]>) {
            guard let name = names.first else {
                drafts.append(draft)
                return
            }
            let known = children.firstIndex { $0.name == name }
            let index = known ?? children.endIndex
            if known == nil {
                children.append((name, FieldNode()))
            }
            children[index].node.insert(draft, at: names.dropFirst())
        }
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
            let (operation, values) = Self.operation(of: expression)
            drafts.append(Draft(operation: operation, values: values, isRequired: isRequired))
            root.insert(draft, at: (expression.field?.components ?? [])[...])
            program.steps.append(.init(leaf: draft, onTrue: onTrue, onFalse: onFalse))
            return program.steps.count - 1
        }
    }

    private static func operation(
        of leaf: FilterExpression
    ) -> (FilterProgram.Operation, [FilterValue]) {
        switch leaf {
        case .and, .or, .not: (.never, [])
        case .comparison(_, .equal, let value): (.equal, [value])
        case .comparison(_, _, .boolean): (.never, [])
        case .comparison(_, .less, let value): (.less, [value])
        case .comparison(_, .lessOrEqual, let value): (.lessOrEqual, [value])
        case .comparison(_, .greater, let value): (.greater, [value])
        case .comparison(_, .greaterOrEqual, let value): (.greaterOrEqual, [value])
        case .isIn(_, let values): (.equal, values.sorted { FilterValue.order($0, $1) < 0 })
        case .contains(_, let value): (.contains, [value])
        case .hasPrefix(_, let text): (.hasPrefix, [.text(text)])
        case .exists: (.exists, [])
        case .isNull: (.isNull, [])
        case .isTrue: (.equal, [.boolean(true)])
        }
    }
}

// MARK: - Fields

extension FilterCompiler {
    /// Numbers the nodes level by level, so that the children of each lie side by side, and gives
    /// leaves the order of their nodes.
    private mutating func layOutNodes() {
        var places = [Int](repeating: 0, count: drafts.count)
        var queue = [root]
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            let firstLeaf = program.leaves.count
            for draft in node.drafts {
                places[draft] = program.leaves.count
                append(drafts[draft])
            }
            let firstChild = program.children.count
            for child in node.children {
                program.children.append(.init(name: append(child.name), node: queue.count))
                queue.append(child.node)
            }
            program.nodes.append(
                .init(
                    children: firstChild..<program.children.count,
                    leaves: firstLeaf..<program.leaves.count,
                    wantsElements: node.drafts.contains { drafts[$0].operation == .contains }
                )
            )
        }
        program.steps = program.steps.map {
            .init(leaf: places[$0.leaf], onTrue: $0.onTrue, onFalse: $0.onFalse)
        }
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
