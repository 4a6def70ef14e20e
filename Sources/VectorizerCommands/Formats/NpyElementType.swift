/// The type of an npy file's elements: a real number of some width, in either byte order.
struct NpyElementType: Equatable, Sendable {
    /// The numbers that can be read, as a header names them behind the byte order.
    enum Number: String, CaseIterable, Sendable {
        case bool = "b1"
        case int8 = "i1"
        case int16 = "i2"
        case int32 = "i4"
        case int64 = "i8"
        case uint8 = "u1"
        case uint16 = "u2"
        case uint32 = "u4"
        case uint64 = "u8"
        case float16 = "f2"
        case float32 = "f4"
        case float64 = "f8"
    }

    /// The types that can be read, for a message.
    static let expectation = "f2, f4, f8, i1 to i8, u1 to u8 or b1"

    var number: Number
    var isBigEndian: Bool

    /// Takes a header's word such as `<f4`; nil for a type that is no real number.
    ///
    /// `=` stands for the machine's own order, `|` for none; both are read as little-endian, which
    /// is what all machines are that this program runs on.
    init?(_ descriptor: String) {
        let hasOrder = descriptor.first.map { "<>=|".contains($0) } ?? false
        guard let number = Number(rawValue: String(descriptor.dropFirst(hasOrder ? 1 : 0))) else {
            return nil
        }
        self.number = number
        isBigEndian = descriptor.first == ">"
    }

    var byteCount: Int {
        switch number {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// Appends a row's elements, each as the nearest float, and says which of them was the first
    /// that is not finite.
    func appendRow(
        _ bytes: ArraySlice<UInt8>,
        to vectors: inout [Float]
    ) -> (element: Int, value: Float)? {
        switch number {
        case .bool: vectors.appendRow(bytes, of: UInt8.self) { $0 == 0 ? 0 : 1 }
        case .int8: vectors.appendRow(bytes, of: Int8.self) { Float($0) }
        case .int16: vectors.appendRow(bytes, of: Int16.self) { Float(native($0)) }
        case .int32: vectors.appendRow(bytes, of: Int32.self) { Float(native($0)) }
        case .int64: vectors.appendRow(bytes, of: Int64.self) { Float(native($0)) }
        case .uint8: vectors.appendRow(bytes, of: UInt8.self) { Float($0) }
        case .uint16: vectors.appendRow(bytes, of: UInt16.self) { Float(native($0)) }
        case .uint32: vectors.appendRow(bytes, of: UInt32.self) { Float(native($0)) }
        case .uint64: vectors.appendRow(bytes, of: UInt64.self) { Float(native($0)) }
        case .float16:
            vectors.appendRow(bytes, of: UInt16.self) { Float(Float16(bitPattern: native($0))) }
        case .float32:
            vectors.appendRow(bytes, of: UInt32.self) { Float(bitPattern: native($0)) }
        case .float64:
            vectors.appendRow(bytes, of: UInt64.self) { Float(Double(bitPattern: native($0))) }
        }
    }

    /// The number that was stored in this type's byte order.
    private func native<Stored: FixedWidthInteger>(_ stored: Stored) -> Stored {
        isBigEndian ? Stored(bigEndian: stored) : Stored(littleEndian: stored)
    }
}
