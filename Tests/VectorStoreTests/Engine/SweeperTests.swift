import Foundation
import Synchronization
import Testing
import VectorStore

@Suite("Sweeping")
struct SweeperTests {
    private let files = FileManager.default

    private func touch(_ path: String) throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test("A write removes remains of earlier writes and touches nothing else")
    func onlyOurs() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let directory = URL(fileURLWithPath: try test.tail()).deletingLastPathComponent().path
        let uuid = String(repeating: "0a", count: 16)
        let orphans = ["seg", "tail", "tmp"].map { directory + "/\(uuid).\($0)" }
        for orphan in orphans { try touch(orphan) }
        let foreign = [
            "\(uuid).tail.bak", "\(uuid).segment", "\(uuid)", ".\(uuid).seg", "\(uuid)0.tail",
            "notes.tail",
            "\(uuid.uppercased()).tail", ".tail", "README",
        ]
        for name in foreign { try touch(directory + "/" + name) }
        let odd = String(repeating: "0b", count: 16) + ".tail"
        try files.createDirectory(
            atPath: directory + "/" + odd,
            withIntermediateDirectories: false
        )
        let link = String(repeating: "0c", count: 16) + ".tail"
        try files.createSymbolicLink(
            atPath: directory + "/" + link,
            withDestinationPath: "README"
        )

        let log = RecordedLog()
        try test.reopened(.write, log: log).put(samplePoints(2..<3))
        for orphan in orphans { #expect(!files.fileExists(atPath: orphan)) }
        #expect(
            log.messages.sorted()
                == orphans.map { "info: removing a file that no commit names: \($0)" }
        )
        let left = Set(try files.contentsOfDirectory(atPath: directory))
        #expect(left.isSuperset(of: foreign + [odd, link]))
        #expect(try test.store.allPoints().count == 3)
    }

    @Test("A file that somebody may be building stays while anybody compacts")
    func unfinished() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let directory = URL(fileURLWithPath: try test.tail()).deletingLastPathComponent().path
        let unfinished = directory + "/" + String(repeating: "0a", count: 16) + ".tmp"
        var options = CompactionOptions()
        options.willIndex = { _ in
            do {
                try touch(unfinished)
                try test.reopened(.write).put(samplePoints(2..<3))
            } catch {
                Issue.record(error)
            }
            #expect(files.fileExists(atPath: unfinished))
        }
        _ = try test.store.maintenance.compact(TestStore.collection, options: options)
        #expect(files.fileExists(atPath: unfinished))
        try test.store.put(samplePoints(3..<4))
        #expect(!files.fileExists(atPath: unfinished))
    }

    @Test("Dropping a collection removes its files and the remains of collections that are gone")
    func drop() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let other = try CollectionName("other")
        try test.store.createCollection(
            other,
            configuration: CollectionConfiguration(dimension: 4)
        )
        try test.store.put(samplePoints(0..<2), to: other)
        let vectors = test.path + "/store/vectors"
        let uuid = String(repeating: "0a", count: 16)
        for name in [uuid, "mine", String(repeating: "0b", count: 16)] {
            try files.createDirectory(
                atPath: vectors + "/" + name,
                withIntermediateDirectories: false
            )
            try touch(vectors + "/" + name + "/\(uuid).tail")
        }
        let kept = vectors + "/" + String(repeating: "0b", count: 16)
        try touch(kept + "/notes")
        try test.store.dropCollection(TestStore.collection)
        #expect(!files.fileExists(atPath: vectors + "/" + uuid))
        #expect(files.fileExists(atPath: vectors + "/mine/\(uuid).tail"))
        #expect(files.fileExists(atPath: kept + "/notes"))
        #expect(try test.store.collections().map(\.name) == [other])
        #expect(try test.store.allPoints(of: other).count == 2)
        #expect(try files.contentsOfDirectory(atPath: vectors).count == 3)
    }

    @Test("A drop that can't give the space back has dropped all the same")
    func dropWithoutSpace() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        try SystemCall.$fault.withValue({ name, _ in name == .unlink ? EIO : nil }) {
            _ = try test.store.dropCollection(TestStore.collection)
        }
        #expect(try test.store.collections() == [])
        #expect(try test.tails().count == 1)
    }

    @Test("Remains that can't be removed are told, and no write fails for them")
    func remainsStay() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let directory = URL(fileURLWithPath: try test.tail()).deletingLastPathComponent().path
        let orphan = directory + "/" + String(repeating: "0a", count: 16) + ".tail"
        try touch(orphan)
        let log = RecordedLog()
        let store = try test.reopened(.write, log: log)
        try SystemCall.$fault.withValue({ name, _ in name == .unlink ? EACCES : nil }) {
            _ = try store.put(samplePoints(2..<3))
        }
        #expect(files.fileExists(atPath: orphan))
        #expect(log.messages.contains { $0.hasPrefix("warning: remains of an earlier write") })
        try SystemCall.$fault.withValue({ name, _ in name == .unlink ? EIO : nil }) {
            _ = try store.delete(
                .filter(PointFilter(parsing: "n >= 0")),
                from: TestStore.collection
            )
        }
        #expect(log.messages.contains { $0.hasPrefix("warning: a retired file stays for now") })
        #expect(try store.allPoints() == [])
    }

    @Test("A drop whose space can't be looked for is told of, and done")
    func dropWithoutLock() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let log = RecordedLog()
        let store = try test.reopened(.write, log: log)
        let opened = Mutex(0)
        // The second time that the queue's lock is opened is for giving the space back.
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            guard name == .open, path.hasSuffix("LOCK.queue") else { return nil }
            return opened.withLock { count in
                count += 1
                return count == 2 ? EMFILE : nil
            }
        }
        try SystemCall.$fault.withValue(hook) {
            _ = try store.dropCollection(TestStore.collection)
        }
        #expect(log.messages.contains { $0.hasPrefix("warning: the space of docs is not given") })
        #expect(try test.reopened().collections() == [])
        store.finishWriting()
        #expect(try test.store.statistics().logByteCount == 0)
    }

    @Test("A collection whose directory is gone gets it back with its first points")
    func missingDirectory() throws {
        let test = try TestStore()
        let vectors = test.path + "/store/vectors"
        for name in try files.contentsOfDirectory(atPath: vectors) {
            try files.removeItem(atPath: vectors + "/" + name)
        }
        try test.store.put(samplePoints(0..<2))
        #expect(try test.reopened().allPoints().count == 2)
        try files.removeItem(atPath: vectors)
        try test.store.dropCollection(TestStore.collection)
        #expect(try test.reopened().collections() == [])
    }
}
