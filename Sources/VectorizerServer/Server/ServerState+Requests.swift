import Logging
import NIOHTTP1
import VectorStore

/// What each request gets, and leaves.
extension ServerState {
    /// The id of a request: the one it brings, where that is a plain word, or a new one.
    func requestID(_ headers: HTTPHeaders) -> String {
        if let given = headers["x-request-id"].first, Self.isPlain(given) { return given }
        let number = UInt64.random(in: 0...UInt64.max)
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isPlain(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !KeyRedaction.holdsKey(text)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Counts a request; a collection is named only where it is known that it exists.
    private func count(_ exchange: Exchange, _ status: Int, _ seconds: Double) {
        let route = exchange.route
        let key = RequestCounts.Key(
            method: exchange.facts.method?.rawValue ?? "other",
            endpoint: route?.template ?? "none",
            status: status,
            collection: status < 400 ? exchange.collection ?? "" : ""
        )
        counts.add(key, seconds: seconds)
        guard let reason = ServerEvents.Rejection(status: status) else { return }
        events.count { $0.rejections[reason, default: 0] += 1 }
    }

    /// Notes a request that was answered.
    func note(_ exchange: Exchange, status: Int) {
        let seconds = exchange.facts.deadline.elapsedSeconds
        count(exchange, status, seconds)
        let level: Logger.Level = status >= 500 ? .warning : .info
        logger.log(
            level: level,
            "request",
            metadata: [
                "id": "\(exchange.facts.id)",
                "method": "\(exchange.facts.method?.rawValue ?? "other")",
                "endpoint": "\(exchange.route?.template ?? "none")",
                "status": .stringConvertible(status),
                "us": .stringConvertible(Int(seconds * 1e6)),
                "key": "\(exchange.admission?.caller.key?.id ?? "none")",
                "address": "\(exchange.facts.address)",
            ]
        )
    }
}
