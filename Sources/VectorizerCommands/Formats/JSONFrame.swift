/// Finds where a JSON object or array ends, however its bytes come in.
///
/// It looks at brackets, strings and the order of tokens, enough to know where the next value
/// begins; whether the value is JSON is the parser's to say.
struct JSONFrame {
    /// How far the scan has come.
    enum State: Equatable {
        case open
        /// The value's last byte was the one before `scanned`.
        case closed
        /// No value goes on with the byte at `scanned`.
        case broken
    }

    /// Deeper values are refused anyway, by the parser.
    private static let depthMax = 1024

    /// The last token, as far as it decides what may follow.
    private enum Token {
        case open, comma, colon, value
    }

    private(set) var state = State.open
    /// How many of the value's bytes have been looked at.
    private(set) var scanned = 0
    /// Whether the byte at `scanned` is the first one of its line that is no white space.
    private(set) var isAtLineStart = false
    /// What closes the brackets that are open.
    private var closers: [UInt8] = []
    private var last = Token.colon
    private var isInString = false
    private var isEscaped = false

    /// Looks at the bytes behind those it knows; the text begins where the value does.
    mutating func scan(_ text: Span<UInt8>) {
        while scanned < text.count, state == .open {
            let byte = text[scanned]
            if isInString {
                string(byte)
            } else {
                token(byte)
            }
            guard state != .broken else { return }
            scanned += 1
        }
    }

    /// Forgets the bytes it has looked at, which the caller has taken.
    mutating func drop() {
        scanned = 0
    }

    @inline(__always)
    private mutating func string(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == 0x0A {
            state = .broken
        }
    }

    @inline(__always)
    private mutating func token(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
            last = .value
        case UInt8(ascii: ","): last = .comma
        case UInt8(ascii: ":"): last = .colon
        case 0x0A:
            isAtLineStart = true
            return
        case 0x20, 0x09, 0x0D:
            return
        case UInt8(ascii: "\""):
            guard last != .value else { return state = .broken }
            isInString = true
            last = .value
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            close(byte)
        default:
            last = .value
        }
        guard state != .broken else { return }
        isAtLineStart = false
    }

    private mutating func open(_ byte: UInt8) {
        // In an object a name stands before whatever it holds.
        let isInPlace = last == .colon || (last != .value && closers.last == UInt8(ascii: "]"))
        guard isInPlace, closers.count < Self.depthMax else { return state = .broken }
        closers.append(byte + 2)
        last = .open
    }

    private mutating func close(_ byte: UInt8) {
        guard closers.popLast() == byte else { return state = .broken }
        last = .value
        if closers.isEmpty { state = .closed }
    }
}
