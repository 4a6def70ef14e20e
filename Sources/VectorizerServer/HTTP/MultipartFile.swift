import Glibc
import VectorStore

/// Where a file lies in the body of a form, `multipart/form-data`.
package struct MultipartFile: Equatable, Sendable {
    /// The first of its bytes.
    package let offset: Int
    /// How many there are.
    package let byteCount: Int

    /// The longest head of a part, in bytes.
    private static let headByteCountMax = 8 << 10
    /// The most parts of a form.
    private static let partCountMax = 16
    /// Bytes that are searched at a time.
    private static let windowByteCount = 1 << 20

    /// Finds the part of a name.
    ///
    /// - Parameters:
    ///   - name: the part's name.
    ///   - path: the file with the body.
    ///   - contentType: the request's content type, with the boundary.
    /// - Returns: where its bytes are.
    /// - Throws: 400 for a body that is no such form, and system errors.
    /// - Complexity: O(bytes); memory stays small whatever the length.
    package static func find(
        _ name: String,
        in path: String,
        contentType: String
    ) throws -> MultipartFile {
        guard let boundary = boundary(contentType) else {
            throw ServerError(400, "Bad request: the form has no boundary")
        }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw VectorStoreError.system("open", path, errno) }
        defer { close(descriptor) }
        let delimiter = Array("--\(boundary)".utf8)
        let broken = ServerError(400, "Bad request: the form is malformed")
        guard try read(descriptor, 0, delimiter.count, path) == delimiter else { throw broken }
        var place = delimiter.count
        for _ in 0..<partCountMax {
            let head = try read(descriptor, place, headByteCountMax, path)
            guard head.starts(with: [13, 10]), let end = head.firstRange(of: [13, 10, 13, 10])
            else { throw broken }
            let start = place + end.upperBound
            let next = try search([13, 10] + delimiter, descriptor, from: start, path)
            guard let next else { throw broken }
            let text = String(decoding: head[..<end.lowerBound], as: UTF8.self)
            if isNamed(name, text) {
                return MultipartFile(offset: start, byteCount: next - start)
            }
            place = next + 2 + delimiter.count
        }
        throw ServerError(400, "Bad request: the form has no file `\(name)`")
    }

    /// What separates the parts: up to 70 plain characters.
    private static func boundary(_ contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let words = part.trimmed.split(separator: "=", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == "boundary" else { continue }
            var text = words[1]
            if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") {
                text = text.dropFirst().dropLast()
            }
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            return (1...70).contains(text.utf8.count) && isPlain ? String(text) : nil
        }
        return nil
    }

    private static func isNamed(_ name: String, _ head: String) -> Bool {
        head.split(separator: "\r\n").contains { line in
            line.lowercased().hasPrefix("content-disposition:")
                && line.split(separator: ";").contains { $0.trimmed == "name=\"\(name)\"" }
        }
    }

    private static func read(
        _ descriptor: Int32,
        _ offset: Int,
        _ count: Int,
        _ path: String
    ) throws(VectorStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor,
                    buffer.baseAddress.map { $0 + filled },
                    count - filled,
                    off_t(offset + filled)
                )
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .system("pread", path, errno) }
            if got == 0 { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    /// Finds bytes; the windows overlap, so that none is missed between two.
    private static func search(
        _ pattern: [UInt8],
        _ descriptor: Int32,
        from start: Int,
        _ path: String
    ) throws(VectorStoreError) -> Int? {
        var place = start
        while true {
            let window = try read(descriptor, place, windowByteCount, path)
            let found = window.withUnsafeBytes { first(pattern, in: $0) }
            if let found { return place + found }
            guard window.count == windowByteCount else { return nil }
            place += windowByteCount - pattern.count + 1
        }
    }

    private static func first(_ pattern: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var place = 0
        while place + pattern.count <= bytes.count {
            let rest = bytes.count - pattern.count + 1 - place
            guard let found = memchr(base + place, Int32(pattern[0]), rest) else { return nil }
            place = UnsafeRawPointer(found) - base
            if memcmp(base + place, pattern, pattern.count) == 0 { return place }
            place += 1
        }
        return nil
    }
}
