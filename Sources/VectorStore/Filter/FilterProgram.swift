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
        /// What is asked of an array's elements.
        var elements: Range<Int>
        var leaves: Range<Int>
        /// The leaves here and further in without which the whole filter is false, among
        /// ``FilterProgram/required``; none inside of an array.
        var required: Range<Int>
    }

    /// The name under which a node hangs on its parent.
    struct Child: Sendable {
        let name: Range<Int>
        let node: Int
    }

    /// The node that an array's elements are.
    struct Element: Sendable {
        /// Which element; nil stands for each of them.
        let number: Int?
        let node: Int
    }

    enum Operation: Equatable, Sendable {
        case exists, isNull, equal, hasPrefix, between
        case like(ignoresCase: Bool)
        case less, lessOrEqual, greater, greaterOrEqual
        case equalInteger
        /// A range of numbers with one end or both, in this order among the operands.
        case range(lower: End, upper: End)
        /// A test that needs a pass of its own, by its number among ``FilterProgram/tests``.
        case test(Int)
        case never

        /// One end of a range.
        enum End: Sendable {
            case none, included, excluded
        }
    }

    struct Leaf: Sendable {
        let operation: Operation
        /// Sorted, for `equal`; both ends, for `between`; a single one, for orders and texts.
        let operands: Range<Int>
        /// Whether the whole filter is false once this leaf is.
        let isRequired: Bool
    }

    /// What no single value decides.
    enum Test: Sendable {
        case document(DocumentProgram)
        case atLeast(Int, [PayloadFilter])
        case keys(KeySet)
    }

    enum Operand: Sendable {
        case boolean(Bool)
        case number(PayloadNumber)
        case text(Range<Int>)
        case pattern(Range<Int>)
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
    var elements: [Element] = []
    var leaves: [Leaf] = []
    /// The leaves about the id.
    var leavesOfID = 0..<0
    var tests: [Test] = []
    /// Numbers of leaves.
    var required: [Int] = []
    var operands: [Operand] = []
    /// The bytes of all names and texts.
    var text: [UInt8] = []
    /// The codes of all patterns.
    var codes: [UInt32] = []
    var steps: [Step] = []
    var firstStep = accept
}
