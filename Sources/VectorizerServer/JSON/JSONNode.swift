/// One value of a JSON text, in the order in which values begin.
///
/// A member's name is a node of its own in front of its value. Children follow their container, so
/// a tree is one flat array and `next` leads past a subtree.
struct JSONNode: Sendable {
    /// What a value is.
    enum Kind: UInt8, Sendable {
        case null, boolean, number, string, array, object
        /// An array of numbers only, of which no element is a node.
        case numbers
    }

    let kind: Kind
    /// Whether a string is written with escapes.
    var hasEscapes = false
    /// The first byte of the value.
    let start: UInt32
    /// The byte behind the value.
    var end: UInt32
    /// The number of the node behind this one and all that is in it.
    var next: UInt32
    /// The number of elements or members.
    var count: UInt32 = 0
    /// Of an array of numbers, the place of its first float.
    var firstFloat: UInt32 = 0
}
