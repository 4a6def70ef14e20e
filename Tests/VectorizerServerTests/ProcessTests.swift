import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore

/// The program as a server: how it begins, and how it ends.
@Suite(.timeLimit(.minutes(60))) struct ProcessTests {
    private static func store() throws -> ScratchDirectory {
        let folder = try ScratchDirectory()
        try Store.create(path: folder.path)
        return folder
    }

    @Test(
        "It says where it serves, and SIGTERM and SIGINT end it with 0",
        arguments: [SIGTERM, SIGINT]
    )
    func signals(number: Int32) async throws {
        let folder = try Self.store()
        try await offPool {
            Result {
                let program = try ServedProgram(folder, ["--listen", "127.0.0.1:0"])
                let port = try program.port()
                let client = try RawClient(port: port)
                try client.send("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
                #expect(try client.answer().status == 200)
                kill(program.processID, SIGHUP)
                try client.send("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
                #expect(try client.answer().status == 200)
                kill(program.processID, number)
                #expect(try program.wait() == 0)
            }
        }.get()
    }

    @Test("A taken port is 69; an address that others can reach is 78, as is a bad key file")
    func refusals() async throws {
        let folder = try Self.store()
        try await offPool {
            Result {
                let first = try ServedProgram(folder, ["--listen", "127.0.0.1:0"])
                let port = try first.port()
                let taken = try ServedProgram(folder, ["--listen", "127.0.0.1:\(port)"])
                #expect(try taken.wait() == 69)
                for options in [["--listen", "0.0.0.0:0"], ["--behind-proxy"]] {
                    #expect(try ServedProgram(folder, options).wait() == 78)
                }
                for options in [["--listen", "here"], ["--tls-cert", "x"]] {
                    #expect(try ServedProgram(folder, options).wait() == 64)
                }
                let tls = ["--tls-cert", "/none", "--tls-key", "/none"]
                #expect(try ServedProgram(folder, tls).wait() == 78)
                kill(first.processID, SIGTERM)
                #expect(try first.wait() == 0)
            }
        }.get()
    }

    @Test("What a command commits beside it, the server shows in its next answer")
    func besideCommands() async throws {
        let folder = try Self.store()
        try await offPool {
            Result {
                let program = try ServedProgram(folder, ["--listen", "127.0.0.1:0"])
                let port = try program.port()
                let client = try RawClient(port: port)
                func count() throws -> Bool {
                    try client.send("GET /telemetry HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
                    return try client.answer().text.contains(#""number_of_collections":1"#)
                }
                #expect(try !count())
                let other = try ServedProgram(
                    folder,
                    ["docs", "--dim", "3"],
                    command: "create-collection"
                )
                #expect(try other.wait() == 0)
                #expect(try count())
                kill(program.processID, SIGTERM)
                #expect(try program.wait() == 0)
            }
        }.get()
    }

    @Test("A service manager is told when it is ready and when it stops")
    func manager() async throws {
        let folder = try Self.store()
        try await offPool {
            Result {
                let path =
                    FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString.prefix(8))"
                let manager = try DatagramSocket(path)
                let program = try ServedProgram(
                    folder,
                    ["--listen", "127.0.0.1:0"],
                    environment: ["NOTIFY_SOCKET": path]
                )
                #expect(try manager.next() == "READY=1")
                kill(program.processID, SIGHUP)
                #expect(try manager.next().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
                #expect(try manager.next() == "READY=1")
                kill(program.processID, SIGTERM)
                #expect(try manager.next() == "STOPPING=1")
                #expect(try program.wait() == 0)
            }
        }.get()
    }
}

/// A socket that takes messages, and is gone with the test.
private final class DatagramSocket {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var timeout = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(code == 0)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    func next() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        try #require(count > 0, "no message came")
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
