/// Eight decimal digits of a text, taken together.
///
/// The sums and products are those of Daniel Lemire, "Number Parsing at a Gigabyte per Second"
/// (Software: Practice and Experience 51, 2021), section 4: each step joins neighbours, so three
/// multiplications do the work of eight.
struct DigitWord {
    static let byteCount = 8
    private let bytes: UInt64

    /// Takes eight bytes; nil where there are not so many, or others than digits among them.
    @inline(__always)
    init?(_ text: Span<UInt8>, at position: Int) {
        guard position <= text.count - Self.byteCount else { return nil }
        bytes = UInt64(
            littleEndian: unsafe text.bytes.unsafeLoadUnaligned(
                fromByteOffset: position,
                as: UInt64.self
            )
        )
        // The upper half of a digit is 3, and still is with 6 added to the lower half.
        let upper = bytes & 0xF0F0_F0F0_F0F0_F0F0
        let carried = (bytes &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
        guard upper | carried >> 4 == 0x3333_3333_3333_3333 else { return nil }
    }

    /// The number that they are.
    @inline(__always)
    var value: UInt64 {
        let digits = bytes &- 0x3030_3030_3030_3030
        let pairs = digits &* 10 &+ digits >> 8
        let odd = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let even = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (odd &+ even) >> 32
    }
}
