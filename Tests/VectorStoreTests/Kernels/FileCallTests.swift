import CKernels
import Foundation
import TestSupport
import Testing

@Suite("Calls on files")
struct FileCallTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func path(_ name: String) -> String { "\(scratch.path)/\(name)" }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
    }

    private func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
    }

    @Test("A rename without replacement moves a file, and refuses a name in use")
    func noReplace() throws {
        try write("one", to: "a")
        #expect(vz_rename_noreplace(path("a"), path("b")) == 0)
        try write("two", to: "a")
        #expect(vz_rename_noreplace(path("a"), path("b")) == -1)
        #expect(errno == EEXIST)
        #expect(try read("b") == "one")
        #expect(vz_rename_noreplace(path("missing"), path("c")) == -1)
        #expect(errno == ENOENT)
    }

    @Test("An exchange swaps two names")
    func exchange() throws {
        try write("one", to: "a")
        try write("two", to: "b")
        #expect(vz_rename_exchange(path("a"), path("b")) == 0)
        #expect(try read("a") == "two")
        #expect(try read("b") == "one")
    }

    @Test("A lock on a file keeps another descriptor out")
    func lock() throws {
        try write("", to: "lock")
        let first = open(path("lock"), O_RDONLY)
        let second = open(path("lock"), O_RDONLY)
        #expect(vz_flock(first, LOCK_EX | LOCK_NB) == 0)
        #expect(vz_flock(second, LOCK_EX | LOCK_NB) == -1)
        #expect(errno == EWOULDBLOCK)
        #expect(close(first) == 0)
        #expect(vz_flock(second, LOCK_EX | LOCK_NB) == 0)
        #expect(close(second) == 0)
    }

    @Test("A file system has a type, a missing path has none")
    func fileSystemType() throws {
        #expect(vz_file_system_type(scratch.path) > 0)
        #expect(vz_file_system_type(path("missing")) == -1)
    }
}
