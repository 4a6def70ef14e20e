import Foundation
import TestSupport
import Testing
import VectorStore

extension HostileRepositoryTests {
    /// Puts something in the place of the tail's only chunk.
    private static func chunk(
        _ description: String,
        _ change: @escaping @Sendable (_ path: String, TestRepository) throws -> Void
    ) -> Craft {
        Craft(description, .corrupt) { document, repository in
            let file = document["files"][try document.index(ofFile: ".tail")]
            let hash = (file["chunks"] as? [String] ?? [])[0]
            let path = repository.piecePath(hash)
            #expect(rename(path, repository.scratch.path + "/kept-piece") == 0)
            try change(path, repository)
        }
    }

    static let chunks: [Craft] = [
        chunk("a piece less") { _, _ in },
        chunk("a link in a piece's place") { path, repository in
            #expect(symlink(repository.scratch.path + "/kept-piece", path) == 0)
        },
        chunk("a link to a device in a piece's place") { path, _ in
            #expect(symlink("/dev/zero", path) == 0)
        },
        chunk("a directory in a piece's place") { path, _ in #expect(mkdir(path, 0o700) == 0) },
        chunk("a pipe in a piece's place") { path, _ in #expect(mkfifo(path, 0o600) == 0) },
        chunk("a device in a piece's place") { path, _ in
            if mknod(path, S_IFCHR | 0o600, 1 << 8 | 5) != 0 { #expect(mkfifo(path, 0o600) == 0) }
        },
        chunk("a hole of a terabyte in a piece's place") { path, _ in
            try Data().write(to: URL(filePath: path))
            #expect(truncate(path, 1 << 40) == 0)
        },
        chunk("a bomb in a piece's place") { path, _ in
            let bomb = LZ4Frame.encode([UInt8](repeating: 0, count: 64 << 20))
            try Data(bomb).write(to: URL(filePath: path))
        },
        chunk("another piece in a piece's place") { path, _ in
            try Data(LZ4Frame.encode([1, 2, 3])).write(to: URL(filePath: path))
        },
        Craft("a piece that is longer than it says", .malformed) { document, repository in
            let index = try document.index(ofFile: ".tail")
            let content = try document.content(ofFile: ".tail", in: repository)
            try document.replaceFile(".tail", with: content + [1, 2, 3], in: repository)
            document["files"][index]["size"] = content.count
        },
        Craft("a piece that is longer than its size says", .corrupt) { document, repository in
            let index = try document.index(ofFile: ".tail")
            let content = try document.content(ofFile: ".tail", in: repository)
            let sum = document["files"][index]["sha256"]
            try document.replaceFile(".tail", with: content + [1, 2, 3], in: repository)
            document["files"][index]["size"] = content.count
            document["files"][index]["chunk_sizes"] = [content.count]
            document["files"][index]["sha256"] = sum
        },
        Craft("a bomb of a file", .refused) { document, repository in
            let zeros = [UInt8](repeating: 0, count: 4 << 20)
            let chunk = try repository.addPiece(zeros)
            let index = try document.index(ofFile: ".seg")
            let count = 250_000
            document["files"][index]["size"] = count << 22
            document["files"][index]["chunks"] = Array(repeating: chunk.hash, count: count)
            document["files"][index]["chunk_sizes"] = Array(repeating: 4 << 20, count: count)
            document["files"][index]["stored_sizes"] = Array(repeating: chunk.stored, count: count)
        },
    ]
}
