/// The pattern of `like` and `ilike`: `%` is any text, also none, `_` is one character, and a
/// backslash makes the character behind it stand for itself.
///
/// A character is a Unicode code point. A pattern that ignores case takes two of them for one when
/// they have the same simple upper case and lower case: one for one, in no particular language, so
/// `ß` is not `ss` and a dotless `ı` is no `i`. Texts are not normalised.
package struct TextPattern: Equatable, Sendable {
    /// The pattern as it was written, as UTF-8.
    package let text: [UInt8]
    package let ignoresCase: Bool
    /// Code points, folded if case is ignored, and ``anyText`` and ``anyCharacter``.
    let codes: [UInt32]

    /// Stands for `%`; no code point.
    static let anyText = UInt32.max
    /// Stands for `_`; no code point.
    static let anyCharacter = UInt32.max - 1

    /// Reads a pattern.
    ///
    /// - Returns: nil when it ends in a backslash that has no character behind it.
    package init?(_ text: [UInt8], ignoresCase: Bool) {
        self.text = text
        self.ignoresCase = ignoresCase
        var codes: [UInt32] = []
        var isEscaped = false
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if isEscaped {
                codes.append(ignoresCase ? CaseFolding.folded(scalar.value) : scalar.value)
                isEscaped = false
                continue
            }
            switch scalar {
            case "\\": isEscaped = true
            case "_": codes.append(Self.anyCharacter)
            // Two in a row say no more than one.
            case "%": if codes.last != Self.anyText { codes.append(Self.anyText) }
            default: codes.append(ignoresCase ? CaseFolding.folded(scalar.value) : scalar.value)
            }
        }
        guard !isEscaped else { return nil }
        self.codes = codes
    }
}

extension TextPattern {
    /// What every text that fits begins with, as UTF-8; empty where case is ignored.
    var prefix: [UInt8] {
        guard !ignoresCase else { return [] }
        return codes.prefix { $0 < Self.anyCharacter }.flatMap { code in
            Unicode.Scalar(code).map { Array(String($0).utf8) } ?? []
        }
    }

    /// The condition that says the same without a pattern: an equation or a prefix.
    func plainForm(of field: FilterField) -> FilterExpression? {
        guard !ignoresCase else { return nil }
        let literal = codes.prefix { $0 < Self.anyCharacter }
        if literal.count == codes.count { return .comparison(field, .equal, .text(prefix)) }
        guard literal.count == codes.count - 1, codes.last == Self.anyText else { return nil }
        return .hasPrefix(field, prefix)
    }
}

// MARK: - Fitting

/// A pattern beside a text, both read where they lie.
struct PatternMatch: ~Escapable {
    private let codes: Span<UInt32>
    private let ignoresCase: Bool
    private let text: Span<UInt8>

    @_lifetime(copy codes, copy text)
    init(codes: Span<UInt32>, ignoresCase: Bool, text: Span<UInt8>) {
        self.codes = codes
        self.ignoresCase = ignoresCase
        self.text = text
    }

    /// Tells whether a part of the text fits a part of the codes.
    ///
    /// The last `%` takes as little as it can and one character more each time that what follows
    /// does not fit: that is enough, so the time is at most the product of both lengths.
    func fits(_ codeRange: Range<Int>, _ range: Range<Int>) -> Bool {
        var (code, position) = (codeRange.lowerBound, range.lowerBound)
        var retry: (code: Int, position: Int)?
        while true {
            if code < codeRange.upperBound, codes[code] == TextPattern.anyText {
                code += 1
                if code == codeRange.upperBound { return true }
                retry = (code, position)
                continue
            }
            if position >= range.upperBound {
                return code == codeRange.upperBound
            }
            let (character, length) = character(at: position, range.upperBound)
            if code < codeRange.upperBound, isMet(codes[code], by: character) {
                code += 1
                position += length
                continue
            }
            guard let last = retry else { return false }
            let skipped = self.character(at: last.position, range.upperBound).length
            retry = (last.code, last.position + skipped)
            (code, position) = (last.code, last.position + skipped)
        }
    }

    private func isMet(_ code: UInt32, by character: UInt32) -> Bool {
        code == TextPattern.anyCharacter
            || code == (ignoresCase ? CaseFolding.folded(character) : character)
    }

    /// The character that begins at a position, and its length in bytes.
    ///
    /// Bytes that are no UTF-8 are a character each, one that no pattern names.
    private func character(at position: Int, _ end: Int) -> (code: UInt32, length: Int) {
        let first = UInt32(text[position])
        guard first >= 0x80 else { return (first, 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC0, position + length <= end else { return (Self.noCharacter, 1) }
        var code = first & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let byte = text[position + offset]
            guard UTF8.isContinuation(byte) else { return (Self.noCharacter, 1) }
            code = code << 6 | UInt32(byte & 0x3F)
        }
        return (code, length)
    }

    private static var noCharacter: UInt32 { 0x7FFF_FFFF }
}

/// Simple case folding: one code point for one.
enum CaseFolding {
    /// The code point that stands for all that differ in case only.
    static func folded(_ code: UInt32) -> UInt32 {
        if code < 0x80 {
            return code &- 0x41 < 26 ? code | 0x20 : code
        }
        // A dotless i has the upper case of another letter than its own.
        guard code != 0x131, let scalar = Unicode.Scalar(code) else { return code }
        let upper = only(scalar.properties.uppercaseMapping) ?? scalar
        return (only(upper.properties.lowercaseMapping) ?? upper).value
    }

    /// The scalar that a mapping consists of, unless there are several.
    private static func only(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { return nil }
        return first
    }
}
