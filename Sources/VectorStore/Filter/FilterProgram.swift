/// A filter compiled for reading payloads once from front to back.
///
/// The fields form a tree that is followed along with a payload's nesting. Each leaf of the filter
/// hangs on the node of its field and is a truth of its own; when all of them are known, `steps`
/// lead from truth to truth to the answer. All parts are flat arrays of plain values, so running a
/// program counts no references.
struct FilterProgram: Sendable {
    /// A field or a part of one; node 0 is the payload itself.
    struct Node: Sendable {
        var children: Range<Int>
        var leaves: Range<Int>
        /// Whether a leaf wants to see the elements of an array.
        var wantsElements: Bool
    }

    /// The name under which a node hangs on its parent.
    struct Child: Sendable {
        let name: Range<Int>
        let node: Int
    }

    enum Operation: Sendable {
        case exists, isNull, equal, contains, hasPrefix
        case less, lessOrEqual, greater, greaterOrEqual
        case never
    }

    struct Leaf: Sendable {
        let operation: Operation
        /// Sorted, for `equal` and `contains`; a single one, for orders and `hasPrefix`.
        let operands: Range<Int>
        /// Whether the whole filter is false once this leaf is.
        let isRequired: Bool
    }

    enum Operand: Sendable {
        case boolean(Bool)
        case number(PayloadNumber)
        case text(Range<Int>)
    }

    /// Asks for one truth and goes on to another step, or to an answer, which is negative.
    struct Step: Sendable {
        let leaf: Int
        let onTrue: Int
        let onFalse: Int
    }

    static let accept = -1
    static let reject = -2

    var nodes: [Node] = []
    var children: [Child] = []
    var leaves: [Leaf] = []
    var operands: [Operand] = []
    /// The bytes of all names and texts.
    var text: [UInt8] = []
    var steps: [Step] = []
    var firstStep = accept
}
