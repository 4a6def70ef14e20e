import Foundation
import Testing

/// A directory that is gone with the test.
package final class ScratchDirectory: Sendable {
    package let path: String

    /// The length of a path in `/tmp`.
    private static let pathLength = 52

    /// Makes an empty directory.
    package init() throws {
        let place = FileManager.default.temporaryDirectory.path
        // As long wherever it lies, so that a table with the path in it looks the same.
        let nameLength = max(Self.pathLength - place.utf8.count - 1, 24)
        path = place + "/" + "vectorizer-\(UUID().uuidString)".prefix(nameLength)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("\(path) stays: \(error)")
        }
    }

    /// Writes a file and returns its path.
    package func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    /// Writes a file and returns its path.
    package func file(_ name: String, _ text: String) throws -> String {
        try file(name, Array(text.utf8))
    }
}
