import Foundation
import Glibc
import Testing

/// A nameless file that takes what is written to its descriptor, always at its end.
package struct ScratchFile: ~Copyable, Sendable {
    package let descriptor: Int32

    /// Makes an empty file.
    package init() throws {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array("\(folder)/vectorizer-output-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(template)
        try #require(fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0)
        try #require(fcntl(descriptor, F_SETFL, O_APPEND) == 0)
    }

    deinit { close(descriptor) }

    /// Everything written so far.
    package func contents() throws -> [UInt8] {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: size)
        try #require(pread(descriptor, &bytes, size, 0) == size)
        return bytes
    }

    /// Everything written so far, as text.
    package func text() throws -> String { String(decoding: try contents(), as: UTF8.self) }

    /// Everything written since the last time, as text.
    package func takeText() throws -> String {
        let text = try text()
        try #require(ftruncate(descriptor, 0) == 0)
        return text
    }
}
