import Glibc

/// Tells the system's service manager how far the server is, as sd_notify(3) describes.
struct ServiceManager: Sendable {
    private let socket: String

    /// Takes the manager's socket.
    ///
    /// - Parameter socket: `$NOTIFY_SOCKET`; nil makes nothing.
    init?(socket: String?) {
        guard let socket, let first = socket.first, first == "/" || first == "@" else { return nil }
        self.socket = socket
    }

    /// Connections are accepted.
    func ready() { tell("READY=1") }

    /// Settings are read again; ``ready()`` follows.
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int(now.tv_sec) * 1_000_000 + now.tv_nsec / 1000
        tell("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The server is about to end.
    func stopping() { tell("STOPPING=1") }

    /// A manager that does not listen is no reason to stop: failures are passed over.
    private func tell(_ text: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(socket.utf8)
        // The first byte of an abstract name is 0.
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard name.count < room else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let isAbstract = name[0] == 0
        let length = MemoryLayout<sockaddr_un>.size - room + name.count + (isAbstract ? 0 : 1)
        let descriptor = Glibc.socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor,
                    bytes,
                    bytes.count,
                    Int32(MSG_NOSIGNAL),
                    $0,
                    socklen_t(length)
                )
            }
        }
    }
}
