import Foundation
import Testing
import VectorStore

/// Media and directories that can't be written.
@Suite("Read-only media", .timeLimit(.minutes(10)))
struct ReadOnlyTests {
    /// Whether this process may mount, in a namespace of its own, and become another user.
    static let isRoot = geteuid() == 0

    /// Gives the calling thread a view of its own, in which a directory is mounted read-only.
    private static func mountReadOnly(_ path: String) -> Bool {
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard let symbol = dlsym(nil, "unshare") else { return false }
        let newMountNamespace: Int32 = 0x20000
        return unsafeBitCast(symbol, to: Unshare.self)(newMountNamespace) == 0
            && mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0
            && mount(path, path, nil, UInt(MS_BIND), nil) == 0
            && mount(
                "none",
                path,
                nil,
                UInt(MS_REMOUNT | MS_BIND | MS_RDONLY),
                nil
            ) == 0
    }

    @Test(
        "A store on a read-only medium is read without a trace, and never written",
        .enabled(if: isRoot)
    )
    func medium() async throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<5))
        let path = test.path
        await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
            guard ReadOnlyTests.mountReadOnly(path) else { exit(0) }
            let store = try Store(path: path)
            guard store.isReadOnlyMedium, try store.statistics().isReadOnlyMedium,
                try store.allPoints() == samplePoints(0..<5),
                try store.search([1, 2, 3, 4]).count == 5, try store.findings() == []
            else { exit(2) }
            do {
                try store.put(samplePoints(0..<1))
                exit(3)
            } catch VectorStoreError.store(.readOnly(path)) {}
            do {
                _ = try Store(path: path, options: StoreOptions(access: .write))
                exit(4)
            } catch VectorStoreError.store(.readOnly(path)) {}
            exit(0)
        }
    }

    @Test(
        "A log with transactions on a read-only medium is refused, for without it data is missing",
        .enabled(if: isRoot)
    )
    func log() async throws {
        let test = try TestStore()
        let batch = PointBatch(samplePoints(0..<5))
        _ = try test.store.write(batch, to: TestStore.collection, isLast: false)
        let path = test.path
        await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
            guard ReadOnlyTests.mountReadOnly(path) else { exit(0) }
            do {
                _ = try Store(path: path)
                exit(2)
            } catch VectorStoreError.store(.unrecoveredLogOnReadOnlyMedium(path)) {
                exit(0)
            }
        }
    }

    @Test("A user without the right to write can read and is told", .enabled(if: isRoot))
    func otherUser() async throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<5))
        let path = test.path
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        for name in try files.subpathsOfDirectory(atPath: path) {
            var isDirectory: ObjCBool = false
            _ = files.fileExists(atPath: path + "/" + name, isDirectory: &isDirectory)
            try files.setAttributes(
                [.posixPermissions: isDirectory.boolValue ? 0o755 : 0o644],
                ofItemAtPath: path + "/" + name
            )
        }
        await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(0) }
            // The way to the directory may be closed to others.
            guard access(path, R_OK | X_OK) == 0 else { exit(0) }
            let store = try Store(path: path)
            guard try store.allPoints() == samplePoints(0..<5) else { exit(2) }
            do {
                try store.put(samplePoints(0..<1))
                exit(3)
            } catch VectorStoreError.store(.readOnly) {
                exit(0)
            } catch VectorStoreError.file(.system(_, _, EACCES)) {
                exit(0)
            }
        }
    }

    @Test("A directory that can't be entered or written is told", .enabled(if: isRoot))
    func closedDirectory() async throws {
        let test = try TestStore()
        let path = test.path
        await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(0) }
            do {
                _ = try Store(path: path)
                exit(2)
            } catch VectorStoreError.file(.system(_, _, EACCES)) {}
            do {
                try Store.create(path: path + "/data/below")
                exit(3)
            } catch VectorStoreError.file(.system(_, _, EACCES)) {}
            exit(0)
        }
    }
}
