import TestSupport
import Testing
import VectorStore

@Suite("Numbers in payloads")
struct PayloadNumberTests {
    @Test("Any JSON number reads as the standard library reads it", arguments: UInt64(0)..<40)
    func reading(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let text = Self.number(&random)
            let real = try #require(Double(text))
            let expected: PayloadNumber = Int64(text).map { .integer($0) } ?? .real(real)
            let filter = try FilterExpression(parsing: "a = \(text)")
            let field = FilterField(FieldPath(components: ["a"]))
            #expect(filter == .comparison(field, .equal, .number(expected)), "\(text)")
        }
    }

    @Test("Numbers have one order, whichever kinds they are")
    func order() {
        let ascending: [PayloadNumber] = [
            .real(-.infinity), .real(-0x1.8p63), .integer(.min), .integer(.min + 1), .real(-1.5),
            .integer(-1), .real(-0.5), .integer(0), .real(.leastNonzeroMagnitude), .integer(1),
            .real(1.5), .real(0x1p53), .integer(1 << 53 + 1), .integer(.max), .real(0x1p63),
            .real(.infinity),
        ]
        for (index, first) in ascending.enumerated() {
            for (other, second) in ascending.enumerated() {
                #expect(PayloadNumber.order(first, second).signum() == (index - other).signum())
            }
        }
        #expect(PayloadNumber.order(.integer(.min), .real(-0x1p63)) == 0)
        #expect(PayloadNumber.order(.real(-0.0), .integer(0)) == 0)
    }

    private static func number(_ random: inout SplitMix64) -> String {
        var text = random.chance(50) ? "-" : ""
        let digits = Int.random(in: 1...22, using: &random)
        text += digits == 1 ? "\(random.next() % 10)" : "\(random.next() % 9 + 1)"
        for _ in 1..<max(digits, 2) where digits > 1 {
            text += "\(random.next() % 10)"
        }
        if random.chance(50) {
            text += "."
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                text += "\(random.next() % 10)"
            }
        }
        if random.chance(50) {
            text += random.pick(["e", "E"]) + random.pick(["", "+", "-"])
            text += "\(random.next() % random.pick([10, 30, 400, 5_000_000]))"
        }
        return text
    }
}
