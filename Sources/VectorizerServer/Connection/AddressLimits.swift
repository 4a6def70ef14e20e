import VectorStore
import VectorizerSettings

/// How often one address may ask, and how often it may be wrong about a key.
final class AddressLimits: Sendable {
    private let requests = TokenBuckets()
    private let failures = TokenBuckets()

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - address: where it comes from.
    ///   - rate: how often one address may ask.
    /// - Returns: what is left.
    /// - Throws: 429 when nothing is left.
    func admit(_ address: String, _ rate: KeyRate) throws(ServerError) -> Allowance {
        let name = Self.network(address)
        let seconds = KeyClock.seconds()
        let wait = requests.take([(name, rate)], at: seconds)
        let allowance = Allowance(rate, requests.level(name, rate, at: seconds))
        guard wait == 0 else {
            throw .tooOften("this address has used up its rate", wait: wait, allowance)
        }
        return allowance
    }

    /// Counts a failed login.
    ///
    /// - Parameters:
    ///   - address: where it comes from.
    ///   - countMax: how many a minute are told that they have failed.
    /// - Returns: 401, or 429 for one that fails too often.
    func failed(_ address: String, countMax: Int) -> ServerError {
        guard let rate = KeyRate(count: countMax, periodSeconds: 60) else { return .unauthorized }
        let wait = failures.take([(Self.network(address), rate)], at: KeyClock.seconds())
        guard wait > 0 else { return .unauthorized }
        return .tooOften("too many failed logins from this address", wait: wait, nil)
    }

    /// The address, or the network of those that come in networks.
    ///
    /// Who has one address of version 6 has 2^64 of them.
    private static func network(_ address: String) -> String {
        guard address.contains(":") else { return address }
        guard let value = ListenAddress.bytes(address) else { return address }
        return value.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
