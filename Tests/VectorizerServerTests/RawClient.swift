import Foundation
import Glibc
import TestSupport

/// A client that sends exactly the bytes it is given; each call has a deadline.
///
/// `@unchecked Sendable`: a test hands it on from one thread to the next, and shares it with none.
final class RawClient: @unchecked Sendable {
    /// What went wrong with a connection.
    enum Failure: Error {
        case notConnected(errno: Int32)
        case broken(errno: Int32)
        case tooSlow
        case notHTTP(String)
    }

    private let descriptor: Int32
    private var rest: [UInt8] = []

    /// Opens a connection to this machine.
    init(port: Int, timeoutSeconds: Int = Deadline.seconds) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.notConnected(errno: errno) }
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.broken(errno: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends text as it is.
    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Ends the sending half.
    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// More bytes; none at the end of the connection.
    private func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN { throw Failure.tooSlow }
        guard count >= 0 else { throw Failure.broken(errno: errno) }
        return Array(buffer.prefix(count))
    }

    /// Whether the other side has ended the connection, after whatever it still sent.
    func isAtEnd() throws -> Bool {
        rest = []
        do {
            while true {
                if try receive().isEmpty { return true }
            }
        } catch Failure.broken {
            return true
        } catch Failure.tooSlow {
            return false
        }
    }

    /// Reads one answer.
    ///
    /// - Parameter hasBody: whether a body follows its head.
    /// - Returns: the answer.
    /// - Throws: ``Failure``.
    func answer(hasBody: Bool = true) throws -> RawAnswer {
        let end = Array("\r\n\r\n".utf8)
        var place = 0
        while true {
            if let found = rest.firstRange(of: end) {
                place = found.lowerBound
                break
            }
            let more = try receive()
            guard !more.isEmpty else {
                throw Failure.notHTTP(String(decoding: rest, as: UTF8.self))
            }
            rest += more
        }
        var answer = try RawAnswer(head: String(decoding: rest[..<place], as: UTF8.self))
        rest = Array(rest[(place + 4)...])
        let count = hasBody ? Int(answer.header("content-length") ?? "0") ?? 0 : 0
        while rest.count < count {
            let more = try receive()
            guard !more.isEmpty else { throw Failure.notHTTP("the body ends early") }
            rest += more
        }
        answer.body = Array(rest[..<count])
        rest = Array(rest[count...])
        return answer
    }
}

/// An answer as it came.
struct RawAnswer {
    let status: Int
    let headers: [(name: String, value: String)]
    var body: [UInt8] = []

    init(head: String) throws {
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw RawClient.Failure.notHTTP(head)
        }
        self.status = status
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                parts[0].lowercased(),
                parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
    }

    /// The value of a header that stands there once.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The sentence of a refusal.
    func error() throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        let status = object?["status"] as? [String: Any]
        return status?["error"] as? String ?? "no error: \(text)"
    }

    /// The `result` of an envelope.
    func result() throws -> Any? {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return object?["result"]
    }
}
