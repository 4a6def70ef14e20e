/// The member names of the objects that are open at one moment, to find names given twice.
///
/// Names are compared as decoded bytes: `"a"` and `"\u0061"` are one name, while the composed and
/// the decomposed form of an accented letter are two. The names of all open objects share one
/// array, each object owning the end of it that begins at its mark.
struct JSONMemberNames: Sendable {
    /// A name's bytes, lying in the text, or in `decoded` when it was written with escapes.
    struct Name: Sendable {
        var offset: Int
        var start: Int
        var count: Int
        var isDecoded: Bool
        /// The name's last eight bytes, so that most comparisons are one instruction.
        var fingerprint: UInt64
    }

    /// Up to this many names are compared pair by pair; above it they go through a hash table.
    private static let pairwiseLimit = 16

    private var names: [Name] = []
    private var decoded: [UInt8] = []

    /// The mark of an object that is about to open.
    var mark: Int { names.count }

    mutating func removeAll() {
        names.removeAll(keepingCapacity: true)
        decoded.removeAll(keepingCapacity: true)
    }

    /// Reads a member's name and the colon behind it, leaving whitespace around both to the caller.
    mutating func add(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) -> Name {
        let offset = position
        let hasEscapes = try JSONScanner.string(text, &position)
        var name = Name(
            offset: offset,
            start: offset + 1,
            count: position - offset - 2,
            isDecoded: false,
            fingerprint: 0
        )
        if hasEscapes {
            name.start = decoded.count
            try JSONString.appendDecoded(text.extracting(offset..<position), to: &decoded)
            name.count = decoded.count - name.start
            name.isDecoded = true
        }
        for index in max(0, name.count - 8)..<name.count {
            name.fingerprint = name.fingerprint << 8 | UInt64(byte(name, index, text))
        }
        names.append(name)
        return name
    }

    /// Forgets the names behind the mark after making sure that no two of them are the same.
    mutating func close(from mark: Int, _ text: Span<UInt8>) throws(JSONError) {
        if names.count - mark <= Self.pairwiseLimit {
            try comparePairs(from: mark, text)
        } else {
            try compareHashed(from: mark, text)
        }
        names.removeLast(names.count - mark)
        if mark == 0 {
            decoded.removeAll(keepingCapacity: true)
        }
    }

    /// A name of an open object; those of the outermost one come first.
    func name(at index: Int) -> Name { names[index] }

    /// The decoded bytes of a name.
    func bytes(of name: Name, _ text: Span<UInt8>) -> [UInt8] {
        (0..<name.count).map { byte(name, $0, text) }
    }

    func matches(_ name: Name, _ wanted: [UInt8], _ text: Span<UInt8>) -> Bool {
        guard name.count == wanted.count else { return false }
        for index in wanted.indices where byte(name, index, text) != wanted[index] {
            return false
        }
        return true
    }

    @inline(__always)
    private func byte(_ name: Name, _ index: Int, _ text: Span<UInt8>) -> UInt8 {
        name.isDecoded ? decoded[name.start + index] : text[name.start + index]
    }

    private func comparePairs(from mark: Int, _ text: Span<UInt8>) throws(JSONError) {
        var later = mark + 1
        while later < names.count {
            for earlier in mark..<later where areSame(names[earlier], names[later], text) {
                throw duplicate(names[later], text)
            }
            later += 1
        }
    }

    /// An open-addressing table of indices; the hash is seeded, so names can't be made to collide.
    private func compareHashed(from mark: Int, _ text: Span<UInt8>) throws(JSONError) {
        var bits = 6
        while 1 << bits < 2 * (names.count - mark) {
            bits += 1
        }
        let mask = 1 << bits - 1
        var table = [Int32](repeating: -1, count: 1 << bits)
        for index in mark..<names.count {
            var slot = hash(names[index], text) & mask
            while table[slot] >= 0 {
                if areSame(names[Int(table[slot])], names[index], text) {
                    throw duplicate(names[index], text)
                }
                slot = (slot + 1) & mask
            }
            table[slot] = Int32(index)
        }
    }

    private func hash(_ name: Name, _ text: Span<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(name.count)
        hasher.combine(name.fingerprint)
        for index in 0..<max(0, name.count - 8) {
            hasher.combine(byte(name, index, text))
        }
        return hasher.finalize()
    }

    @inline(__always)
    private func areSame(_ first: Name, _ second: Name, _ text: Span<UInt8>) -> Bool {
        guard first.fingerprint == second.fingerprint, first.count == second.count else {
            return false
        }
        for index in 0..<max(0, first.count - 8)
        where byte(first, index, text) != byte(second, index, text) {
            return false
        }
        return true
    }

    private func duplicate(_ name: Name, _ text: Span<UInt8>) -> JSONError {
        JSONError(
            offset: name.offset,
            problem: .duplicateMember(
                name: String(decoding: bytes(of: name, text), as: UTF8.self)
            )
        )
    }
}
