/// Numbers that look random and are the same everywhere (SplitMix64: Steele, Lea, Flood 2014).
///
/// Levels of a graph and digests in the catalog are made of them: they must stay as they are.
struct SplitMix64 {
    private var state: UInt64
    static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        defer { state &+= Self.increment }
        return Self.hash(of: state)
    }

    /// The first number of the sequence that begins with a seed: a hash of the seed.
    static func hash(of seed: UInt64) -> UInt64 { finalized(seed &+ increment) }

    /// Mixes all bits of a number with one another; each number has another result.
    static func finalized(_ number: UInt64) -> UInt64 {
        var mixed = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
