/// The character between the fields of a delimited file.
package struct FieldDelimiter: Equatable, Sendable {
    package let byte: UInt8

    package init(byte: UInt8) {
        self.byte = byte
    }

    /// One ASCII character that is no quote and ends no line; `\t` in two characters is a tab.
    package init?(argument: String) {
        guard argument != "\\t" else {
            self.init(byte: UInt8(ascii: "\t"))
            return
        }
        guard argument.utf8.count == 1, let byte = argument.utf8.first, 0x01...0x7F ~= byte,
            byte != UInt8(ascii: "\""), byte != 0x0A, byte != 0x0D
        else { return nil }
        self.init(byte: byte)
    }

    /// What an option takes for it.
    package var text: String {
        byte == UInt8(ascii: "\t") ? "\\t" : String(Unicode.Scalar(byte))
    }
}
