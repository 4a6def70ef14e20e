/// Writes words so that the tokenizer reads them back.
package enum WordQuoting {
    /// The quote that is open where a word is to be written.
    package enum Style: Sendable {
        case bare, single, double
    }

    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@,%".utf8
    )

    /// Writes a word, or the beginning of one, inside the quote that is open.
    ///
    /// - Parameters:
    ///   - word: the word; it must have no line end where no quote is open.
    ///   - style: the quote.
    ///   - keepsHome: whether a leading `~/` is to mean the home directory.
    /// - Returns: the text, without the quote that closes it.
    package static func escaped(_ word: String, _ style: Style, keepsHome: Bool = false) -> String {
        var bytes: [UInt8] = []
        for (place, byte) in word.utf8.enumerated() {
            if keepsHome, place == 0, word.hasPrefix("~/") {
                bytes.append(byte)
                continue
            }
            switch style {
            case .bare where byte < 0x80 && !plain.contains(byte):
                bytes += [Tokenizer.Sign.backslash, byte]
            case .double where isSpecialInDouble(byte):
                bytes += [Tokenizer.Sign.backslash, byte]
            case .single where byte == Tokenizer.Sign.single:
                bytes += Array(#"'\''"#.utf8)
            default:
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpecialInDouble(_ byte: UInt8) -> Bool {
        [
            Tokenizer.Sign.double, Tokenizer.Sign.backslash, Tokenizer.Sign.dollar,
            Tokenizer.Sign.backquote,
        ].contains(byte)
    }
}
