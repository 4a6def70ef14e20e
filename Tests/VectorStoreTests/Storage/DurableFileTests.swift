import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// The steps that everything durable is made of.
@Suite("Durable files")
struct DurableFileTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func path(_ name: String) -> String { scratch.path + "/" + name }

    private func mode(_ path: String) throws -> mode_t {
        var facts = stat()
        try #require(lstat(path, &facts) == 0)
        return facts.st_mode & 0o7777
    }

    /// The calls that a body makes, with the paths below the scratch directory.
    private func calls(_ body: () throws -> Void) throws -> [String] {
        let made = Mutex<[String]>([])
        let root = scratch.path
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            let place = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
            made.withLock { $0.append("\(name.rawValue) \(place)") }
            return nil
        }
        try SystemCall.$fault.withValue(hook) { try body() }
        return made.withLock { $0 }
    }

    @Test("A new directory is its owner's alone, and its name is forced into its parent")
    func directory() throws {
        let made = try calls {
            let isNew = try DurableFile.makeDirectory(path("a"))
            #expect(isNew)
        }
        #expect(made.first == "mkdir /a" && made.last == "fsync ")
        #expect(try mode(path("a")) == 0o700)
    }

    @Test("A directory that is there is left as it is, and is not said to be new")
    func existingDirectory() throws {
        try FileManager.default.createDirectory(
            atPath: path("a/b"),
            withIntermediateDirectories: true
        )
        #expect(chmod(path("a"), 0o755) == 0)
        let made = try calls {
            let isNew = try DurableFile.makeDirectory(path("a"))
            #expect(!isNew)
        }
        #expect(made == ["mkdir /a"])
        #expect(try mode(path("a")) == 0o755)
        try DurableFile.shut(path("a"))
        #expect(try mode(path("a")) == 0o700)
    }

    @Test("Whoever makes several directories may force their names together")
    func unforced() throws {
        let made = try calls {
            try DurableFile.makeDirectory(path("a"), isForced: false)
            try DurableFile.makeDirectory(path("b"), isForced: false)
        }
        #expect(!made.contains { $0.hasPrefix("fsync") })
        #expect(try calls { try DurableFile.synchronizeDirectory(scratch.path) }.last == "fsync ")
    }

    @Test("A name that could not be forced is told")
    func unforcedName() throws {
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, _ in
            name == .fsync ? EIO : nil
        }
        let error = #expect(throws: VectorStoreError.self) {
            try SystemCall.$fault.withValue(hook) { _ = try DurableFile.makeDirectory(path("a")) }
        }
        #expect(error == .file(.system(operation: "fsync", path: scratch.path, errno: EIO)))
    }

    @Test("A directory in one that is not there, or below a file, is an error")
    func noParent() throws {
        _ = try scratch.file("file", "")
        for (name, code) in [("none/a", ENOENT), ("file/a", ENOTDIR)] {
            let expected = VectorStoreError.file(
                .system(
                    operation: "mkdir",
                    path: path(name),
                    errno: code
                )
            )
            #expect(throws: expected) { try DurableFile.makeDirectory(path(name)) }
        }
    }

    @Test("A rename takes a free name, and no name that is in use")
    func rename() throws {
        let one = try scratch.file("one", "1")
        try DurableFile.rename(one, to: path("two"))
        #expect(try DurableFile.names(in: scratch.path) == ["two"])
        _ = try scratch.file("three", "3")
        let expected = VectorStoreError.file(
            .system(
                operation: "rename",
                path: path("three"),
                errno: EEXIST
            )
        )
        #expect(throws: expected) { try DurableFile.rename(path("three"), to: path("two")) }
        #expect(try String(contentsOfFile: path("two"), encoding: .utf8) == "1")
    }

    @Test("What is gone already is removed; a directory that is filled stays")
    func removal() throws {
        let file = try scratch.file("file", "")
        try DurableFile.remove(file)
        try DurableFile.remove(file)
        try DurableFile.makeDirectory(path("a"))
        let inner = try scratch.file("a/file", "")
        try DurableFile.removeDirectory(path("a"))
        #expect(DurableFile.isRegularFile(inner))
        try DurableFile.remove(inner)
        try DurableFile.removeDirectory(path("a"))
        try DurableFile.removeDirectory(path("a"))
        #expect(try DurableFile.names(in: scratch.path) == [])
        #expect(throws: VectorStoreError.self) { try DurableFile.remove(scratch.path) }
    }

    @Test("Only files are regular: no directory, no link, nothing that is not there")
    func regular() throws {
        let file = try scratch.file("file", "")
        try FileManager.default.createSymbolicLink(
            atPath: path("link"),
            withDestinationPath: file
        )
        #expect(DurableFile.isRegularFile(file))
        #expect(!DurableFile.isRegularFile(path("link")))
        #expect(!DurableFile.isRegularFile(scratch.path))
        #expect(!DurableFile.isRegularFile(path("none")))
    }

    @Test("The names in a directory are all but the two dots; a missing one has none")
    func names() throws {
        let names = ["é", ".hidden", "a", String(repeating: "n", count: 255)]
        for name in names { _ = try scratch.file(name, "") }
        #expect(try DurableFile.names(in: scratch.path).sorted() == names.sorted())
        #expect(try DurableFile.names(in: path("none")) == [])
        #expect(throws: VectorStoreError.self) { try DurableFile.names(in: path("a")) }
    }

    @Test(
        "The parent of a path is what stands before its last slash",
        arguments: [
            ("/a/b", "/a"), ("a/b/c", "a/b"), ("/a", "/"), ("a", "."), ("/", "/"), ("", "."),
            // A slash and a combining accent are one character, but two bytes.
            ("/a/\u{301}b", "/a"),
        ]
    )
    func parent(path: String, parent: String) {
        #expect(DurableFile.parent(of: path) == parent)
    }
}
