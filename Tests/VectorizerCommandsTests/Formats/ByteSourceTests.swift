import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite("Byte source", .timeLimit(.minutes(10)))
struct ByteSourceTests {
    /// A pipe's reading end, fed by a thread in pieces of so many bytes.
    private func pipe(_ bytes: [UInt8], pieceByteCount: Int) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        Thread.detachNewThread {
            var offset = 0
            while offset < bytes.count {
                let count = bytes.withUnsafeBytes {
                    write(
                        writing,
                        $0.baseAddress.map { $0 + offset },
                        min(pieceByteCount, bytes.count - offset)
                    )
                }
                guard count > 0 else { break }
                offset += count
            }
            close(writing)
        }
        return reading
    }

    private func lines(_ source: ByteSource) throws -> [String] {
        var lines: [String] = []
        while let range = try source.nextLine() {
            lines.append(String(decoding: source.buffer[range], as: UTF8.self))
        }
        return lines
    }

    @Test("Lines come out whole, however the bytes come in", arguments: [1, 3, 4096])
    func pieces(pieceByteCount: Int) throws {
        let text = "first\r\n\n\nsecond line\nthird"
        let source = try ByteSource(
            descriptor: try pipe(Array(text.utf8), pieceByteCount: pieceByteCount),
            name: "pipe",
            ownsDescriptor: true
        )
        #expect(try lines(source) == ["first\r", "", "", "second line", "third"])
        #expect(source.lineNumber == 5)
        #expect(source.bytesRead == text.utf8.count)
        #expect(source.totalBytes == nil)
        #expect(try source.isExhausted())
    }

    @Test("JSONL read byte by byte through a pipe gives the same points")
    func jsonlByteByByte() throws {
        let text =
            "\u{FEFF}{\"id\":1,\"vector\":[1,2],\"a\":\"é\"}\r\n\n{\"id\":2,\"vector\":[3,4]}"
        let source = try ByteSource(
            descriptor: try pipe(Array(text.utf8), pieceByteCount: 1),
            name: "pipe",
            ownsDescriptor: true
        )
        let reading = FormatReading(
            JSONLReader(
                source: source,
                parser: PointRowParser(dimension: 2),
                isEmptyAllowed: false
            ),
            dimension: 2
        )
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.ids == ["1", "2"])
        #expect(reading.rows.vectors == [1, 2, 3, 4])
        #expect(reading.payloads == ["{\"a\":\"é\"}", "{}"])
        #expect(reading.rows.places == [.line(1), .line(3)])
    }

    @Test("Lines longer than the buffer come out whole", arguments: [1 << 18, 1 << 20, 16 << 20])
    func longLines(byteCount: Int) throws {
        let directory = try ScratchDirectory()
        let line = [UInt8](repeating: 0x78, count: byteCount)
        let path = try directory.file("a", line + [0x0A] + line + [0x0A])
        let source = try ByteSource(path: path)
        #expect(source.totalBytes == 2 * byteCount + 2)
        for _ in 0..<2 {
            let range = try #require(try source.nextLine())
            #expect(range.count == byteCount)
        }
        #expect(try source.nextLine() == nil)
    }

    @Test("A line that is too long is refused and the next one read", arguments: [11, 2_000_000])
    func tooLong(byteCount: Int) throws {
        let directory = try ScratchDirectory()
        let long = String(repeating: "x", count: byteCount)
        let path = try directory.file("a", "0123456789\n\(long)\nnext\n\(long)")
        let source = try ByteSource(path: path, lineLimit: 10)
        #expect(try source.nextLine()?.count == 10)
        let fault = #expect(throws: InputError.self) { try source.nextLine() }
        #expect(fault?.problem == .lineTooLong(limit: 10))
        #expect(fault?.line == 2)
        #expect(fault?.isRecoverable == true)
        #expect(fault?.raw?.isTruncated == true)
        #expect(fault?.raw?.bytes.count == min(1024, byteCount) || byteCount == 11)
        #expect(try source.nextLine()?.count == 4)
        #expect(throws: InputError.self) { try source.nextLine() }
        #expect(try source.nextLine() == nil)
        #expect(source.lineNumber == 4)
    }

    @Test("A sparse file of a terabyte is refused after 16 MiB")
    func sparseTerabyte() throws {
        let directory = try ScratchDirectory()
        let path = try directory.file("a.jsonl", "")
        try #require(truncate(path, 1 << 40) == 0)
        var options = PointInput.Options(dimension: 2)
        options.format = .jsonl
        let input = try PointInput(paths: [path], options: options)
        var rows = RowBuffer(dimension: 2)
        let fault = #expect(throws: InputError.self) { try input.next(into: &rows) }
        #expect(fault?.kind == .lineTooLong)
        #expect(fault?.expected == .number(16 << 20))
        #expect(input.bytesRead < 18 << 20)
        #expect(input.totalBytes == 1 << 40)
    }

    @Test("What can't be opened is named")
    func opening() throws {
        let directory = try ScratchDirectory()
        let file = try directory.file("a", "x")
        for (path, problem) in [
            (directory.path, .isDirectory), (directory.path + "/none", .fileNotFound),
            (file + "/below", .fileNotFound),
            (String(repeating: "x", count: 300), .readFailed(errno: ENAMETOOLONG)),
        ] as [(String, InputError.Problem)] {
            #expect(throws: InputError(file: path, problem: problem)) {
                try ByteSource(path: path)
            }
        }
        if geteuid() != 0 {
            chmod(file, 0)
            #expect(throws: InputError(file: file, problem: .permission)) {
                try ByteSource(path: file)
            }
        }
    }

    @Test("A descriptor that can't be read is named")
    func reading() throws {
        #expect(throws: InputError(file: "closed", problem: .readFailed(errno: EBADF))) {
            try ByteSource(descriptor: 9999, name: "closed", ownsDescriptor: false)
        }
        let directory = try ScratchDirectory()
        let path = try directory.file("a", "x")
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        let source = try ByteSource(descriptor: descriptor, name: "a", ownsDescriptor: true)
        #expect(throws: InputError(file: "a", problem: .readFailed(errno: EBADF))) {
            try source.nextLine()
        }
    }

    @Test("Waiting for a silent pipe ends when it is cancelled")
    func cancellation() throws {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        defer { close(ends[1]) }
        var questions = 0
        let source = try ByteSource(descriptor: ends[0], name: "pipe", ownsDescriptor: true) {
            questions += 1
            return questions > 3
        }
        #expect(throws: InputError(file: "pipe", problem: .cancelled)) { try source.nextLine() }
    }

    @Test("Counted bytes come out whole, and fewer only at the end")
    func countedBytes() throws {
        let source = try ByteSource(
            descriptor: try pipe(Array("abcdefghij".utf8), pieceByteCount: 1),
            name: "pipe",
            ownsDescriptor: true
        )
        let first = try source.next(byteCount: 4)
        #expect(Array(source.buffer[first]) == Array("abcd".utf8))
        #expect(try !source.isExhausted())
        let rest = try source.next(byteCount: 9)
        #expect(Array(source.buffer[rest]) == Array("efghij".utf8))
        #expect(try source.next(byteCount: 1).isEmpty)
    }
}
