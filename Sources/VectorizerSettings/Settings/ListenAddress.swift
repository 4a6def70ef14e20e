import Glibc

/// An address to listen on: `127.0.0.1:6333`, `[::1]:6333`.
package struct ListenAddress: Equatable, Sendable {
    /// The usual one.
    package static let usual = ListenAddress(host: "127.0.0.1", port: 6333)

    /// A numeric address, without brackets; `localhost` is the loopback of version 4.
    package let host: String
    /// The port; 0 lets the system choose.
    package let port: Int

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address; nil for what is none.
    ///
    /// Names are refused but for `localhost`: what they stand for can change.
    ///
    /// - Parameter text: the address with its port.
    package init?(text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(digits)
        else { return nil }
        var host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        let family = isBracketed ? AF_INET6 : AF_INET
        var address = in6_addr()
        guard inet_pton(family, host, &address) == 1 else { return nil }
        self.init(host: host, port: Int(port))
    }

    /// The bytes of a numeric address of version 6; nil for what is none.
    package static func bytes(_ text: String) -> [UInt8]? {
        var address = in6_addr()
        // What stands behind a % names the interface.
        let plain = text.prefix { $0 != "%" }
        guard inet_pton(AF_INET6, String(plain), &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

    /// The address as it stands in a Host header.
    package var text: String { Self.text(host, port) }

    /// The address with the port that the system has chosen.
    package func text(port: Int) -> String { Self.text(host, port) }

    /// A host and a port as they stand in a Host header.
    package static func text(_ host: String, _ port: Int) -> String {
        (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }
}
