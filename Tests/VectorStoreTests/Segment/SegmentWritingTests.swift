import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

@Suite("Segment writing")
struct SegmentWritingTests {
    /// The calls that a write makes, in their order.
    private func calls(of fixture: SegmentFixture) throws -> [SystemCall.Name] {
        let calls = Mutex<[SystemCall.Name]>([])
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            #expect(path == fixture.path)
            calls.withLock { $0.append(name) }
            return nil
        }
        try SystemCall.$fault.withValue(hook) { _ = try fixture.write() }
        return calls.withLock { $0 }
    }

    @Test("All bytes are written before the file is forced to the medium, once, at the end")
    func durable() throws {
        let fixture = try SegmentFixture(dimension: 384, linkCount: 16, rowCount: 900)
        let calls = try calls(of: fixture)
        #expect(calls.first == .open && calls.last == .fsync)
        #expect(calls.filter { $0 == .fsync }.count == 1)
        #expect(calls.dropFirst().dropLast().allSatisfy { $0 == .write })
        #expect(calls.count > 5)
    }

    @Test("When a call fails, its error is thrown and no file is left", arguments: [ENOSPC, EIO])
    func faults(code: Int32) throws {
        let fixture = try SegmentFixture(dimension: 384, linkCount: 16, rowCount: 900)
        let count = try calls(of: fixture).count
        try FileManager.default.removeItem(atPath: fixture.path)
        for failing in 0..<count {
            let made = Mutex(0)
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, _ in
                guard name != .unlink else { return nil }
                return made.withLock { made in
                    defer { made += 1 }
                    return made == failing ? code : nil
                }
            }
            let error = #expect(throws: VectorStoreError.self) {
                try SystemCall.$fault.withValue(hook) { _ = try fixture.write() }
            }
            guard case .file(.system(_, fixture.path, code)) = error else {
                throw Unexpected("call \(failing): \(String(describing: error))")
            }
            #expect(!FileManager.default.fileExists(atPath: fixture.path), "call \(failing)")
            // An fsync that failed is not tried again.
            #expect(made.withLock { $0 } == failing + 1)
        }
        try fixture.write()
        #expect(try fixture.open().problems(full: true).map(\.problem) == [])
    }

    @Test("What failed first is told, even when the remains can't be removed")
    func remains() throws {
        let fixture = try SegmentFixture()
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, _ in
            name == .fsync ? EIO : name == .unlink ? EROFS : nil
        }
        #expect(
            throws: VectorStoreError.file(
                .system(operation: "fsync", path: fixture.path, errno: EIO)
            )
        ) { try SystemCall.$fault.withValue(hook) { _ = try fixture.write() } }
    }

    @Test("A file that is there is neither replaced nor removed")
    func existing() throws {
        let fixture = try SegmentFixture()
        try Data("mine".utf8).write(to: URL(filePath: fixture.path))
        #expect(
            throws: VectorStoreError.file(
                .system(operation: "open", path: fixture.path, errno: EEXIST)
            )
        ) { try fixture.write() }
        #expect(try fixture.bytes() == Array("mine".utf8))
    }

    @Test("The file is its owner's alone")
    func mode() throws {
        let fixture = try SegmentFixture()
        try fixture.write()
        var facts = stat()
        #expect(stat(fixture.path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
    }
}
