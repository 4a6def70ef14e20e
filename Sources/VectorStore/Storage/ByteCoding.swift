extension [UInt8] {
    /// Appends an integer, least significant byte first.
    mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Reads an integer, least significant byte first; nil past the end.
    func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value? {
        guard offset >= 0, offset <= count - MemoryLayout<Value>.size else { return nil }
        return unsafe Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}
